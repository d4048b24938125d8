/** Makes the controller know the satellites of a dev cluster and one storage pool on each. Idempotent: repeats what is missing. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OperationError } from '../../common/errors.ts';
import type { ApiAnswer__Output } from '../../proto/gen/lockstep/v1/ApiAnswer.ts';
import { fromApi } from '../api/answers.ts';
import type { ControllerClient } from '../api/controller-client.ts';
import type { DevSatellite } from './cluster-file.ts';

export const DEV_POOL = 'DfltStorPool';
const ONLINE_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

const poolDirectory = (satellite: DevSatellite): string => join(satellite.dataDir, 'pool');

export async function registerSatellites(
  client: ControllerClient,
  satellites: readonly DevSatellite[],
  signal: AbortSignal,
): Promise<void> {
  const { nodes } = await client.call(client.nodes, 'list', {});
  for (const satellite of satellites) {
    const known = nodes.find((node) => node.name.toLowerCase() === satellite.name.toLowerCase());
    if (known === undefined) {
      const request = { name: satellite.name, address: satellite.address, requestId: randomUUID() };
      requireDone((await client.call(client.nodes, 'create', request)).answers);
    } else if (known.address !== satellite.address) {
      throw new OperationError(
        'NODE_EXISTS',
        `the controller knows ${satellite.name} at ${known.address}, not at ${satellite.address}`,
        {
          correction: 'Use the --address-base of the first start, or start anew: lockstep dev down --purge.',
        },
      );
    }
  }
  await waitOnline(client, satellites, signal);
  const { storagePools } = await client.call(client.storagePools, 'list', { names: [DEV_POOL] });
  for (const satellite of satellites) {
    if (storagePools.some((pool) => pool.nodeName === satellite.name && pool.name === DEV_POOL)) continue;
    await mkdir(poolDirectory(satellite), { recursive: true });
    const request = {
      nodeName: satellite.name,
      name: DEV_POOL,
      providerKind: 'FILE_THIN',
      directory: poolDirectory(satellite),
      requestId: randomUUID(),
    };
    requireDone((await client.call(client.storagePools, 'create', request)).answers);
  }
}

/** @throws OperationError TIMED_OUT with what the controller says about each node that is missing. */
async function waitOnline(
  client: ControllerClient,
  satellites: readonly DevSatellite[],
  signal: AbortSignal,
): Promise<void> {
  const deadlineMs = Date.now() + ONLINE_TIMEOUT_MS;
  for (;;) {
    signal.throwIfAborted();
    const { nodes } = await client.call(client.nodes, 'list', { names: satellites.map((satellite) => satellite.name) });
    const missing = satellites.filter(
      (satellite) => nodes.find((node) => node.name === satellite.name)?.connectionStatus !== 'ONLINE',
    );
    if (missing.length === 0) return;
    if (Date.now() > deadlineMs) {
      const reasons = missing.map(({ name }) => {
        const node = nodes.find((candidate) => candidate.name === name);
        return `${name}: ${node?.connectionStatus ?? 'unknown'} ${node?.problem?.message ?? ''}`.trimEnd();
      });
      throw new OperationError('TIMED_OUT', `not all satellites are online after ${ONLINE_TIMEOUT_MS / 1000} s`, {
        cause: reasons.join('\n'),
        correction: 'Look at the logs that lockstep dev status names.',
      });
    }
    await delay(POLL_MS);
  }
}

/** @throws OperationError made of the first ERROR entry. */
export function requireDone(answers: readonly ApiAnswer__Output[]): void {
  const failed = fromApi(answers).find((answer) => answer.head === 'ERROR');
  if (failed === undefined) return;
  throw new OperationError('SATELLITE_FAILED', `${failed.message} (${failed.codeName}, ${failed.code})`, {
    ...(failed.cause === '' ? {} : { cause: failed.cause }),
    ...(failed.correction === '' ? {} : { correction: failed.correction }),
    ...(failed.details === '' ? {} : { details: failed.details }),
  });
}
