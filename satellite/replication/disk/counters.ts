/** What `status` counts per volume: bytes, writes of metadata, operations under way. */
export interface VolumeCounters {
  /** Reads of clients so far, for the read-balancing that takes turns. */
  readTurn: number;
  readBytes: number;
  writtenBytes: number;
  alWrites: number;
  bmWrites: number;
  upperPending: number;
  lowerPending: number;
}

export const newCounters = (): VolumeCounters => ({
  readTurn: 0,
  readBytes: 0,
  writtenBytes: 0,
  alWrites: 0,
  bmWrites: 0,
  upperPending: 0,
  lowerPending: 0,
});
