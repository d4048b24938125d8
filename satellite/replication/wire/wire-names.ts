/** Names that travel as one byte. The numbers are the protocol: append, never renumber. */
import { assert } from '../../../common/assert.ts';
import type { DiskState, Role } from '../../../common/states.ts';
import type { DisconnectReason, HandshakePolicies, ReplicationProtocol, VerdictKind } from './frames.ts';
import type { ClusterChangeKind, Objection } from './two-phase-frames.ts';
import { WireError } from './wire-error.ts';

interface NameCodes<T extends string> {
  toByte(name: T): number;
  /** @throws WireError */
  fromByte(code: number): T;
}

function nameCodes<T extends string>(what: string, codes: Readonly<Record<T, number>>): NameCodes<T> {
  const names = new Map((Object.keys(codes) as T[]).map((name) => [codes[name], name]));
  return {
    toByte(name) {
      const code = codes[name];
      assert(code !== undefined, 'a name that has a code');
      return code;
    },
    fromByte(code) {
      const name = names.get(code);
      if (name === undefined) throw new WireError('PROTOCOL_ERROR', `unknown ${what} ${code}`);
      return name;
    },
  };
}

export const PROTOCOL_CODES = nameCodes<ReplicationProtocol>('replication protocol', { A: 1, B: 2, C: 3 });
export const ROLE_CODES = nameCodes<Role>('role', { Unknown: 0, Primary: 1, Secondary: 2 });
export const DISK_CODES = nameCodes<DiskState>('disk state', {
  Diskless: 0,
  Attaching: 1,
  Detaching: 2,
  Failed: 3,
  Negotiating: 4,
  Inconsistent: 5,
  Outdated: 6,
  DUnknown: 7,
  Consistent: 8,
  UpToDate: 9,
});
export const VERDICT_CODES = nameCodes<VerdictKind>('verdict', {
  'no-sync': 0,
  'source-bitmap': 1,
  'target-bitmap': 2,
  'source-full': 3,
  'target-full': 4,
  refuse: 5,
});
export const CHANGE_CODES = nameCodes<ClusterChangeKind>('two-phase change', {
  promote: 1,
  demote: 2,
  empty: 3,
  connect: 4,
  disconnect: 5,
  attach: 6,
  detach: 7,
  resize: 8,
});
export const OBJECTION_CODES = nameCodes<Objection>('objection', {
  'other-primary': 1,
  'being-stopped': 2,
  'last-data': 3,
  'no-such-volume': 4,
  'no-such-peer': 5,
  'no-quorum': 6,
  size: 7,
  reconciling: 8,
  resync: 9,
  'in-use': 10,
  'no-disk': 11,
});
export const AFTER_SB_0PRI_CODES = nameCodes<HandshakePolicies['afterSb0pri']>('after-sb-0pri policy', {
  disconnect: 0,
  'discard-younger-primary': 1,
  'discard-older-primary': 2,
  'discard-zero-changes': 3,
  'discard-least-changes': 4,
  'discard-local': 5,
  'discard-remote': 6,
});
export const AFTER_SB_1PRI_CODES = nameCodes<HandshakePolicies['afterSb1pri']>('after-sb-1pri policy', {
  disconnect: 0,
  consensus: 1,
  'discard-secondary': 2,
  'violently-as0p': 3,
  'call-pri-lost-after-sb': 4,
});
export const AFTER_SB_2PRI_CODES = nameCodes<HandshakePolicies['afterSb2pri']>('after-sb-2pri policy', {
  disconnect: 0,
  'violently-as0p': 1,
  'call-pri-lost-after-sb': 2,
});
export const RR_CONFLICT_CODES = nameCodes<HandshakePolicies['rrConflict']>('rr-conflict policy', {
  disconnect: 0,
  'retry-connect': 1,
  'call-pri-lost': 2,
  violently: 3,
  'auto-discard': 4,
});
export const DISCONNECT_CODES = nameCodes<DisconnectReason>('reason of a disconnect', {
  admin: 1,
  refused: 2,
  rehandshake: 3,
  'concurrent-write': 4,
});
