/**
 * Primary and Secondary: promotion by command or by opening a volume read-write, demotion, one Primary per resource.
 *
 * Both are cluster-wide changes (`cluster-change/`). Promotion needs the consent of every node that can be reached, also of
 * those that this node has no link to. A condition that may clear by itself (a Primary that is just leaving, a handshake that
 * is under way) is waited for, up to the auto-promote timeout.
 */
import { assert } from '../../../common/assert.ts';
import { OperationError } from '../../../common/errors.ts';
import type { NodeId, VolumeNumber } from '../../../common/ids.ts';
import { hasDisk } from '../../../common/states.ts';
import { millis } from '../../../common/units.ts';
import { commitChange, lookAround, propose, withdraw } from '../cluster-change/coordinator.ts';
import { objectionError } from '../cluster-change/objection-error.ts';
import type { Proposal } from '../cluster-change/progress.ts';
import { isBeingMet } from '../handshake/progress.ts';
import { rehandshake } from '../link/link.ts';
import { isBehindCrashedSource } from '../resync/crashed-source.ts';
import { ceaseToCover, forgetFollowers } from '../resync/loss-cover.ts';
import { forgetUnusedStep } from '../generation/generations.ts';
import { isSharedWithAbsent, startGeneration, takePeersGeneration } from '../generation/generations.ts';
import { sameGeneration } from '../metadata/generation-id.ts';
import { persistSuperblock } from '../disk/persistence.ts';
import { declareFenced, fenceForPromotion, forgetFailures } from '../fencing/fence.ts';
import { fencingObstacle } from '../fencing/policy.ts';
import { tellHandler } from '../handlers/call.ts';
import { declareAbsentOutdated, quorumObstacle } from '../quorum/election.ts';
import type { ClientRequestId, TimerId } from '../payload.ts';
import { quiesceVolume } from '../disk/quiesce.ts';
import { defer, deviceOf, type Resource, type RoleRequest, type Volume } from '../state.ts';
import { setDisk } from '../transitions.ts';
import { hasRival, isFarPrimaryInTheWay, obstacleBeside, writesToServersOnly } from '../two-primaries/allowed.ts';
import { isWeak } from './primaries.ts';
import { closeEpoch, flushPeerAck } from '../write/epochs.ts';
import { dataReachable } from '../write/data-access.ts';
import { isWriteIdle } from '../write/write-path.ts';

const PROMOTE_TIMER = 'promote' as TimerId;
/** Opens and promotions that wait for one that is under way. */
const ROLE_QUEUE_MAX = 1_024;

type Promote = Extract<RoleRequest, { kind: 'promote' }>;
type Demote = Extract<RoleRequest, { kind: 'demote' }>;
/** Attempts to agree on a demotion before it goes on alone. */
const DEMOTE_TRIES_MAX = 2;
const OK = { ok: true } as const;

export function requestPromotion(r: Resource, client: ClientRequestId, force: boolean, open: Volume | undefined): void {
  if (r.roleQueue.length >= ROLE_QUEUE_MAX) {
    fail(
      r,
      client,
      new OperationError('IN_TRANSITION', 'too many promotions are waiting', { correction: 'Try again.' }),
    );
    return;
  }
  if (r.role === 'Secondary') forgetFailures(r);
  r.roleQueue.push({
    kind: 'promote',
    client,
    force,
    open,
    deadline: millis(r.ports.now() + r.options.autoPromoteTimeoutMs),
    proposal: undefined,
  });
  r.ports.setTimer(PROMOTE_TIMER, r.options.autoPromoteTimeoutMs);
  defer(r, { kind: 'reconsider-roles' });
}

export function requestDemotion(r: Resource, client: ClientRequestId | undefined): void {
  if (client !== undefined && openCount(r) > 0) {
    fail(
      r,
      client,
      new OperationError('DEVICE_OPEN', 'the resource is in use: a volume is held open read-write', {
        correction: 'Close it (stop the client), then try again.',
      }),
    );
    return;
  }
  r.roleQueue.push({ kind: 'demote', client, volumes: new Set(), proposal: undefined });
  defer(r, { kind: 'reconsider-roles' });
}

/** Lost after split brain: a Primary that nobody uses steps down, and becomes target; for one in use its handler is called. */
export function giveUpRole(r: Resource, peer: NodeId, volume: VolumeNumber): void {
  if (r.role !== 'Primary') return;
  if (openCount(r) === 0) requestDemotion(r, undefined);
  else tellHandler(r, { name: 'pri-lost-after-sb', peer, volume });
}

function openCount(r: Resource): number {
  let count = 0;
  for (const volume of r.volumes.values()) count += volume.openReadWrite;
  return count;
}

