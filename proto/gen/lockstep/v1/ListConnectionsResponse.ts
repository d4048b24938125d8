// Original file: lockstep/v1/connection.proto

import type { Connection as _lockstep_v1_Connection, Connection__Output as _lockstep_v1_Connection__Output } from '../../lockstep/v1/Connection.ts';

export interface ListConnectionsResponse {
  'connections'?: (_lockstep_v1_Connection)[];
}

export interface ListConnectionsResponse__Output {
  'connections': (_lockstep_v1_Connection__Output)[];
}
