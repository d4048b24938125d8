/** What administrators and the host ask about sizes, and what comes of it once the cluster has agreed or not. */
import { OperationError } from '../../../common/errors.ts';
import { maskHas, type PeerMask } from '../../../common/ids.ts';
import { type Bytes, bytes } from '../../../common/units.ts';
import { commitChange, propose, withdraw } from '../cluster-change/coordinator.ts';
import { objectionError } from '../cluster-change/objection-error.ts';
import type { Proposal } from '../cluster-change/progress.ts';
import { isLogEmpty } from '../disk/persistence.ts';
import type { ReplicationInput } from '../events.ts';
import { JUST_CREATED, sameGeneration } from '../metadata/generation-id.ts';
import type { ClientRequestId } from '../payload.ts';
import { type Attached, defer, type Resource, type Volume } from '../state.ts';
import type { ResizeChange } from '../wire/two-phase-frames.ts';
import { takeAgreedSize } from './agreed.ts';
import { isUnsettled, objectionToResize } from './objection.ts';
import { layoutFor, startRelayout } from './relayout.ts';
import type { FitWork } from './state.ts';
import { noteZeroes } from './zeroes.ts';

type Input<Kind extends ReplicationInput['kind']> = Extract<ReplicationInput, { kind: Kind }>;

const OK = { ok: true } as const;
const SECTOR_BYTES = 512;

export function requestResize(r: Resource, volume: Volume, input: Input<'resize'>): void {
  const { assumeClean, assumePeerHasSpace, force } = input;
  const sizeBytes = input.sizeBytes ?? volume.config.sizeBytes;
  const problem = sizeProblem(sizeBytes) ?? shrinkProblem(volume, input);
  const change: ResizeChange = {
    kind: 'resize',
    volume: volume.number,
    sizeBytes,
    assumeClean,
    assumePeerHasSpace,
    shrink: force && input.sizeBytes !== undefined,
    exact: input.sizeBytes !== undefined,
  };
  const objection = problem === undefined ? objectionToResize(r, change) : undefined;
  if (problem !== undefined) fail(r, input.id, problem);
  else if (objection !== undefined) fail(r, input.id, objectionError(objection));
  else propose(r, change, input.id);
}

function sizeProblem(sizeBytes: number): OperationError | undefined {
  const why = !Number.isSafeInteger(sizeBytes)
    ? 'it is not a whole number below 2^53'
    : sizeBytes <= 0
      ? 'a volume has at least one sector'
      : sizeBytes % SECTOR_BYTES === 0
        ? undefined
        : 'it is not a multiple of 512 bytes';
  if (why === undefined) return undefined;
  return new OperationError('INVALID_SIZE', `a volume cannot have ${sizeBytes} bytes`, {
    cause: why,
    correction: 'Give a size in whole sectors of 512 bytes, for instance 10G.',
  });
}

function shrinkProblem({ sizeBytes }: Volume, input: Input<'resize'>): OperationError | undefined {
  if (input.sizeBytes === undefined || input.sizeBytes >= sizeBytes || input.force) return undefined;
  return new OperationError('SHRINK_REFUSED', `the volume has ${sizeBytes} bytes and would lose the end of them`, {
    cause: `${input.sizeBytes} bytes were asked for`,
    correction: 'Make the file system on it smaller first, stop its clients, then repeat it with --force.',
  });
}

/** All have answered, somebody objects, or an attempt has failed. */
export function advanceResize(r: Resource, proposal: Proposal, change: ResizeChange): void {
  const volume = r.volumes.get(change.volume);
  const { client } = proposal;
  if (proposal.state !== 'agreed' || volume === undefined) {
    const isOver = proposal.state === 'refused' || volume === undefined;
    if (!isOver && r.ports.now() < proposal.since + r.options.twopcTimeoutMs) return;
    withdraw(r, proposal);
    if (client !== undefined) fail(r, client, objectionError(proposal.objection));
    return;
  }
  const problem = whyNotAgreed(r, volume, proposal, change);
  const sizeBytes = Math.min(change.sizeBytes, proposal.tally.maxSizeBytes);
  if (problem !== undefined || sizeBytes === volume.sizeBytes || (sizeBytes < volume.sizeBytes && !change.shrink)) {
    withdraw(r, proposal);
    if (client !== undefined && problem !== undefined) fail(r, client, problem);
    else if (client !== undefined) r.ports.completeClient(client, OK);
    return;
  }
  const outcome = commitChange(r, proposal);
  takeAgreedSize(r, change, outcome.sizeBytes, client);
}