export function openReadOnly(r: Resource, client: ClientRequestId, volume: Volume): void {
  if (!dataReachable(r, volume)) {
    fail(r, client, new OperationError('NO_UP_TO_DATE_DATA', 'no up-to-date copy of the data can be reached'));
    return;
  }
  volume.openReadOnly += 1;
  r.ports.completeClient(client, OK);
}

export function closeVolume(r: Resource, volume: Volume, mode: 'read-write' | 'read-only'): void {
  if (mode === 'read-only') {
    volume.openReadOnly = Math.max(0, volume.openReadOnly - 1);
    return;
  }
  volume.openReadWrite = Math.max(0, volume.openReadWrite - 1);
  defer(r, { kind: 'reconsider-roles' });
  if (openCount(r) === 0 && r.promotedByOpen && r.role === 'Primary') requestDemotion(r, undefined);
}

/** Takes the current request as far as it gets now; called whenever something changed that it may wait for. */
export function reconsiderRoles(r: Resource): void {
  if (r.role === 'Primary' && hasRival(r)) ceaseToCover(r);
  for (;;) {
    r.roleRequest ??= r.roleQueue.shift();
    const request = r.roleRequest;
    if (request === undefined) return;
    const done = request.kind === 'promote' ? advancePromotion(r, request) : advanceDemotion(r, request);
    if (!done) return;
    r.roleRequest = undefined;
  }
}

/**
 * Local obstacles are waited for up to the deadline; then the cluster is asked, as often as it takes (see coordinator.ts). A
 * promotion by force passes over the local obstacles, never over a peer that says no.
 */
function advancePromotion(r: Resource, request: Promote): boolean {
  if (r.role === 'Primary') return finishPromotion(r, request);
  if (request.open !== undefined && !r.options.autoPromote) return refuse(r, request, notByOpening());
  const { proposal } = request;
  const obstacle = request.force ? undefined : (promotionObstacle(r) ?? ageObstacle(r, request));
  if (obstacle !== undefined) {
    giveUpProposal(r, request);
    if (isWeak(r)) lookAround(r);
    if (obstacle.code === 'PEER_NOT_FENCED' && fenceForPromotion(r)) return false;
    return r.ports.now() >= request.deadline && refuse(r, request, obstacle);
  }
  if (proposal === undefined) {
    request.proposal = propose(r, { kind: 'promote' });
    r.ports.setTimer(PROMOTE_TIMER, r.options.autoPromoteTimeoutMs);
    return false;
  }
  switch (proposal.state) {
    case 'agreed':
      if (isFarPrimaryInTheWay(r, proposal.tally)) {
        giveUpProposal(r, request);
        return refuse(r, request, objectionError('other-primary'));
      }
      becomePrimary(r, request, proposal);
      return finishPromotion(r, request);
    case 'refused': {
      giveUpProposal(r, request);
      if (r.ports.now() >= request.deadline) return refuse(r, request, objectionError(proposal.objection));
      // Somebody else is, or is about to be, Primary: wait until that shows, then judge again.
      r.ports.setTimer(PROMOTE_TIMER, millis(Math.ceil(50 + 50 * r.ports.jitter())));
      return false;
    }
    default:
      if (r.ports.now() < request.deadline + r.options.autoPromoteTimeoutMs) return false;
      giveUpProposal(r, request);
      return refuse(
        r,
        request,
        new OperationError('NOT_PROMOTABLE', 'the peers did not all answer the request to promote', {
          correction: 'Check the connections, then try again.',
        }),
      );
  }
}

const notByOpening = (): OperationError =>
  new OperationError('NOT_PROMOTABLE', 'this node is Secondary, and auto-promote is off', {
    correction: 'Promote it first (lockstepadm primary), or open the volume read-only.',
  });

function giveUpProposal(r: Resource, request: Promote): void {
  if (request.proposal !== undefined) withdraw(r, request.proposal);
  request.proposal = undefined;
}

function refuse(r: Resource, request: Promote, error: OperationError): true {
  fail(r, request.client, error);
  return true;
}

