/** The shape of one row of the frame table: how the body of one type becomes bytes and back. */
import type { Frame, FrameType, Stream } from './frames.ts';
import type { WireReader, WireWriter } from './big-endian.ts';

/** The member of the union that carries this type. */
export type FrameOf<T extends FrameType> = Frame extends infer F
  ? F extends Frame
    ? T extends F['type']
      ? F
      : never
    : never
  : never;

export interface BodyCodec<F extends Frame> {
  /** On the wire; append-only. */
  readonly number: number;
  readonly stream: Stream;
  readonly hasPayload: boolean;
  /** Of the body, in bytes; a header outside of them is refused at once. */
  readonly bodyMin: number;
  readonly bodyMax: number;
  /** Flags that may be set in the header. */
  readonly flags: number;
  /** Has a volume in its header. */
  readonly hasVolume: boolean;
  bodyBytes(frame: F): number;
  /** Writes exactly `bodyBytes(frame)` bytes and sets the writer's flags and volume. */
  write(frame: F, out: WireWriter): void;
  /** Reads the whole body. @throws WireError */
  read(from: WireReader): F;
}

interface FixedBody<F extends Frame> {
  readonly number: number;
  readonly stream: Stream;
  readonly bytes: number;
  readonly flags?: number;
  readonly hasPayload?: boolean;
  readonly hasVolume?: boolean;
  write(frame: F, out: WireWriter): void;
  read(from: WireReader): F;
}

/** A body that always has the same length. */
export function fixedBody<F extends Frame>(body: FixedBody<F>): BodyCodec<F> {
  const { number, stream, bytes, flags = 0, hasPayload = false, hasVolume = false, write, read } = body;
  return {
    number,
    stream,
    hasPayload,
    bodyMin: bytes,
    bodyMax: bytes,
    flags,
    hasVolume,
    bodyBytes: () => bytes,
    write,
    read,
  };
}
