// Original file: lockstep/v1/migration.proto

import type { Migration as _lockstep_v1_Migration, Migration__Output as _lockstep_v1_Migration__Output } from '../../lockstep/v1/Migration.ts';

export interface ListMigrationsResponse {
  'migrations'?: (_lockstep_v1_Migration)[];
}

export interface ListMigrationsResponse__Output {
  'migrations': (_lockstep_v1_Migration__Output)[];
}
