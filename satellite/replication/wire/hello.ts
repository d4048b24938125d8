/**
 * The first bytes on a socket, before any frame: the dialling side says hello, the accepting side answers `ok` or why
 * not. Both formats are fixed for ever, so that programs of different wire versions can at least refuse each other
 * with a reason. Names and texts are ASCII.
 */
import { assert } from '../../../common/assert.ts';
import { type NodeId, NODES_MAX } from '../../../common/ids.ts';
import { ERROR_CODES, type ErrorCode } from '../../../common/errors.ts';
import { getU16, getU32, putU16, putU32 } from './big-endian.ts';
import type { Hello } from './frames.ts';
import { REFUSAL_TEXT_BYTES_MAX, RESOURCE_NAME_BYTES_MAX } from './limits.ts';
import { checkMagic, CRC_BYTES, isSealed, type Opening, sealed } from './sealed.ts';
import { WireError } from './wire-error.ts';

/** "LSH1" and "LSR1" */
const HELLO_MAGIC = 0x4c53_4831;
const REPLY_MAGIC = 0x4c53_5231;
const HELLO_FIXED_BYTES = 20;
const REPLY_FIXED_BYTES = 12;
const STREAM_CODES = { data: 1, control: 2, knock: 3 } as const;
/** In the byte of the stream: the sender will prove that it knows the shared secret, and asks for the same. */
const AUTHENTICATES = 128;

export type HelloReply =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ErrorCode; readonly text: string };

export function encodeHello(hello: Hello): Uint8Array {
  const name = asciiBytes(hello.resource, RESOURCE_NAME_BYTES_MAX);
  assert(name.length > 0, 'a resource has a name');
  const bytes = new Uint8Array(HELLO_FIXED_BYTES + name.length + CRC_BYTES);
  putU32(bytes, 0, HELLO_MAGIC);
  putU16(bytes, 4, hello.versionMin);
  putU16(bytes, 6, hello.versionMax);
  bytes[8] = hello.from;
  bytes[9] = hello.to;
  bytes[10] = STREAM_CODES[hello.stream] | (hello.authenticates ? AUTHENTICATES : 0);
  bytes[11] = name.length;
  putU32(bytes, 12, Number((hello.link >> 32n) & 0xffff_ffffn));
  putU32(bytes, 16, Number(hello.link & 0xffff_ffffn));
  bytes.set(name, HELLO_FIXED_BYTES);
  return sealed(bytes);
}

/** @returns undefined when more bytes are needed; then at most 72 in all. */
export function decodeHello(bytes: Uint8Array): Opening<Hello> | WireError | undefined {
  const wrongMagic = checkMagic(bytes, HELLO_MAGIC);
  if (wrongMagic !== undefined) return wrongMagic;
  if (bytes.length < HELLO_FIXED_BYTES) return undefined;
  const nameLength = bytes[11] ?? 0;
  if (nameLength > RESOURCE_NAME_BYTES_MAX)
    return new WireError('FRAME_TOO_LARGE', 'the resource name in a hello is too long');
  const length = HELLO_FIXED_BYTES + nameLength + CRC_BYTES;
  if (bytes.length < length) return undefined;
  if (!isSealed(bytes, length)) return new WireError('CHECKSUM_MISMATCH', 'a hello is damaged');
  const resource = asciiText(bytes, HELLO_FIXED_BYTES, nameLength);
  const streamByte = bytes[10] ?? 0;
  const stream = streamOf(streamByte & ~AUTHENTICATES);
  const authenticates = (streamByte & AUTHENTICATES) !== 0;
  const from = bytes[8] ?? 0;
  const to = bytes[9] ?? 0;
  const versionMin = getU16(bytes, 4);
  const versionMax = getU16(bytes, 6);
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(resource))
    return new WireError('PROTOCOL_ERROR', 'a hello has no valid resource name');
  if (stream === undefined || from >= NODES_MAX || to >= NODES_MAX || versionMin > versionMax) {
    return new WireError('PROTOCOL_ERROR', 'a hello has impossible fields');
  }
  const link = (BigInt(getU32(bytes, 12)) << 32n) | BigInt(getU32(bytes, 16));
  const value = {
    versionMin,
    versionMax,
    resource,
    from: from as NodeId,
    to: to as NodeId,
    stream,
    authenticates,
    link,
  };
  return { value, length };
}

/** A text that is too long is cut. */
export function encodeHelloReply(reply: HelloReply): Uint8Array {
  const text = reply.ok
    ? new Uint8Array(0)
    : asciiBytes(reply.text.slice(0, REFUSAL_TEXT_BYTES_MAX), REFUSAL_TEXT_BYTES_MAX);
  const bytes = new Uint8Array(REPLY_FIXED_BYTES + text.length + CRC_BYTES);
  putU32(bytes, 0, REPLY_MAGIC);
  putU16(bytes, 4, reply.ok ? 0 : ERROR_CODES[reply.code]);
  putU16(bytes, 6, text.length);
  bytes.set(text, REPLY_FIXED_BYTES);
  return sealed(bytes);
}

/** @returns undefined when more bytes are needed; then at most 272 in all. */
export function decodeHelloReply(bytes: Uint8Array): Opening<HelloReply> | WireError | undefined {
  const wrongMagic = checkMagic(bytes, REPLY_MAGIC);
  if (wrongMagic !== undefined) return wrongMagic;
  if (bytes.length < REPLY_FIXED_BYTES) return undefined;
  const textLength = getU16(bytes, 6);
  if (textLength > REFUSAL_TEXT_BYTES_MAX) return new WireError('FRAME_TOO_LARGE', 'the text of a refusal is too long');
  const length = REPLY_FIXED_BYTES + textLength + CRC_BYTES;
  if (bytes.length < length) return undefined;
  if (!isSealed(bytes, length)) return new WireError('CHECKSUM_MISMATCH', 'the answer to a hello is damaged');
  const number = getU16(bytes, 4);
  if (number === 0) return { value: { ok: true }, length };
  return { value: { ok: false, code: codeOf(number), text: asciiText(bytes, REPLY_FIXED_BYTES, textLength) }, length };
}

/** A peer may be newer and know codes that we do not. */
function codeOf(number: number): ErrorCode {
  const known = Object.entries(ERROR_CODES).find(([, code]) => code === number);
  return known === undefined ? 'PROTOCOL_ERROR' : (known[0] as ErrorCode);
}

function streamOf(code: number): Hello['stream'] | undefined {
  if (code === STREAM_CODES.data) return 'data';
  if (code === STREAM_CODES.control) return 'control';
  return code === STREAM_CODES.knock ? 'knock' : undefined;
}

/** Anything outside printable ASCII becomes `?`. */
function asciiBytes(text: string, max: number): Uint8Array {
  assert(text.length <= max, 'a text within its limit');
  return Uint8Array.from(text, (character) => printable(character.charCodeAt(0)));
}

function asciiText(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at; i < at + length; i++) text += String.fromCharCode(printable(bytes[i] ?? 0));
  return text;
}

const printable = (code: number): number => (code >= 0x20 && code < 0x7f ? code : 0x3f);
