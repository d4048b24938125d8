import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { ApiAnswer as _lockstep_v1_ApiAnswer, ApiAnswer__Output as _lockstep_v1_ApiAnswer__Output } from './lockstep/v1/ApiAnswer.ts';
import type { DeleteErrorReportsRequest as _lockstep_v1_DeleteErrorReportsRequest, DeleteErrorReportsRequest__Output as _lockstep_v1_DeleteErrorReportsRequest__Output } from './lockstep/v1/DeleteErrorReportsRequest.ts';
import type { DeleteErrorReportsResponse as _lockstep_v1_DeleteErrorReportsResponse, DeleteErrorReportsResponse__Output as _lockstep_v1_DeleteErrorReportsResponse__Output } from './lockstep/v1/DeleteErrorReportsResponse.ts';
import type { ErrorReport as _lockstep_v1_ErrorReport, ErrorReport__Output as _lockstep_v1_ErrorReport__Output } from './lockstep/v1/ErrorReport.ts';
import type { ErrorReportFilter as _lockstep_v1_ErrorReportFilter, ErrorReportFilter__Output as _lockstep_v1_ErrorReportFilter__Output } from './lockstep/v1/ErrorReportFilter.ts';
import type { ErrorReportServiceClient as _lockstep_v1_ErrorReportServiceClient, ErrorReportServiceDefinition as _lockstep_v1_ErrorReportServiceDefinition } from './lockstep/v1/ErrorReportService.ts';
import type { ListErrorReportsRequest as _lockstep_v1_ListErrorReportsRequest, ListErrorReportsRequest__Output as _lockstep_v1_ListErrorReportsRequest__Output } from './lockstep/v1/ListErrorReportsRequest.ts';
import type { ListErrorReportsResponse as _lockstep_v1_ListErrorReportsResponse, ListErrorReportsResponse__Output as _lockstep_v1_ListErrorReportsResponse__Output } from './lockstep/v1/ListErrorReportsResponse.ts';
import type { PlacementVerdict as _lockstep_v1_PlacementVerdict, PlacementVerdict__Output as _lockstep_v1_PlacementVerdict__Output } from './lockstep/v1/PlacementVerdict.ts';
import type { SelectFilter as _lockstep_v1_SelectFilter, SelectFilter__Output as _lockstep_v1_SelectFilter__Output } from './lockstep/v1/SelectFilter.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  lockstep: {
    v1: {
      ApiAnswer: MessageTypeDefinition<_lockstep_v1_ApiAnswer, _lockstep_v1_ApiAnswer__Output>
      DeleteErrorReportsRequest: MessageTypeDefinition<_lockstep_v1_DeleteErrorReportsRequest, _lockstep_v1_DeleteErrorReportsRequest__Output>
      DeleteErrorReportsResponse: MessageTypeDefinition<_lockstep_v1_DeleteErrorReportsResponse, _lockstep_v1_DeleteErrorReportsResponse__Output>
      ErrorReport: MessageTypeDefinition<_lockstep_v1_ErrorReport, _lockstep_v1_ErrorReport__Output>
      ErrorReportFilter: MessageTypeDefinition<_lockstep_v1_ErrorReportFilter, _lockstep_v1_ErrorReportFilter__Output>
      ErrorReportService: SubtypeConstructor<typeof grpc.Client, _lockstep_v1_ErrorReportServiceClient> & { service: _lockstep_v1_ErrorReportServiceDefinition }
      ListErrorReportsRequest: MessageTypeDefinition<_lockstep_v1_ListErrorReportsRequest, _lockstep_v1_ListErrorReportsRequest__Output>
      ListErrorReportsResponse: MessageTypeDefinition<_lockstep_v1_ListErrorReportsResponse, _lockstep_v1_ListErrorReportsResponse__Output>
      PlacementVerdict: MessageTypeDefinition<_lockstep_v1_PlacementVerdict, _lockstep_v1_PlacementVerdict__Output>
      SelectFilter: MessageTypeDefinition<_lockstep_v1_SelectFilter, _lockstep_v1_SelectFilter__Output>
      Severity: EnumTypeDefinition
    }
  }
}

