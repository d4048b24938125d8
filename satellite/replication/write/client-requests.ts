/** Requests of the clients on this node at the door: checked, held while I/O is suspended, then handed to their path. */
import { unreachable } from '../../../common/assert.ts';
import { OperationError } from '../../../common/errors.ts';
import { noVolume } from '../administration.ts';
import type { ClientInput } from '../events.ts';
import { failureOf, isSuspended } from '../quorum/suspension.ts';
import type { Resource, Volume } from '../state.ts';
import { submitFlush } from './flush.ts';
import { submitRead } from './reads.ts';
import { submitWrite } from './write-path.ts';
import { piecesOf, zeroingsOf } from './zeroing.ts';

const READ_BYTES_MAX = 1_048_576;
const ZERO_BYTES_MAX = 134_217_728;
const SECTOR_BYTES = 512;

export function takeClient(r: Resource, input: ClientInput): void {
  const volume = r.volumes.get(input.volume);
  const problem = clientProblem(r, volume, input);
  if (volume === undefined || problem !== undefined) {
    r.ports.completeClient(input.id, { ok: false, error: problem ?? noVolume(r, input.volume) });
    return;
  }
  if (isSuspended(r)) {
    r.held.push(input);
    return;
  }
  switch (input.kind) {
    case 'client-read':
      return submitRead(r, input.id, volume, input.offset, input.length);
    case 'client-flush':
      return submitFlush(r, input.id, volume);
    case 'client-write': {
      const { id, offset, payload, fua } = input;
      return submitWrite(r, {
        client: id,
        volume,
        offset,
        length: payload.byteLength,
        operation: 'data',
        payload,
        mayUnmap: false,
        fua,
        cut: undefined,
      });
    }
    case 'client-zero': {
      const { id, offset, length, mayUnmap, fua } = input;
      const operation = input.discard ? 'discard' : 'zeroes';
      const pieces = zeroingsOf(volume, { offset, length, operation, mayUnmap }).flatMap((zeroing) =>
        piecesOf(r, volume, zeroing.offset, zeroing.length).map((piece) => ({ ...zeroing, ...piece })),
      );
      const cut = pieces.length === 1 ? undefined : { remaining: pieces.length, failure: undefined };
      for (const piece of pieces) submitWrite(r, { client: id, volume, ...piece, payload: undefined, fua, cut });
      return;
    }
    default:
      return unreachable(input);
  }
}

function clientProblem(r: Resource, volume: Volume | undefined, input: ClientInput): OperationError | undefined {
  if (volume === undefined) return noVolume(r, input.volume);
  if (r.down) return new OperationError('IN_TRANSITION', 'the resource is being stopped');
  const failure = failureOf(r);
  if (failure !== undefined) return failure;
  if (input.kind !== 'client-read' && r.role !== 'Primary') {
    return new OperationError('NOT_PROMOTABLE', `"${r.config.name}" is Secondary on this node: it takes no writes`, {
      correction: 'Open the volume read-write or promote the resource first.',
    });
  }
  if (input.kind === 'client-flush') return undefined;
  const length = input.kind === 'client-write' ? input.payload.byteLength : input.length;
  const limit = input.kind === 'client-zero' ? ZERO_BYTES_MAX : READ_BYTES_MAX;
  if (length === 0 || length > limit || input.offset % SECTOR_BYTES !== 0 || length % SECTOR_BYTES !== 0) {
    return new OperationError(
      'INVALID_ARGUMENT',
      'a request is a whole number of sectors, at most 1 MiB (zeroing: 128 MiB)',
    );
  }
  if (input.offset + length > volume.sizeBytes)
    return new OperationError('INVALID_ARGUMENT', 'the request lies beyond the end of the volume');
  return undefined;
}
