/** Seeded bugs that a plan of the parity pack shows: what was found by writing those plans. */
import type { Mutant } from './mutant.ts';

const CORE = 'satellite/replication';

export const PARITY_MUTANTS: readonly Mutant[] = [
  {
    // (Survives: in its plan no link is made anew any more. One in which a Secondary does that has yet to be written.)
    id: 'G01',
    title: 'a node that has let its own links go is promoted, for nobody objects',
    file: `${CORE}/handshake/progress.ts`,
    find: `handshake !== undefined || (renewing && state === 'Connecting');`,
    replace: 'handshake !== undefined || (renewing && state !== state);',
    scenarios: ['parity:promote_while_connecting'],
    expected: ['O11'],
  },
  {
    id: 'G02',
    title: 'a node that was brought up to date leaves its neighbours behind',
    file: `${CORE}/resync/adoption.ts`,
    find: '  bringOverDownstream(r, volume);\n',
    replace: '',
    scenarios: ['parity:resync-downstream-upstream'],
    fast: true,
    expected: ['EXPECT'],
  },
  {
    id: 'G03',
    title: 'what a resync brings is copied completely to the next node in the row',
    file: `${CORE}/generation/generations.ts`,
    find: 'hasMovedOn && told === undefined',
    replace: '!hasMovedOn && told === undefined',
    scenarios: ['parity:resync-downstream-upstream'],
    fast: true,
    expected: ['EXPECT'],
  },
  {
    id: 'G04',
    title: 'a former Primary that is back as a Secondary counts as out of reach',
    file: `${CORE}/handshake/handshaking.ts`,
    find: `  r.changes.farPrimaries = maskWithout(r.changes.farPrimaries, connection.peer);
  if (received.role === 'Primary') onPrimaryFound`,
    replace: `  if (received.role === 'Primary') r.changes.farPrimaries = maskWithout(r.changes.farPrimaries, connection.peer);
  if (received.role === 'Primary') onPrimaryFound`,
    scenarios: ['parity:twopc-conflict-one-initiator'],
    fast: true,
    expected: ['EXPECT'],
  },
];
