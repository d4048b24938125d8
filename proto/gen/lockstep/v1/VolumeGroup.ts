// Original file: lockstep/v1/resource_group.proto


export interface VolumeGroup {
  'volumeNumber'?: (number);
  /**
   * GROSS_SIZE: sizes given for it include the metadata.
   */
  'flags'?: (string)[];
  'props'?: ({[key: string]: string});
}

export interface VolumeGroup__Output {
  'volumeNumber': (number);
  /**
   * GROSS_SIZE: sizes given for it include the metadata.
   */
  'flags': (string)[];
  'props': ({[key: string]: string});
}
