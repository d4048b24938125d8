// Original file: lockstep/v1/controller.proto


export interface VersionRequest {
}

export interface VersionRequest__Output {
}
