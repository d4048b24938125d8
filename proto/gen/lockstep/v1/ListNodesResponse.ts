// Original file: lockstep/v1/node.proto

import type { Node as _lockstep_v1_Node, Node__Output as _lockstep_v1_Node__Output } from '../../lockstep/v1/Node.ts';

export interface ListNodesResponse {
  'nodes'?: (_lockstep_v1_Node)[];
}

export interface ListNodesResponse__Output {
  'nodes': (_lockstep_v1_Node__Output)[];
}
