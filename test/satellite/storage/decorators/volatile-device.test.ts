import { expect } from 'chai';
import { VolatileDevice } from '../../../../satellite/storage/decorators/volatile-device.ts';
import { MemoryDevice } from '../../../../satellite/storage/memory-device.ts';
import { flushOf, isSame, pattern, readFrom, writeTo, zeroOn } from '../../../contract/block-device.contract.ts';

const NONE = (): boolean => false;

describe('Volatile device', () => {
  const aDevice = () => {
    const inner = new MemoryDevice(65_536);
    return { inner, device: new VolatileDevice(inner) };
  };

  it('loses what was not flushed and keeps what was', async () => {
    const { inner, device } = aDevice();
    await writeTo(device, 0, pattern(4096, 1));
    await flushOf(device);
    await writeTo(device, 0, pattern(4096, 2));
    await zeroOn(device, 2048, 512);
    expect(device.cachedWrites).to.equal(2);
    await device.powerCut(NONE);
    expect(isSame(inner.bytes.subarray(0, 4096), pattern(4096, 1))).to.equal(true);
  });

  it('tears a write at the sectors that the test chooses', async () => {
    const { inner, device } = aDevice();
    await writeTo(device, 0, pattern(2048, 3));
    await device.powerCut((write, sector) => write === 0 && sector % 2 === 1);
    const expected = pattern(2048, 3);
    expected.fill(0, 0, 512);
    expected.fill(0, 1024, 1536);
    expect(isSame(inner.bytes.subarray(0, 2048), expected)).to.equal(true);
  });

  it('reads the newest data, flushed or not, and while a flush runs', async () => {
    const { device } = aDevice();
    await writeTo(device, 0, pattern(4096, 1));
    const flushing = flushOf(device);
    await writeTo(device, 1024, pattern(512, 2));
    const expected = pattern(4096, 1);
    expected.set(pattern(512, 2), 1024);
    expect(isSame(await readFrom(device, 0, 4096), expected)).to.equal(true);
    await flushing;
    expect(isSame(await readFrom(device, 0, 4096), expected)).to.equal(true);
  });

  it('completes nothing after the power is cut, a running flush included', async () => {
    const { inner, device } = aDevice();
    await writeTo(device, 0, pattern(4096, 1));
    await writeTo(device, 8192, pattern(4096, 2));
    let completions = 0;
    const count = () => void completions++;
    device.flush(count);
    device.write(0, [pattern(512, 4)], count);
    await device.powerCut(NONE);
    device.read(0, 512, count);
    await flushOf(inner);
    await flushOf(inner);
    expect(completions).to.equal(0);
    expect(isSame(inner.bytes.subarray(8192, 12_288), new Uint8Array(4096))).to.equal(true);
  });
});
