import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { EffectiveProperty as _lockstep_v1_EffectiveProperty, EffectiveProperty__Output as _lockstep_v1_EffectiveProperty__Output } from './lockstep/v1/EffectiveProperty.ts';
import type { ListPropertiesRequest as _lockstep_v1_ListPropertiesRequest, ListPropertiesRequest__Output as _lockstep_v1_ListPropertiesRequest__Output } from './lockstep/v1/ListPropertiesRequest.ts';
import type { ListPropertiesResponse as _lockstep_v1_ListPropertiesResponse, ListPropertiesResponse__Output as _lockstep_v1_ListPropertiesResponse__Output } from './lockstep/v1/ListPropertiesResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { PropertiesInfoRequest as _lockstep_v1_PropertiesInfoRequest, PropertiesInfoRequest__Output as _lockstep_v1_PropertiesInfoRequest__Output } from './lockstep/v1/PropertiesInfoRequest.ts';
import type { PropertiesInfoResponse as _lockstep_v1_PropertiesInfoResponse, PropertiesInfoResponse__Output as _lockstep_v1_PropertiesInfoResponse__Output } from './lockstep/v1/PropertiesInfoResponse.ts';
import type { PropertyInfo as _lockstep_v1_PropertyInfo, PropertyInfo__Output as _lockstep_v1_PropertyInfo__Output } from './lockstep/v1/PropertyInfo.ts';
import type { PropertyOrigin as _lockstep_v1_PropertyOrigin, PropertyOrigin__Output as _lockstep_v1_PropertyOrigin__Output } from './lockstep/v1/PropertyOrigin.ts';
import type { PropertyOwner as _lockstep_v1_PropertyOwner, PropertyOwner__Output as _lockstep_v1_PropertyOwner__Output } from './lockstep/v1/PropertyOwner.ts';
import type { PropertyServiceClient as _lockstep_v1_PropertyServiceClient, PropertyServiceDefinition as _lockstep_v1_PropertyServiceDefinition } from './lockstep/v1/PropertyService.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';
import type { SetPropertiesRequest as _lockstep_v1_SetPropertiesRequest, SetPropertiesRequest__Output as _lockstep_v1_SetPropertiesRequest__Output } from './lockstep/v1/SetPropertiesRequest.ts';
import type { SetPropertiesResponse as _lockstep_v1_SetPropertiesResponse, SetPropertiesResponse__Output as _lockstep_v1_SetPropertiesResponse__Output } from './lockstep/v1/SetPropertiesResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      EffectiveProperty: MessageTypeDefinition<_lockstep_v1_EffectiveProperty, _lockstep_v1_EffectiveProperty__Output>
      ListPropertiesRequest: MessageTypeDefinition<_lockstep_v1_ListPropertiesRequest, _lockstep_v1_ListPropertiesRequest__Output>
      ListPropertiesResponse: MessageTypeDefinition<_lockstep_v1_ListPropertiesResponse, _lockstep_v1_ListPropertiesResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      PropertiesInfoRequest: MessageTypeDefinition<_lockstep_v1_PropertiesInfoRequest, _lockstep_v1_PropertiesInfoRequest__Output>
      PropertiesInfoResponse: MessageTypeDefinition<_lockstep_v1_PropertiesInfoResponse, _lockstep_v1_PropertiesInfoResponse__Output>
      PropertyInfo: MessageTypeDefinition<_lockstep_v1_PropertyInfo, _lockstep_v1_PropertyInfo__Output>
      PropertyOrigin: MessageTypeDefinition<_lockstep_v1_PropertyOrigin, _lockstep_v1_PropertyOrigin__Output>
      PropertyOwner: MessageTypeDefinition<_lockstep_v1_PropertyOwner, _lockstep_v1_PropertyOwner__Output>
      PropertyService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_PropertyServiceClient> & { service: _lockstep_v1_PropertyServiceDefinition }
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      SetPropertiesRequest: MessageTypeDefinition<_lockstep_v1_SetPropertiesRequest, _lockstep_v1_SetPropertiesRequest__Output>
      SetPropertiesResponse: MessageTypeDefinition<_lockstep_v1_SetPropertiesResponse, _lockstep_v1_SetPropertiesResponse__Output>
      Severity: EnumTypeDefinition
    }
  }
}