/** Looked at again: links and disks may have moved since it was asked for. */
function whyNotAgreed(
  r: Resource,
  volume: Volume,
  { tally }: Proposal,
  change: ResizeChange,
): OperationError | undefined {
  const objection = objectionToResize(r, change);
  if (objection !== undefined) return objectionError(objection);
  if (tally.maxSizeBytes === 0)
    return new OperationError('NO_UP_TO_DATE_DATA', 'no disk of this volume can be reached', {
      correction: 'Connect a node that holds a replica first.',
    });
  const shrinks = Math.min(change.sizeBytes, tally.maxSizeBytes) < volume.sizeBytes;
  if (change.assumePeerHasSpace && !shrinks) return undefined;
  const absent = absentReplicas(r, tally.reachable);
  if (absent.length === 0) return undefined;
  return new OperationError('PEERS_NOT_CONNECTED', `the volume stays at ${volume.sizeBytes} bytes`, {
    cause: `what the disk of ${absent.join(', ')} has room for is not known while that node is away`,
    correction: 'Bring the node back. To grow without knowing: --assume-peer-has-space.',
  });
}

function absentReplicas(r: Resource, reachable: PeerMask): string[] {
  return [...r.connections.values()]
    .filter(({ config, peer }) => config.diskful && !maskHas(reachable, peer))
    .map(({ config }) => config.name);
}

/** A handshake has shown that a peer has another size, and that this node is the one to follow. */
export function takeSizeOfPeer(r: Resource, { volume: number, sizeBytes }: FitWork): void {
  const volume = r.volumes.get(number);
  const md = volume?.md;
  if (volume === undefined || md === undefined || volume.sizeBytes === sizeBytes) return;
  if (sizeBytes < volume.sizeBytes) return shrinkUnused(r, volume, md, sizeBytes);
  // The size was agreed on without us. Those who are connected here have to follow as well.
  const known = r.changes.proposals.some(({ change }) => change.kind === 'resize' && change.volume === number);
  const flags = { assumeClean: false, assumePeerHasSpace: true, shrink: false, exact: true } as const;
  if (!known) propose(r, { kind: 'resize', volume: number, sizeBytes, ...flags });
}

/** A disk that was never used has nothing to lose. */
function shrinkUnused(r: Resource, volume: Volume, md: Attached, sizeBytes: Bytes): void {
  if (!sameGeneration(volume.current, JUST_CREATED) || isUnsettled(r, volume) || !isLogEmpty(md)) return;
  const layout = layoutFor(volume, md, { dataBytes: sizeBytes, blockBytes: bytes(md.layout.blockBytes) });
  if (typeof layout !== 'string') startRelayout(r, volume, { layout, markFrom: undefined });
}

export function setBlockSize(r: Resource, volume: Volume, { id, blockBytes }: Input<'set-bitmap-block-size'>): void {
  const { md } = volume;
  if (md === undefined)
    return fail(r, id, new OperationError('INVALID_ARGUMENT', `volume ${volume.number} has no disk on this node`));
  if (md.layout.blockBytes === blockBytes) return r.ports.completeClient(id, OK);
  if (isUnsettled(r, volume) || r.changes.joined?.change.kind === 'resize')
    return fail(r, id, objectionError('resync'));
  const layout = layoutFor(volume, md, { dataBytes: md.layout.dataBytes, blockBytes });
  if (typeof layout !== 'string') return startRelayout(r, volume, { layout, markFrom: undefined, client: id });
  fail(
    r,
    id,
    new OperationError('INVALID_SIZE', `a bitmap bit cannot stand for ${blockBytes} bytes`, {
      cause: layout,
      correction: 'Take a power of two from 4096 to 1048576 bytes; smaller blocks need a larger metadata area.',
    }),
  );
}

export function noteBackingGrown(r: Resource, volume: Volume, input: Input<'backing-grown'>): void {
  const { id, capacityBytes, areaBytes, wantedBytes, zeroedFrom } = input;
  const problem = sizeProblem(wantedBytes);
  if (problem !== undefined) return fail(r, id, problem);
  volume.config = { ...volume.config, sizeBytes: wantedBytes };
  if (volume.md !== undefined) {
    noteZeroes(volume, capacityBytes, zeroedFrom);
    // A backing store that was cut is found out by the next attach.
    volume.capacityBytes = Math.max(capacityBytes, volume.sizeBytes) as Bytes;
    volume.areaBytes = Math.max(areaBytes, volume.areaBytes) as Bytes;
  }
  r.ports.completeClient(id, OK);
  defer(r, { kind: 'announce' }); // a peer that was refused for its size, or refused this one, is tried again
}

function fail(r: Resource, client: ClientRequestId, error: OperationError): void {
  r.ports.completeClient(client, { ok: false, error });
}
