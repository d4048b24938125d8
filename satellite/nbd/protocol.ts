/**
 * Numbers and layouts of the NBD protocol (fixed newstyle handshake, simple and structured replies), as codecs over
 * buffers that the caller owns. All fields are big-endian. Nothing here knows of sockets or exports.
 */
import type { NbdErrno, NbdExtent } from './export.ts';

const MAGIC_SERVER = 0x4e42444d41474943n; // "NBDMAGIC"
export const MAGIC_OPTION = 0x49484156454f5054n; // "IHAVEOPT"
const MAGIC_OPTION_REPLY = 0x3e889045565a9n;
export const MAGIC_REQUEST = 0x25609513;
const MAGIC_SIMPLE_REPLY = 0x67446698;
const MAGIC_STRUCTURED_REPLY = 0x668e33ef;

export const HANDSHAKE_FLAGS = { FIXED_NEWSTYLE: 1, NO_ZEROES: 2 } as const;

export const OPTION = {
  EXPORT_NAME: 1,
  ABORT: 2,
  LIST: 3,
  STARTTLS: 5,
  INFO: 6,
  GO: 7,
  STRUCTURED_REPLY: 8,
  LIST_META_CONTEXT: 9,
  SET_META_CONTEXT: 10,
} as const;

export const REPLY = {
  ACK: 1,
  SERVER: 2,
  INFO: 3,
  META_CONTEXT: 4,
  ERR_UNSUP: 0x8000_0001,
  ERR_POLICY: 0x8000_0002,
  ERR_INVALID: 0x8000_0003,
  ERR_UNKNOWN: 0x8000_0006,
  ERR_SHUTDOWN: 0x8000_0007,
  ERR_TOO_BIG: 0x8000_0009,
} as const;

export const INFO = { EXPORT: 0, NAME: 1, DESCRIPTION: 2, BLOCK_SIZE: 3 } as const;

export const TRANSMISSION_FLAGS = {
  HAS_FLAGS: 1 << 0,
  READ_ONLY: 1 << 1,
  SEND_FLUSH: 1 << 2,
  SEND_FUA: 1 << 3,
  SEND_TRIM: 1 << 5,
  SEND_WRITE_ZEROES: 1 << 6,
  SEND_DF: 1 << 7,
  CAN_MULTI_CONN: 1 << 8,
  SEND_CACHE: 1 << 10,
  SEND_FAST_ZERO: 1 << 11,
} as const;

export const COMMAND = {
  READ: 0,
  WRITE: 1,
  DISC: 2,
  FLUSH: 3,
  TRIM: 4,
  CACHE: 5,
  WRITE_ZEROES: 6,
  BLOCK_STATUS: 7,
} as const;

export const COMMAND_FLAG = { FUA: 1, NO_HOLE: 2, DF: 4, REQ_ONE: 8, FAST_ZERO: 16 } as const;

const CHUNK_FLAG_DONE = 1;
const CHUNK = { NONE: 0, OFFSET_DATA: 1, BLOCK_STATUS: 5, ERROR: 0x8001 } as const;

const ERRNO: Readonly<Record<NbdErrno, number>> = {
  EPERM: 1,
  EIO: 5,
  ENOMEM: 12,
  EINVAL: 22,
  ENOSPC: 28,
  EOVERFLOW: 75,
  ENOTSUP: 95,
  ESHUTDOWN: 108,
};

/** The one metadata context of ours: holes and zeroes. Its id is our choice. */
export const CONTEXT_ALLOCATION = 'base:allocation';
export const CONTEXT_ALLOCATION_ID = 1;
const EXTENT_HOLE = 1;
const EXTENT_ZERO = 2;

/** Longest string that the protocol allows, in bytes. */
export const STRING_BYTES_MAX = 4096;
/** Largest payload of a read or write; the default that every client may assume. */
export const REQUEST_PAYLOAD_MAX = 32 * 1024 * 1024;
export const OPTION_HEADER_BYTES = 16;
export const REQUEST_HEADER_BYTES = 28;
export const SIMPLE_REPLY_BYTES = 16;
export const READ_CHUNK_HEADER_BYTES = 28;
const EXTENT_BYTES = 8;
const CHUNK_HEADER_BYTES = 20;

