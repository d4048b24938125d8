import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { Advice as _lockstep_v1_Advice, Advice__Output as _lockstep_v1_Advice__Output } from './lockstep/v1/Advice.ts';
import type { AdviceServiceClient as _lockstep_v1_AdviceServiceClient, AdviceServiceDefinition as _lockstep_v1_AdviceServiceDefinition } from './lockstep/v1/AdviceService.ts';
import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { ListAdviceRequest as _lockstep_v1_ListAdviceRequest, ListAdviceRequest__Output as _lockstep_v1_ListAdviceRequest__Output } from './lockstep/v1/ListAdviceRequest.ts';
import type { ListAdviceResponse as _lockstep_v1_ListAdviceResponse, ListAdviceResponse__Output as _lockstep_v1_ListAdviceResponse__Output } from './lockstep/v1/ListAdviceResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      Advice: MessageTypeDefinition<_lockstep_v1_Advice, _lockstep_v1_Advice__Output>
      AdviceService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_AdviceServiceClient> & { service: _lockstep_v1_AdviceServiceDefinition }
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      ListAdviceRequest: MessageTypeDefinition<_lockstep_v1_ListAdviceRequest, _lockstep_v1_ListAdviceRequest__Output>
      ListAdviceResponse: MessageTypeDefinition<_lockstep_v1_ListAdviceResponse, _lockstep_v1_ListAdviceResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
    }
  }
}

