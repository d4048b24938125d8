// Original file: lockstep/v1/controller.proto


export interface BackupResponse {
  'data'?: (Buffer | Uint8Array | string);
}

export interface BackupResponse__Output {
  'data': (Buffer);
}
