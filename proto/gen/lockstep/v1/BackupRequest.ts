// Original file: lockstep/v1/controller.proto


export interface BackupRequest {
}

export interface BackupRequest__Output {
}
