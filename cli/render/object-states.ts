/** The state cells of the lists, in LINSTOR's words and colours (linstor-client; docs in README). Pure. */
import type { Node__Output } from '../../proto/gen/lockstep/v1/Node.ts';
import type { Resource__Output } from '../../proto/gen/lockstep/v1/Resource.ts';
import type { Volume__Output } from '../../proto/gen/lockstep/v1/Volume.ts';
import type { Colour } from '../terminal.ts';

export interface StateCell {
  readonly text: string;
  readonly colour: Colour | undefined;
}

const NODE_WORDS: Readonly<Record<string, string>> = {
  OFFLINE: 'OFFLINE',
  CONNECTED: 'Connected',
  ONLINE: 'Online',
  VERSION_MISMATCH: 'OFFLINE(VERSION MISMATCH)',
  FULL_SYNC_FAILED: 'OFFLINE(FULL SYNC FAILED)',
  AUTHENTICATION_ERROR: 'OFFLINE(AUTHENTICATION ERROR)',
  UNKNOWN: 'Unknown',
  HOSTNAME_MISMATCH: 'OFFLINE(HOSTNAME MISMATCH)',
  OTHER_CONTROLLER: 'OFFLINE(OTHER_CONTROLLER)',
};

export function nodeState(node: Pick<Node__Output, 'connectionStatus' | 'flags'>): StateCell {
  const flag = ['EVICTED', 'DELETE', 'EVACUATE'].find((word) => node.flags.includes(word));
  if (flag !== undefined) return { text: flag, colour: 'red' };
  const text = NODE_WORDS[node.connectionStatus] ?? node.connectionStatus;
  if (node.connectionStatus === 'ONLINE') return { text, colour: 'green' };
  return {
    text,
    colour: node.connectionStatus === 'CONNECTED' || node.connectionStatus === 'UNKNOWN' ? 'yellow' : 'red',
  };
}

export type VolumeCells = Pick<Volume__Output, 'flags' | 'resourceFlags' | 'diskState' | 'peers' | 'current'>;

/** First match wins. */
export function volumeState(volume: VolumeCells): StateCell {
  if (isDeleting(volume.flags) || isDeleting(volume.resourceFlags)) return { text: 'DELETING', colour: 'red' };
  if (!volume.current || volume.diskState === undefined || volume.diskState === '') return UNKNOWN;
  switch (volume.diskState) {
    case 'DUnknown':
      return UNKNOWN;
    case 'Diskless':
      if (volume.resourceFlags.includes('TIE_BREAKER')) return { text: 'TieBreaker', colour: undefined };
      return { text: 'Diskless', colour: volume.resourceFlags.includes('DISKLESS') ? 'green' : 'red' };
    case 'Inconsistent': {
      const target = volume.peers.find(
        (peer) => peer.replicationState === 'SyncTarget' || peer.replicationState === 'PausedSyncT',
      );
      if (target !== undefined)
        return { text: `${target.replicationState}(${percent(target.donePercent ?? 0)})`, colour: 'yellow' };
      return { text: 'Inconsistent', colour: 'red' };
    }
    case 'Failed':
      return { text: 'Failed', colour: 'red' };
    case 'UpToDate':
      return { text: 'UpToDate', colour: 'green' };
    default:
      return { text: volume.diskState, colour: 'yellow' };
  }
}

const UNKNOWN: StateCell = { text: 'Unknown', colour: 'yellow' };
const isDeleting = (flags: readonly string[]): boolean => flags.includes('DELETE') || flags.includes('DRBD_DELETE');
const percent = (value: number): string => `${value.toFixed(2)}%`;

const WORST: readonly (Colour | undefined)[] = ['red', 'yellow', 'green', undefined];

/** The worst state of its volumes; its node may be on the way out. */
export function resourceState(resource: Resource__Output): StateCell {
  const state = ownState(resource);
  return resource.flags.includes('EVACUATE') ? { ...state, text: `${state.text}, Evacuating` } : state;
}

function ownState(resource: Resource__Output): StateCell {
  if (isDeleting(resource.flags)) return { text: 'DELETING', colour: 'red' };
  if (resource.problems.some((problem) => problem.severity === 'SEVERITY_ERROR') && resource.volumes.length === 0) {
    return { text: 'Failed', colour: 'red' };
  }
  if (!resource.current) return UNKNOWN;
  const states = resource.volumes.map((volume) => volumeState({ ...volume, resourceFlags: resource.flags }));
  for (const colour of WORST) {
    const found = states.find((state) => state.colour === colour);
    if (found !== undefined) return found;
  }
  return resource.role === undefined ? UNKNOWN : { text: 'Created', colour: 'green' };
}

/** Needs a look: what `resource list --faulty` shows. */
export function isFaulty(resource: Resource__Output): boolean {
  const state = resourceState(resource);
  return state.colour === 'red' || state.colour === 'yellow' || connectionsCell(resource).colour === 'red';
}

/** `Ok`, or `StandAlone(n1,n2),Connecting(n3)`: peers grouped by connection word. */
export function connectionsCell(resource: Pick<Resource__Output, 'connections' | 'current'>): StateCell {
  if (!resource.current) return { text: '', colour: undefined };
  const broken = new Map<string, string[]>();
  for (const connection of resource.connections) {
    if (connection.connectionState === 'Connected') continue;
    const peers = broken.get(connection.connectionState) ?? [];
    peers.push(connection.peerNodeName);
    broken.set(connection.connectionState, peers);
  }
  if (broken.size === 0) return { text: 'Ok', colour: 'green' };
  return { text: [...broken].map(([state, peers]) => `${state}(${peers.join(',')})`).join(','), colour: 'red' };
}

export function usageCell(object: { readonly inUse?: boolean; readonly current: boolean }): StateCell {
  if (!object.current || object.inUse === undefined) return { text: '', colour: undefined };
  return object.inUse ? { text: 'InUse', colour: 'green' } : { text: 'Unused', colour: undefined };
}

const WITH_PERCENT: ReadonlySet<string> = new Set(['SyncTarget', 'PausedSyncS', 'PausedSyncT', 'VerifyT']);

/** `Established(2)` when all peers are, else one line per peer. */
export function replicationCell(volume: Pick<Volume__Output, 'peers' | 'current'>): StateCell {
  if (!volume.current || volume.peers.length === 0) return { text: '', colour: undefined };
  if (volume.peers.every((peer) => peer.replicationState === 'Established')) {
    return { text: `Established(${volume.peers.length})`, colour: 'green' };
  }
  const lines = volume.peers.map((peer) => {
    const done =
      WITH_PERCENT.has(peer.replicationState) && peer.donePercent !== undefined ? `(${percent(peer.donePercent)})` : '';
    return `${peer.peerNodeName}: ${peer.replicationState}${done}`;
  });
  return { text: lines.join('\n'), colour: 'yellow' };
}
