/** Major version of the gRPC API. */
export const API_VERSION = 1;