const TWO_POW_32 = 2 ** 32;

/** What a client asks for. One object is filled again and again, so that decoding allocates nothing. */
export interface RequestHeader {
  magic: number;
  flags: number;
  command: number;
  /** Opaque to us, sent back in the reply. */
  cookieHigh: number;
  cookieLow: number;
  /** Inexact beyond 2^53, which is beyond the end of every export all the same. */
  offset: number;
  length: number;
}

export const emptyRequestHeader = (): RequestHeader => ({
  magic: 0,
  flags: 0,
  command: 0,
  cookieHigh: 0,
  cookieLow: 0,
  offset: 0,
  length: 0,
});

/** @param buffer holds REQUEST_HEADER_BYTES from `at` on. */
export function decodeRequestHeader(buffer: Buffer, at: number, into: RequestHeader): void {
  into.magic = buffer.readUInt32BE(at);
  into.flags = buffer.readUInt16BE(at + 4);
  into.command = buffer.readUInt16BE(at + 6);
  into.cookieHigh = buffer.readUInt32BE(at + 8);
  into.cookieLow = buffer.readUInt32BE(at + 12);
  into.offset = buffer.readUInt32BE(at + 16) * TWO_POW_32 + buffer.readUInt32BE(at + 20);
  into.length = buffer.readUInt32BE(at + 24);
}

/** Names the request that a reply belongs to. */
interface Cookie {
  readonly cookieHigh: number;
  readonly cookieLow: number;
}

export function encodeSimpleReply(buffer: Buffer, at: number, request: Cookie, error: NbdErrno | undefined): void {
  buffer.writeUInt32BE(MAGIC_SIMPLE_REPLY, at);
  buffer.writeUInt32BE(error === undefined ? 0 : ERRNO[error], at + 4);
  buffer.writeUInt32BE(request.cookieHigh, at + 8);
  buffer.writeUInt32BE(request.cookieLow, at + 12);
}

/** The only and last chunk of a read; `length` bytes of data follow it. */
export function encodeReadChunkHeader(buffer: Buffer, at: number, request: RequestHeader): void {
  encodeChunkHeader(buffer, at, request, CHUNK.OFFSET_DATA, 8 + request.length);
  writeUint64(buffer, at + CHUNK_HEADER_BYTES, request.offset);
}

/** The last chunk of a structured reply, with a text for people. */
export function encodeErrorChunk(request: Cookie, error: NbdErrno, text: string): Buffer {
  const message = Buffer.from(text, 'utf8').subarray(0, STRING_BYTES_MAX);
  const buffer = Buffer.allocUnsafe(CHUNK_HEADER_BYTES + 6 + message.length);
  encodeChunkHeader(buffer, 0, request, CHUNK.ERROR, 6 + message.length);
  buffer.writeUInt32BE(ERRNO[error], CHUNK_HEADER_BYTES);
  buffer.writeUInt16BE(message.length, CHUNK_HEADER_BYTES + 4);
  message.copy(buffer, CHUNK_HEADER_BYTES + 6);
  return buffer;
}

/** @param extents at least one, each of 1 … 2^32-1 bytes. */
export function encodeBlockStatusChunk(request: Cookie, extents: readonly NbdExtent[]): Buffer {
  const bodyBytes = 4 + extents.length * EXTENT_BYTES;
  const buffer = Buffer.allocUnsafe(CHUNK_HEADER_BYTES + bodyBytes);
  encodeChunkHeader(buffer, 0, request, CHUNK.BLOCK_STATUS, bodyBytes);
  let at = buffer.writeUInt32BE(CONTEXT_ALLOCATION_ID, CHUNK_HEADER_BYTES);
  for (const extent of extents) {
    at = buffer.writeUInt32BE(extent.length, at);
    at = buffer.writeUInt32BE((extent.hole ? EXTENT_HOLE : 0) | (extent.zero ? EXTENT_ZERO : 0), at);
  }
  return buffer;
}

