// Original file: lockstep/v1/volume_definition.proto

import type { VolumeDefinition as _lockstep_v1_VolumeDefinition, VolumeDefinition__Output as _lockstep_v1_VolumeDefinition__Output } from '../../lockstep/v1/VolumeDefinition.ts';

export interface ListVolumeDefinitionsResponse {
  'volumeDefinitions'?: (_lockstep_v1_VolumeDefinition)[];
}

export interface ListVolumeDefinitionsResponse__Output {
  'volumeDefinitions': (_lockstep_v1_VolumeDefinition__Output)[];
}
