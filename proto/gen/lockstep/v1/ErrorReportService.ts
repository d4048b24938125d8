// Original file: lockstep/v1/error_report.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { DeleteErrorReportsRequest as _lockstep_v1_DeleteErrorReportsRequest, DeleteErrorReportsRequest__Output as _lockstep_v1_DeleteErrorReportsRequest__Output } from '../../lockstep/v1/DeleteErrorReportsRequest.ts';
import type { DeleteErrorReportsResponse as _lockstep_v1_DeleteErrorReportsResponse, DeleteErrorReportsResponse__Output as _lockstep_v1_DeleteErrorReportsResponse__Output } from '../../lockstep/v1/DeleteErrorReportsResponse.ts';
import type { ListErrorReportsRequest as _lockstep_v1_ListErrorReportsRequest, ListErrorReportsRequest__Output as _lockstep_v1_ListErrorReportsRequest__Output } from '../../lockstep/v1/ListErrorReportsRequest.ts';
import type { ListErrorReportsResponse as _lockstep_v1_ListErrorReportsResponse, ListErrorReportsResponse__Output as _lockstep_v1_ListErrorReportsResponse__Output } from '../../lockstep/v1/ListErrorReportsResponse.ts';

export interface ErrorReportServiceClient extends grpc.Client {
  Delete(argument: _lockstep_v1_DeleteErrorReportsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteErrorReportsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteErrorReportsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  Delete(argument: _lockstep_v1_DeleteErrorReportsRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteErrorReportsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteErrorReportsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_DeleteErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteErrorReportsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_DeleteErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  delete(argument: _lockstep_v1_DeleteErrorReportsRequest, callback: grpc.requestCallback<_lockstep_v1_DeleteErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The newest last. Of the last thousand; refusals are forgotten when another controller leads, failures are kept.
   */
  List(argument: _lockstep_v1_ListErrorReportsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListErrorReportsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListErrorReportsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  List(argument: _lockstep_v1_ListErrorReportsRequest, callback: grpc.requestCallback<_lockstep_v1_ListErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The newest last. Of the last thousand; refusals are forgotten when another controller leads, failures are kept.
   */
  list(argument: _lockstep_v1_ListErrorReportsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListErrorReportsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_lockstep_v1_ListErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListErrorReportsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_lockstep_v1_ListErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  list(argument: _lockstep_v1_ListErrorReportsRequest, callback: grpc.requestCallback<_lockstep_v1_ListErrorReportsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ErrorReportServiceHandlers extends grpc.UntypedServiceImplementation {
  Delete: grpc.handleUnaryCall<_lockstep_v1_DeleteErrorReportsRequest__Output, _lockstep_v1_DeleteErrorReportsResponse>;
  
  /**
   * The newest last. Of the last thousand; refusals are forgotten when another controller leads, failures are kept.
   */
  List: grpc.handleUnaryCall<_lockstep_v1_ListErrorReportsRequest__Output, _lockstep_v1_ListErrorReportsResponse>;
  
}

export interface ErrorReportServiceDefinition extends grpc.ServiceDefinition {
  Delete: MethodDefinition<_lockstep_v1_DeleteErrorReportsRequest, _lockstep_v1_DeleteErrorReportsResponse, _lockstep_v1_DeleteErrorReportsRequest__Output, _lockstep_v1_DeleteErrorReportsResponse__Output>
  List: MethodDefinition<_lockstep_v1_ListErrorReportsRequest, _lockstep_v1_ListErrorReportsResponse, _lockstep_v1_ListErrorReportsRequest__Output, _lockstep_v1_ListErrorReportsResponse__Output>
}
