// Original file: lockstep/v1/volume.proto

import type { Volume as _lockstep_v1_Volume, Volume__Output as _lockstep_v1_Volume__Output } from '../../lockstep/v1/Volume.ts';

export interface ListVolumesResponse {
  'volumes'?: (_lockstep_v1_Volume)[];
}

export interface ListVolumesResponse__Output {
  'volumes': (_lockstep_v1_Volume__Output)[];
}
