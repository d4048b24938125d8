// Original file: lockstep/v1/controller.proto


export interface HealthRequest {
}

export interface HealthRequest__Output {
}
