/**
 * Seeds on which the core still breaks a promise: open defects, each repeated by `npx tsx sim/main.ts run seed:N`. The
 * swarm leaves them out so that it stays a gate for everything else; a seed leaves this list with the fix.
 */
export const KNOWN_FAILURES: readonly number[] = [];
