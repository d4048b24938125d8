/** Seeded bugs in membership while in use: peers that come and go, disks that are retired and come back. */
import type { OracleId } from '../oracles/violation.ts';
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';
const DIVERGENCE: readonly OracleId[] = ['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O9', 'O14', 'O16', 'O26'];

export const MEMBER_MUTANTS: readonly Mutant[] = [
  {
    id: 'M24',
    title: 'a change is committed although one who was asked has answered RETRY, and counts it as aborted',
    file: `${CORE}/cluster-change/coordinator.ts`,
    find: `    case 'TWOPC_RETRY':
      backOff(r, own);`,
    replace: `    case 'TWOPC_RETRY':
      own.state = 'agreed';
      defer(r, { kind: 'change-decided', proposal: own });`,
    scenarios: ['concurrent-promotion', 'profile:twopc'],
    expected: ['O11', 'O16', 'O17', 'O29', 'ASSERT', ...DIVERGENCE],
  },
  {
    id: 'M46',
    title: 'a demotion does not wait for writes and flushes that are under way',
    file: `${CORE}/roles/roles.ts`,
    find: `  if (!isWriteIdle(r) || r.flushes.size > 0 || [...r.volumes.values()].some(isInTransit)) {`,
    replace: `  if ([...r.volumes.values()].some(isInTransit)) {`,
    scenarios: ['profile:twopc'],
    expected: ['O11', 'O29', 'ASSERT', 'BOOT', ...DIVERGENCE],
  },
  {
    id: 'B01',
    title: 'a peer that was removed and not forgotten is not marked for what it misses',
    file: `${CORE}/write/write-path.ts`,
    find: `    if (!r.connections.has(node)) markWrite(r, request, r.node, node);`,
    replace: `    if (!md.slots.has(node)) markWrite(r, request, r.node, node);`,
    scenarios: ['peers-removed-and-back', 'profile:members-in-use'],
    expected: ['ASSERT', ...DIVERGENCE],
  },
  {
    id: 'B02',
    title: 'writes go on while the disk of the Primary negotiates',
    file: `${CORE}/disk/persistence.ts`,
    find: `=> hasDisk(disk) || negotiation !== undefined;`,
    replace: `=> hasDisk(disk) || (negotiation !== undefined && disk === 'Failed');`,
    scenarios: ['disk-of-the-primary-flaps', 'profile:membership'],
    expected: ['ASSERT', ...DIVERGENCE],
  },
  {
    id: 'B03',
    title: 'a Primary that brings an older disk back is the source of better ones',
    file: `${CORE}/handshake/equal-generations.ts`,
    find: `(side, other) => side.primary && isFit(side, other)),`,
    replace: `(side) => side.primary),`,
    scenarios: ['primary-returns-with-an-older-disk', 'profile:membership'],
    expected: ['ASSERT', ...DIVERGENCE],
  },
];