function encodeChunkHeader(buffer: Buffer, at: number, request: Cookie, type: number, bodyBytes: number): void {
  buffer.writeUInt32BE(MAGIC_STRUCTURED_REPLY, at);
  buffer.writeUInt16BE(CHUNK_FLAG_DONE, at + 4);
  buffer.writeUInt16BE(type, at + 6);
  buffer.writeUInt32BE(request.cookieHigh, at + 8);
  buffer.writeUInt32BE(request.cookieLow, at + 12);
  buffer.writeUInt32BE(bodyBytes, at + 16);
}

/** What the server says first. */
export function encodeGreeting(): Buffer {
  const buffer = Buffer.allocUnsafe(18);
  buffer.writeBigUInt64BE(MAGIC_SERVER, 0);
  buffer.writeBigUInt64BE(MAGIC_OPTION, 8);
  buffer.writeUInt16BE(HANDSHAKE_FLAGS.FIXED_NEWSTYLE | HANDSHAKE_FLAGS.NO_ZEROES, 16);
  return buffer;
}

export function encodeOptionReply(option: number, reply: number, body: Uint8Array = new Uint8Array(0)): Buffer {
  const buffer = Buffer.allocUnsafe(20 + body.length);
  buffer.writeBigUInt64BE(MAGIC_OPTION_REPLY, 0);
  buffer.writeUInt32BE(option, 8);
  buffer.writeUInt32BE(reply, 12);
  buffer.writeUInt32BE(body.length, 16);
  buffer.set(body, 20);
  return buffer;
}

/** Body of REP_SERVER: one line of LIST. */
export function encodeServerEntry(name: string, description: string): Buffer {
  const nameBytes = Buffer.from(name, 'utf8');
  const buffer = Buffer.allocUnsafe(4 + nameBytes.length);
  buffer.writeUInt32BE(nameBytes.length, 0);
  nameBytes.copy(buffer, 4);
  return Buffer.concat([buffer, encodeText(description)]);
}

/** Body of REP_INFO for INFO.EXPORT. */
export function encodeExportInfo(sizeBytes: number, flags: number): Buffer {
  const buffer = Buffer.allocUnsafe(12);
  buffer.writeUInt16BE(INFO.EXPORT, 0);
  writeUint64(buffer, 2, sizeBytes);
  buffer.writeUInt16BE(flags, 10);
  return buffer;
}

export function encodeBlockSizeInfo(minimum: number, preferred: number, maximum: number): Buffer {
  const buffer = Buffer.allocUnsafe(14);
  buffer.writeUInt16BE(INFO.BLOCK_SIZE, 0);
  buffer.writeUInt32BE(minimum, 2);
  buffer.writeUInt32BE(preferred, 6);
  buffer.writeUInt32BE(maximum, 10);
  return buffer;
}

/** Body of REP_INFO for INFO.NAME and INFO.DESCRIPTION. */
export function encodeTextInfo(info: number, text: string): Buffer {
  const head = Buffer.allocUnsafe(2);
  head.writeUInt16BE(info, 0);
  return Buffer.concat([head, encodeText(text)]);
}

/** Body of REP_META_CONTEXT. The id means nothing in a listing. */
export function encodeMetaContext(id: number, name: string): Buffer {
  const head = Buffer.allocUnsafe(4);
  head.writeUInt32BE(id, 0);
  return Buffer.concat([head, encodeText(name)]);
}

/** Answer to EXPORT_NAME, which knows no errors. Clients that did not ask for NO_ZEROES get 124 bytes of padding. */
export function encodeExportNameReply(sizeBytes: number, flags: number, padded: boolean): Buffer {
  const buffer = Buffer.alloc(padded ? 134 : 10);
  writeUint64(buffer, 0, sizeBytes);
  buffer.writeUInt16BE(flags, 8);
  return buffer;
}

/** UTF-8, cut where the protocol's strings end. */
export const encodeText = (text: string): Buffer => Buffer.from(text, 'utf8').subarray(0, STRING_BYTES_MAX);

function writeUint64(buffer: Buffer, at: number, value: number): void {
  buffer.writeUInt32BE(Math.floor(value / TWO_POW_32), at);
  buffer.writeUInt32BE(value % TWO_POW_32, at + 4);
}
