// Original file: lockstep/v1/node.proto


export interface ReconnectNodesRequest {
  'names'?: (string)[];
  'async'?: (boolean);
}

export interface ReconnectNodesRequest__Output {
  'names': (string)[];
  'async': (boolean);
}
