/** A backup as a stream of pieces that its reader takes at its own speed. */
import { once } from 'node:events';
import { type ServerWritableStream, status as grpcStatus } from '@grpc/grpc-js';
import { asOperationError } from '../../common/errors.ts';
import type { BackupResponse } from '../../proto/gen/lockstep/v1/BackupResponse.ts';
import { formatBackup } from '../maintenance/backup-file.ts';
import type { ServiceContext } from '../service/use-case.ts';

const PIECE_BYTES = 262_144;

export function sendBackup(context: ServiceContext, call: ServerWritableStream<unknown, BackupResponse>): void {
  send(context, call).catch((error: unknown) => {
    const { message, because } = asOperationError(error);
    call.emit('error', { code: grpcStatus.INTERNAL, details: [message, because].filter(Boolean).join(': ') });
  });
}

async function send(
  { state, clock }: ServiceContext,
  call: ServerWritableStream<unknown, BackupResponse>,
): Promise<void> {
  const data = Buffer.from(formatBackup(await state.records(), clock.wallMs()));
  for (let at = 0; at < data.length && !call.cancelled; at += PIECE_BYTES) {
    if (!call.write({ data: data.subarray(at, at + PIECE_BYTES) })) await drained(call);
  }
  call.end();
}

/** Or gone: then nobody reads any more. */
async function drained(call: ServerWritableStream<unknown, BackupResponse>): Promise<void> {
  const gone = new AbortController();
  call.once('cancelled', () => gone.abort());
  await once(call, 'drain', { signal: gone.signal }).catch(() => undefined);
}
