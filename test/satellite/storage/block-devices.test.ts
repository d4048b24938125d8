import { execFile } from 'node:child_process';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { volumeNumber } from '../../../common/ids.ts';
import { FaultDevice } from '../../../satellite/storage/decorators/fault-device.ts';
import { VolatileDevice } from '../../../satellite/storage/decorators/volatile-device.ts';
import { DeviceProvider } from '../../../satellite/storage/device-provider.ts';
import { openFileDevice } from '../../../satellite/storage/file-device.ts';
import { MemoryDevice } from '../../../satellite/storage/memory-device.ts';
import { blockDeviceContract, type DeviceUnderTest } from '../../contract/block-device.contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const run = promisify(execFile);

describe('Block devices', () => {
  const directory = temporaryDirectory();
  let files = 0;
  const aSparseFile = async (sizeBytes: number): Promise<string> => {
    const path = join(await directory(), `device-${files++}`);
    await writeFile(path, '');
    await truncate(path, sizeBytes);
    return path;
  };

  blockDeviceContract('MemoryDevice', async (sizeBytes) => ({ device: new MemoryDevice(sizeBytes) }));
  blockDeviceContract('FaultDevice without faults', async (sizeBytes) => ({
    device: new FaultDevice(new MemoryDevice(sizeBytes)),
  }));
  blockDeviceContract('VolatileDevice with power', async (sizeBytes) => ({
    device: new VolatileDevice(new MemoryDevice(sizeBytes)),
  }));

  for (const zeroing of ['keep', 'unmap'] as const) {
    blockDeviceContract(`file device (${zeroing})`, async (sizeBytes) => {
      const path = await aSparseFile(sizeBytes);
      const open = () => openFileDevice({ path, zeroing, expectedBytes: sizeBytes });
      return { device: await open(), reopen: open, cleanUp: () => rm(path) };
    });
  }

  blockDeviceContract('data window of a device volume on a file', async (sizeBytes) =>
    onDevice(await aSparseFile(sizeBytes + 1_048_576), sizeBytes, await directory()),
  );

  blockDeviceContract('data window of a device volume on a loop device', async (sizeBytes) => {
    const path = await aSparseFile(sizeBytes + 1_048_576);
    let loop: string;
    try {
      loop = (await run('losetup', ['--find', '--show', path])).stdout.trim();
    } catch (error) {
      return { skipped: `a loop device needs root (${error instanceof Error ? error.message.trim() : String(error)})` };
    }
    const made = await onDevice(loop, sizeBytes, await directory());
    return {
      ...made,
      cleanUp: async () => {
        await made.cleanUp?.();
        await run('losetup', ['--detach', loop]);
        await rm(path);
      },
    };
  });

  async function onDevice(path: string, sizeBytes: number, stateDirectory: string): Promise<DeviceUnderTest> {
    const stateFile = join(stateDirectory, `pool-${files++}.json`);
    const provider = await DeviceProvider.open({ devices: [path], stateFile });
    const id = { resource: 'contract', volume: volumeNumber(0) };
    const backing = await provider.create(id, sizeBytes, 65_536);
    return {
      device: backing.data,
      // The metadata window keeps the descriptor open until here: closing one window must not end the other.
      reopen: async () => {
        await backing.metadata.close();
        const again = await provider.open(id);
        await again.metadata.close();
        return again.data;
      },
      cleanUp: () => backing.metadata.close(),
    };
  }
});
