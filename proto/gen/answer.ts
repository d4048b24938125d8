import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      Severity: EnumTypeDefinition
    }
  }
}

