import { expect } from 'chai';
import { FaultDevice } from '../../../../satellite/storage/decorators/fault-device.ts';
import { MemoryDevice } from '../../../../satellite/storage/memory-device.ts';
import { failureOf, flushOf, isSame, pattern, readFrom, writeTo } from '../../../contract/block-device.contract.ts';

describe('Fault device', () => {
  it('fails exactly the operation it was told to, before it reaches the store', async () => {
    const device = new FaultDevice(new MemoryDevice(4096));
    device.failNth('write', 2);
    await writeTo(device, 0, pattern(512, 1));
    expect((await failureOf(writeTo(device, 0, pattern(512, 2)))).message).to.contain('EIO');
    await flushOf(device);
    expect(isSame(await readFrom(device, 0, 512), pattern(512, 1))).to.equal(true);
    await writeTo(device, 0, pattern(512, 3));
    expect(device.count('write')).to.equal(3);
  });

  it('fails all operations of a kind until it is healed', async () => {
    const device = new FaultDevice(new MemoryDevice(4096));
    device.failAll('flush');
    await failureOf(flushOf(device));
    await failureOf(flushOf(device));
    device.heal();
    await flushOf(device);
  });

  it('holds operations back while it stalls, and lets them go in order', async () => {
    const inner = new MemoryDevice(4096);
    const device = new FaultDevice(inner);
    device.stall();
    const order: number[] = [];
    const writes = [1, 2].map((n) => writeTo(device, 0, pattern(512, n)).then(() => order.push(n)));
    expect(isSame(await readFrom(inner, 0, 512), new Uint8Array(512))).to.equal(true);
    device.resume();
    await Promise.all(writes);
    expect(order).to.deep.equal([1, 2]);
    expect(isSame(await readFrom(inner, 0, 512), pattern(512, 2))).to.equal(true);
  });
});