/** Why this node may not become Primary now; undefined = it may. */
export function promotionObstacle(r: Resource): OperationError | undefined {
  if (r.down || r.shutdown !== undefined) return new OperationError('IN_TRANSITION', 'the resource is being stopped');
  if (r.hold !== undefined) return objectionError('reconciling');
  for (const connection of r.connections.values()) {
    if (connection.state === 'Connected' && connection.peerRole === 'Primary') {
      const obstacle = obstacleBeside(r, connection);
      if (obstacle !== undefined) return obstacle;
    }
    // A node that has let its links go itself would find nobody to object to it, while others see a Primary.
    if (isBeingMet(connection))
      return new OperationError('IN_TRANSITION', 'a connection is being established', {
        correction: 'Try again in a moment.',
      });
  }
  // What this node has may be behind what was written there: its neighbours are asked again once that Primary is gone.
  if (isWeak(r) && !writesToServersOnly(r))
    return new OperationError('OTHER_PRIMARY', 'a node that this one has no link to is Primary', {
      correction: 'Stop its client or demote it first: only one node may write.',
    });
  if (r.changes.joined !== undefined)
    return new OperationError('IN_TRANSITION', 'another change of the cluster is under way', {
      correction: 'Try again in a moment.',
    });
  if (r.volumes.size === 0) return new OperationError('VOLUME_NOT_FOUND', 'the resource has no volume');
  const noQuorum = quorumObstacle(r);
  if (noQuorum !== undefined) return noQuorum;
  for (const volume of r.volumes.values()) {
    if (isInTransit(volume))
      return new OperationError('IN_TRANSITION', `the disk of volume ${volume.number} is ${volume.disk}`, {
        correction: 'Try again in a moment.',
      });
    // Whoever keeps it from being UpToDate is fenced last of all.
    if (dataReachable(r, volume) || volume.heldByFencing) continue;
    return new OperationError(
      'NO_UP_TO_DATE_DATA',
      `volume ${volume.number} has no UpToDate copy here or on a connected node`,
      {
        cause: `the local disk is ${volume.disk}`,
        correction:
          'Connect to a node that is UpToDate and let the resync end, or promote with --force if this copy is the best that is left.',
      },
    );
  }
  return fencingObstacle(r);
}

/** Being attached or detached: the peers have been told of a disk and a role that must stay so until that is over. */
const isInTransit = ({ disk }: Volume): boolean => disk === 'Negotiating' || disk === 'Detaching';

/** Copies of different age in sight are given a moment to settle which is which; it is no reason to refuse in the end. */
function ageObstacle(r: Resource, request: Promote): OperationError | undefined {
  if (r.ports.now() >= request.deadline) return undefined;
  if (awaitsJudgement(r))
    return new OperationError('IN_TRANSITION', 'two UpToDate copies wait for a node that knows which is newer');
  for (const volume of r.volumes.values()) {
    if (isBehindCrashedSource(r, volume) || !agreesOnGeneration(r, volume))
      return new OperationError('IN_TRANSITION', `the UpToDate copies of volume ${volume.number} differ in age`);
  }
  return undefined;
}

/** Whoever is promoted decides what becomes of the other copy: better when it is known who may be source (handshake/witnesses.ts). */
const awaitsJudgement = (r: Resource): boolean =>
  [...r.connections.values()].some(
    ({ state, devices }) =>
      state === 'Connected' &&
      [...devices.values()].some(
        ({ volume, waiting, peerDisk }) => waiting && volume.disk === 'UpToDate' && peerDisk === 'UpToDate',
      ),
  );

/** All copies in sight that pass for UpToDate are of one generation: nobody could follow a Primary that starts from another. */
function agreesOnGeneration(r: Resource, volume: Volume): boolean {
  let seen = volume.disk === 'UpToDate' ? volume.current : undefined;
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    if (connection.state !== 'Connected' || device.peerDisk !== 'UpToDate') continue;
    seen ??= device.peerCurrent;
    if (!sameGeneration(seen, device.peerCurrent)) return false;
  }
  return true;
}

function becomePrimary(r: Resource, request: Promote, proposal: Proposal): void {
  // The peers know before the first write of the new Primary reaches them.
  commitChange(r, proposal);
  if (request.force) declareAbsentOutdated(r);
  if (request.force) declareFenced(r);
  r.hold = undefined; // by force
  r.role = 'Primary';
  r.promotedByOpen = request.open !== undefined;
  for (const volume of r.volumes.values()) {
    volume.generationDue = true;
    volume.unusedPrevious = undefined;
    for (const slot of volume.md?.slots.values() ?? []) slot.markedBy = undefined;
    if (request.force && hasDisk(volume.disk) && volume.disk !== 'UpToDate' && !dataReachable(r, volume)) {
      setDisk(r, volume, 'UpToDate', 'forced promotion');
      tellHandler(r, { name: 'pri-on-incon-degr', peer: undefined, volume: volume.number });
      persistSuperblock(r, volume, { kind: 'nothing' });
    }
    if (volume.md === undefined) takePeersGeneration(r, volume);
    // Of an earlier session as Primary: the handshakes have found since that nobody has more than this disk.
    if (volume.disk === 'UpToDate') volume.issued = [];
    // Clients will see what is here: an absent node of the same generation must never overwrite that when it returns.
    // A disk that is behind shows what its UpToDate peers have: they move on, and answer no read before they have.
    const isBehind = volume.md !== undefined && volume.disk !== 'UpToDate' && dataReachable(r, volume);
    if ((volume.disk === 'UpToDate' || isBehind) && isSharedWithAbsent(r, volume)) startGeneration(r, volume);
  }
  r.ports.notify({ kind: 'role', role: 'Primary' });
  leaveUnsettled(r);
  defer(r, { kind: 'announce' });
}

