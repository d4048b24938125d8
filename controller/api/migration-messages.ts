/** Migrations as the API shows them. */
import type { Migration } from '../../proto/gen/lockstep/v1/Migration.ts';
import type { ListedMigration } from '../service/migration-service.ts';

export function migrationMessage(listed: ListedMigration): Migration {
  const { resourceName, from, to, requestedAtMs, limitMs, ending, primaries } = listed;
  return {
    resourceName,
    fromNodeName: from,
    toNodeName: to,
    beginTimestampMs: requestedAtMs,
    timeLimitS: limitMs / 1000,
    state: ending === undefined ? 'OPEN' : ending.toUpperCase(),
    primaries: [
      ...(primaries === 'source' || primaries === 'both' ? [from] : []),
      ...(primaries === 'target' || primaries === 'both' ? [to] : []),
    ],
  };
}
