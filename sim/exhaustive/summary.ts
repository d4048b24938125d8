/** What the oracles have to know of a local state: computed from the core's own status, once per state. */
import type { Generation, NodeId } from '../../common/ids.ts';
import { readMetadata } from '../../satellite/replication/metadata/format.ts';
import type { Coverage } from '../oracles/coverage.ts';
import { fromMetadata } from '../oracles/coverage.ts';
import { type LocalState, VOLUME } from './local-node.ts';
import type { ResourceConfig } from '../../satellite/replication/config.ts';

export interface PeerSummary {
  readonly connection: string;
  readonly disk: string;
  readonly replication: string;
  readonly marks: boolean;
}

export interface Summary {
  readonly isPrimary: boolean;
  readonly disk: string;
  readonly peers: ReadonlyMap<number, PeerSummary>;
  readonly coverage: Coverage;
}

export class Summaries {
  private readonly config: ResourceConfig;
  private readonly blockBytes: number;
  private readonly known: (Summary | undefined)[] = [];

  constructor(config: ResourceConfig, blockBytes: number) {
    this.config = config;
    this.blockBytes = blockBytes;
  }

  of(state: LocalState): Summary {
    let summary = this.known[state.id];
    if (summary === undefined) {
      summary = state.core === undefined ? this.ofDisk(state) : this.ofCore(state);
      this.known[state.id] = summary;
    }
    return summary;
  }

  private ofDisk(state: LocalState): Summary {
    const expect = { resource: this.config.name, volume: VOLUME, node: this.config.node };
    const read = readMetadata(state.disk.metadata(), expect);
    if (!read.ok) throw new Error(`the metadata of n${this.config.node} is unreadable: ${read.cause}`);
    return { isPrimary: false, disk: 'Diskless', peers: new Map(), coverage: fromMetadata(read) };
  }

  private ofCore(state: LocalState): Summary {
    const { core } = state;
    if (core === undefined) throw new Error('a core that runs has a status');
    const status = core.status();
    const size = state.disk.view.length * this.blockBytes;
    const peers = new Map<number, PeerSummary>();
    const slots = new Map<number, Generation>();
    for (const { peer, state: connection, peerDevices } of status.connections) {
      const device = peerDevices[0];
      slots.set(peer, BigInt(`0x${device?.bitmapGeneration ?? '0'}`) as Generation);
      peers.set(peer, {
        connection,
        disk: device?.peerDisk ?? 'DUnknown',
        replication: device?.replication ?? 'Off',
        marks: core.outOfSync(VOLUME, peer, 0, size),
      });
    }
    const coverage: Coverage = {
      current: BigInt(`0x${status.volumes[0]?.currentGeneration ?? '0'}`) as Generation,
      slots,
      marks: (peer, byte) => core.outOfSync(VOLUME, peer as NodeId, byte, 1),
      isHot: () => core.activeExtents(VOLUME).length > 0,
    };
    return { isPrimary: status.role === 'Primary', disk: status.volumes[0]?.disk ?? 'Diskless', peers, coverage };
  }
}

/** The peer is connected, UpToDate and mirrored to. */
export function counts(summary: Summary, peer: number): boolean {
  const seen = summary.peers.get(peer);
  return (
    seen?.connection === 'Connected' &&
    seen.disk === 'UpToDate' &&
    seen.replication !== 'Off' &&
    seen.replication !== 'WFBitMapS'
  );
}
