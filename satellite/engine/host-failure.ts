/** What is told of a core that broke: which input it was, and the status that people see from then on. */
import type { ReplicationInput } from '../replication/events.ts';
import type { ResourceStatus } from '../replication/status.ts';

/** For the log: never the payload, and never values of options, of which one is a secret. */
export function describeInput(input: ReplicationInput): Readonly<Record<string, unknown>> {
  if (input.kind === 'frame') return { kind: input.kind, peer: input.peer, type: input.frame.type };
  if (input.kind === 'attach') return { kind: input.kind, volume: input.volume };
  if (input.kind === 'set-options') {
    const { scope, values } = input.change;
    return { kind: input.kind, scope, names: Object.keys(values) };
  }
  if (input.kind === 'add-peer') return { kind: input.kind, peer: input.peer.node };
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== 'payload'));
}

export function stoppedStatus(last: ResourceStatus, reason: string): ResourceStatus {
  return {
    ...last,
    role: 'Secondary',
    mayPromote: false,
    promotionScore: 0,
    volumes: last.volumes.map((volume) => ({ ...volume, disk: volume.client ? 'Diskless' : 'Failed', open: false })),
    connections: last.connections.map((connection) => ({
      ...connection,
      state: 'StandAlone',
      reason,
      peerRole: 'Unknown',
      peerDevices: connection.peerDevices.map((device) => ({ ...device, replication: 'Off', peerDisk: 'DUnknown' })),
    })),
  };
}
