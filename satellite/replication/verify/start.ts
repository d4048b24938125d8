/** `verify`: what an administrator may ask for, and why not. */
import { OperationError } from '../../../common/errors.ts';
import type { ReplicationInput } from '../events.ts';
import { deviceOf, type PeerDevice, type Resource, type Volume } from '../state.ts';
import { FEATURES } from '../wire/frames.ts';
import { beginVerify } from './driver.ts';
import { isComparable } from './pair.ts';

type VerifyInput = Extract<ReplicationInput, { kind: 'verify' }>;

/** Answered once it runs; its end is the event `verify-end`. */
export function requestVerify(r: Resource, volume: Volume, input: VerifyInput): void {
  const connection = r.connections.get(input.peer);
  const problem =
    connection === undefined
      ? refusal(`"${r.config.name}" has no peer with node id ${input.peer}`, 'Look at `lockstepadm status`.')
      : obstacle(deviceOf(connection, volume), input);
  if (problem !== undefined || connection === undefined || volume.md === undefined) {
    if (problem !== undefined) r.ports.completeClient(input.id, { ok: false, error: problem });
    return;
  }
  const device = deviceOf(connection, volume);
  const { verifyAlg } = connection.options;
  const { blockBytes, blocks } = volume.md.layout;
  const start = input.start === undefined ? device.verify.resumeAt : Math.floor(input.start / blockBytes);
  const end = input.stop === undefined ? blocks : Math.min(Math.ceil(input.stop / blockBytes), blocks);
  r.ports.completeClient(input.id, { ok: true });
  if (verifyAlg === 'none') return;
  const total = Math.max(0, end - start);
  const run = { algorithm: verifyAlg, cursor: start, end, ranges: new Map(), total, done: 0, different: 0, skipped: 0 };
  beginVerify(r, device, run);
}

function obstacle(device: PeerDevice, { start, stop }: VerifyInput): OperationError | undefined {
  const { connection, volume, replication } = device;
  if (connection.options.verifyAlg === 'none')
    return refusal('no algorithm is set', 'Set the option verify-alg, for instance to crc32c.');
  if (start !== undefined && stop !== undefined && stop <= start)
    return new OperationError('INVALID_ARGUMENT', 'the range to verify is empty');
  if (start !== undefined && start >= volume.sizeBytes)
    return new OperationError('INVALID_ARGUMENT', 'the range to verify lies beyond the end of the volume');
  if (replication !== 'Established')
    return refusal(`the replication state is ${replication}`, 'Wait until it is Established.');
  if ((connection.features & FEATURES.onlineVerify) === 0)
    return refusal('the peer does not know online verify', 'Bring both nodes to the same release.');
  if (!isComparable(device)) return refusal('not both disks are UpToDate', 'Wait for the resync.');
  return undefined;
}

const refusal = (cause: string, correction: string): OperationError =>
  new OperationError('VERIFY_IMPOSSIBLE', 'the two replicas cannot be verified now', { cause, correction });
