/** Real sectors that say which write they are of: what `SimPayload` holds as numbers, as bytes. */
import { GARBAGE_VERSION, ZERO_VERSION } from '../../../sim/sim-payload.ts';

/** Volume, sector, version; then that again and again. */
const MARK_BYTES = 16;

export function encodeSectors(
  sectorBytes: number,
  volume: number,
  first: number,
  count: number,
  version: number,
): Buffer {
  const data = Buffer.alloc(count * sectorBytes);
  for (let i = 0; i < count; i += 1)
    fill(data.subarray(i * sectorBytes, (i + 1) * sectorBytes), volume, first + i, version);
  return data;
}

/** @returns a version per sector; GARBAGE_VERSION for what no write has left there as a whole. */
export function decodeSectors(sectorBytes: number, volume: number, first: number, data: Buffer): Uint32Array {
  const versions = new Uint32Array(data.length / sectorBytes);
  const expected = Buffer.alloc(sectorBytes);
  for (let i = 0; i < versions.length; i += 1) {
    const found = data.subarray(i * sectorBytes, (i + 1) * sectorBytes);
    const version = found.readUInt32LE(8);
    fill(expected, volume, first + i, version);
    versions[i] = found.equals(expected) ? version : GARBAGE_VERSION;
  }
  return versions;
}

function fill(sector: Buffer, volume: number, number: number, version: number): void {
  if (version === ZERO_VERSION) {
    sector.fill(0);
    return;
  }
  sector.writeUInt32LE(volume, 0);
  sector.writeUInt32LE(number, 4);
  sector.writeUInt32LE(version, 8);
  sector.writeUInt32LE(0, 12);
  for (let filled = MARK_BYTES; filled < sector.length; filled *= 2) sector.copy(sector, filled, 0, filled);
}
