/** Byte-by-byte comparison of replicas, read from the files behind them. */
import { type FileHandle, open } from 'node:fs/promises';

const CHUNK_BYTES = 1_048_576;

type Comparison =
  | { readonly identical: true; readonly bytes: number }
  | { readonly identical: false; readonly path: string; readonly offset: number };

/** The first `sizeBytes` of each file. `onProgress` gets the number of bytes compared so far. */
export async function compareFiles(
  paths: readonly string[],
  sizeBytes: number,
  onProgress: (bytes: number) => void,
): Promise<Comparison> {
  const files: FileHandle[] = [];
  try {
    for (const path of paths) files.push(await open(path, 'r'));
    const [reference, ...others] = files;
    if (reference === undefined) return { identical: true, bytes: 0 };
    const expected = Buffer.alloc(CHUNK_BYTES);
    const found = Buffer.alloc(CHUNK_BYTES);
    for (let offset = 0; offset < sizeBytes; offset += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES, sizeBytes - offset);
      await readFully(reference, expected, length, offset);
      for (const [index, file] of others.entries()) {
        await readFully(file, found, length, offset);
        const at = firstDifference(expected, found, length);
        if (at !== undefined) return { identical: false, path: paths[index + 1] ?? '', offset: offset + at };
      }
      onProgress(offset + length);
    }
    return { identical: true, bytes: sizeBytes };
  } finally {
    for (const file of files) await file.close();
  }
}

/** A file that ends early counts as zeroes there, as a thin one reads. */
async function readFully(file: FileHandle, buffer: Buffer, length: number, offset: number): Promise<void> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, offset + done);
    if (bytesRead === 0) {
      buffer.fill(0, done, length);
      return;
    }
    done += bytesRead;
  }
}

function firstDifference(a: Buffer, b: Buffer, length: number): number | undefined {
  if (a.compare(b, 0, length, 0, length) === 0) return undefined;
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at;
  return undefined;
}
