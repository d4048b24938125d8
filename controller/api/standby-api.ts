/** What a controller serves that does not lead: who it is, and for everything else where the leader is. */
import type { handleUnaryCall, sendUnaryData, ServerWritableStream, UntypedHandleCall } from '@grpc/grpc-js';
import type { HealthResponse } from '../../proto/gen/lockstep/v1/HealthResponse.ts';
import type { VersionResponse } from '../../proto/gen/lockstep/v1/VersionResponse.ts';
import { loadApi } from '../../proto/load.ts';
import { API_VERSION } from './api-version.ts';
import type { ServedService } from './grpc-endpoint.ts';
import { notLeader } from './not-leader.ts';

export function standbyServices(version: string, leader: () => string | undefined): ServedService[] {
  const Version: handleUnaryCall<unknown, VersionResponse> = (_call, respond) =>
    respond(null, { version, apiVersion: API_VERSION, role: 'standby' });
  const Health: handleUnaryCall<unknown, HealthResponse> = (_call, respond) => {
    const address = leader();
    const message = address === undefined ? 'no controller leads at the moment' : `the leader is ${address}`;
    respond(null, { healthy: address !== undefined, message, role: 'standby', leader: address ?? '' });
  };
  const own: Readonly<Record<string, UntypedHandleCall>> = { Version, Health };
  const { v1 } = loadApi();
  return Object.values(v1).flatMap((entry) => {
    // Messages and enumerations stand beside the services.
    if (!('service' in entry)) return [];
    const definition = entry.service;
    const refusing = Object.entries(definition).map(([name, method]) => {
      if (definition === v1.ControllerService.service && own[name] !== undefined) return [name, own[name]];
      if (!method.responseStream) {
        return [name, (_call: unknown, respond: sendUnaryData<unknown>) => respond(notLeader(leader()))];
      }
      return [name, (call: ServerWritableStream<unknown, unknown>) => void call.emit('error', notLeader(leader()))];
    });
    return [{ definition, implementation: Object.fromEntries(refusing) }];
  });
}