/**
 * A pair that waits to be told who is source passes for mirrored, although one side lacks what is marked; and a peer that
 * still exchanges bitmaps with us gets nothing of what we write, although it may be UpToDate from elsewhere by now. Both
 * were judged without a Primary among the two: they are judged anew before the first write.
 */
function leaveUnsettled(r: Resource): void {
  for (const connection of r.connections.values()) {
    const devices = [...connection.devices.values()];
    if (!devices.some((device) => device.waiting || device.replication === 'WFBitMapS')) continue;
    rehandshake(r, connection, 'this node is Primary now: who is source has to be judged anew');
  }
}

/** @returns false while a generation that this promotion started is not durable yet: nothing is shown before. */
function finishPromotion(r: Resource, request: Promote): boolean {
  for (const volume of r.volumes.values()) if (volume.generationBusy) return false;
  if (request.open !== undefined) request.open.openReadWrite += 1;
  else r.promotedByOpen = false;
  r.ports.completeClient(request.client, OK);
  return true;
}

function advanceDemotion(r: Resource, request: Demote): boolean {
  if (r.role !== 'Primary' || (openCount(r) > 0 && r.shutdown === undefined)) {
    // It had to step down meanwhile, or is in use again: a change that nobody ends would hold up every later one.
    if (request.proposal !== undefined) withdraw(r, request.proposal);
    if (request.client !== undefined) r.ports.completeClient(request.client, OK);
    return true;
  }
  // While I/O is suspended: clients that have gone are still owed what they asked for.
  if (r.held.length > 0 && r.shutdown === undefined) return false;
  if (!isWriteIdle(r) || r.flushes.size > 0 || [...r.volumes.values()].some(isInTransit)) {
    if (r.epochWrites > 0) closeEpoch(r);
    return false;
  }
  flushPeerAck(r);
  for (const volume of r.volumes.values()) {
    if (request.volumes.has(volume)) continue;
    request.volumes.add(volume);
    if (volume.md !== undefined) quiesceVolume(r, volume);
  }
  for (const volume of r.volumes.values()) if (volume.quiescing) return false;
  for (const volume of r.volumes.values()) {
    if (volume.md?.crashedPrimary && !volume.crashFlagBusy) {
      // On disk the flag goes only after bitmaps and activity log are settled.
      volume.crashFlagBusy = true;
      volume.md.crashedPrimary = false;
      persistSuperblock(r, volume, { kind: 'crash-flag-cleared', volume });
    }
  }
  for (const volume of r.volumes.values()) if (volume.crashFlagBusy) return false;
  if (!isDemotionKnown(r, request)) return false;
  r.role = 'Secondary';
  forgetFollowers(r);
  r.promotedByOpen = false;
  for (const volume of r.volumes.values()) {
    volume.generationDue = false;
    forgetUnusedStep(r, volume);
  }
  r.ports.notify({ kind: 'role', role: 'Secondary' });
  defer(r, { kind: 'announce' });
  if (request.client !== undefined) r.ports.completeClient(request.client, OK);
  return true;
}

/**
 * The peers learn of the demotion in one change. It asks for no permission, and nothing may hold it back for long: when
 * others are in the way twice, or a peer does not answer, it happens all the same, and STATE tells of it.
 */
function isDemotionKnown(r: Resource, request: Demote): boolean {
  request.proposal ??= propose(r, { kind: 'demote' });
  const { proposal } = request;
  if (proposal.state === 'agreed') {
    commitChange(r, proposal);
    return true;
  }
  const inTheWay = proposal.state === 'refused' || proposal.tries >= DEMOTE_TRIES_MAX;
  if (!inTheWay && r.ports.now() < proposal.since + r.options.twopcTimeoutMs) return false;
  withdraw(r, proposal);
  return true;
}

function fail(r: Resource, client: ClientRequestId, error: OperationError): void {
  assert(error.message !== '', 'an error has a message');
  r.ports.completeClient(client, { ok: false, error });
}
