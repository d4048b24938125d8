import { type Generation, nodeId, volumeNumber } from '../../../common/ids.ts';
import type { DiskState, Role } from '../../../common/states.ts';
import { bytes } from '../../../common/units.ts';
import type { HandshakeSide } from '../../../satellite/replication/handshake/view.ts';
import { DEFAULT_OPTIONS } from '../../../common/options/options.ts';
import { NO_GENERATION } from '../../../satellite/replication/metadata/generation-id.ts';
import {
  type HandshakePolicies,
  type ReplicationProtocol,
  UUID_FLAGS,
} from '../../../satellite/replication/wire/frames.ts';

const g = (n: number): Generation => BigInt(n * 0x100) as Generation;
export const [G1, G2, G3, G4, G5] = [g(1), g(2), g(3), g(4), g(5)];
const { afterSb0pri, afterSb1pri, afterSb2pri, alwaysAsbp, rrConflict } = DEFAULT_OPTIONS;
const DISCONNECT: HandshakePolicies = { afterSb0pri, afterSb1pri, afterSb2pri, alwaysAsbp, rrConflict };

export interface SideOptions {
  readonly current?: Generation;
  /** Bitmap generations by node id. */
  readonly slots?: Readonly<Record<number, Generation>>;
  readonly history?: readonly Generation[];
  readonly disk?: DiskState;
  readonly bits?: number;
  readonly logBits?: number;
  readonly flags?: number;
  readonly role?: Role;
  readonly protocol?: ReplicationProtocol;
  readonly lastPrimary?: number;
  readonly lastDagtag?: number;
  readonly sizeBytes?: number;
  readonly capacityBytes?: number;
  readonly usedBytes?: number;
  readonly spare?: Generation;
  readonly exposed?: Generation;
  readonly policies?: Partial<HandshakePolicies>;
}

export function aSide(node: number, o: SideOptions = {}): HandshakeSide {
  return {
    node: nodeId(node),
    role: o.role ?? 'Secondary',
    protocol: o.protocol ?? 'C',
    policies: { ...DISCONNECT, ...o.policies },
    lastPrimary: o.lastPrimary === undefined ? undefined : nodeId(o.lastPrimary),
    lastDagtag: o.lastDagtag ?? 0,
    handshake: {
      volume: volumeNumber(0),
      sizeBytes: bytes(o.sizeBytes ?? 1_048_576),
      capacityBytes: bytes(o.capacityBytes ?? o.sizeBytes ?? 1_048_576),
      usedBytes: bytes(o.usedBytes ?? 0),
      blockBytes: bytes(4096),
      diskState: o.disk ?? 'UpToDate',
      current: o.current ?? G1,
      bitmap: Object.entries(o.slots ?? {}).map(([node, generation]) => ({ node: nodeId(Number(node)), generation })),
      history: o.history ?? [],
      dirtyBits: o.bits ?? 0,
      logDerivedBits: o.logBits ?? 0,
      exposed: o.exposed ?? NO_GENERATION,
      spare: o.spare ?? NO_GENERATION,
      flags: o.flags ?? UUID_FLAGS.STABLE,
    },
  };
}
