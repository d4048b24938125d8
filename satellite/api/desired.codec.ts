/** From the controller's messages to desired state, and from errors to answers. Generated types go no further than here. */
import type { z } from 'zod';
import { type ErrorCode, OperationError } from '../../common/errors.ts';
import type { VolumeNumber } from '../../common/ids.ts';
import type { DesiredResource__Output } from '../../proto/gen/lockstep/satellite/v1/DesiredResource.ts';
import type { DesiredStoragePool__Output } from '../../proto/gen/lockstep/satellite/v1/DesiredStoragePool.ts';
import type { ApiAnswer } from '../../proto/gen/lockstep/v1/ApiAnswer.ts';
import { desiredPoolSchema, desiredResourceSchema } from '../provision/desired-state.ts';
import type { WantedObject, WantedPool } from '../provision/provisioner.ts';

/** @throws OperationError INVALID_ARGUMENT or INVALID_NAME. */
export function wantedPool(message: DesiredStoragePool__Output): WantedPool {
  if (message.delete) return { delete: true, name: message.name };
  const { name, providerKind, directory, devices } = message;
  return {
    delete: false,
    pool: parsed(desiredPoolSchema, { name, kind: providerKind, directory, devices }, `storage pool ${name}`),
  };
}

/** @throws OperationError INVALID_ARGUMENT or INVALID_NAME. */
export function wantedResource(message: DesiredResource__Output): WantedObject {
  if (message.delete) return { delete: true, name: message.name };
  const resource = parsed(
    desiredResourceSchema,
    {
      name: message.name,
      node: message.nodeId,
      options: message.options,
      volumes: message.volumes
        .filter((volume) => !volume.delete)
        .map((volume) => ({
          volume: volume.volumeNumber,
          sizeBytes: volume.sizeKib * 1024,
          diskful: volume.diskful,
          pool: volume.storagePoolName === '' ? undefined : volume.storagePoolName,
          blockBytes: volume.blockBytes === 0 ? 4_096 : volume.blockBytes,
          peerSlots: volume.peerSlots === 0 ? 7 : volume.peerSlots,
          initialGeneration: volume.initialGeneration === '' ? undefined : volume.initialGeneration,
          options: volume.options,
        })),
      peers: message.peers.map((peer) => ({
        node: peer.nodeId,
        name: peer.name,
        host: peer.address,
        port: peer.replicationPort === 0 ? 7_000 : peer.replicationPort,
        protocol: peer.protocol === '' ? 'C' : peer.protocol,
        diskful: peer.diskful,
        slot: peer.bitmapSlot,
        options: peer.options,
      })),
    },
    `resource ${message.name}`,
  );
  const removed = message.volumes
    .filter((volume) => volume.delete)
    .map((volume) => volume.volumeNumber as VolumeNumber);
  return { delete: false, wanted: { resource, removed } };
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new OperationError('INVALID_ARGUMENT', `${what} is not something that this satellite can make`, {
    cause: issue === undefined ? 'it does not parse' : `${issue.path.join('.')}: ${issue.message}`,
    correction: 'Controller and satellite may be of different versions.',
  });
}

export function errorAnswer(error: OperationError, refs: Readonly<Record<string, string>> = {}): ApiAnswer {
  return {
    severity: 'SEVERITY_ERROR',
    code: error.number,
    codeName: error.code satisfies ErrorCode,
    message: error.message,
    cause: error.because ?? '',
    correction: error.correction ?? '',
    details: error.details ?? '',
    refs: { ...refs, ...error.refs },
  };
}
