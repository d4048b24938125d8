/**
 * The handshake of one client: greeting, client flags, options, up to the wish to open an export. It consumes bytes from
 * a queue and emits bytes; opening, timers and the socket belong to the connection.
 */
import type { ErrorCode, OperationError } from '../../common/errors.ts';
import type { ByteQueue } from './byte-queue.ts';
import type { NbdExport, NbdExports } from './export.ts';
import type { NbdLimits } from './limits.ts';
import {
  CONTEXT_ALLOCATION,
  CONTEXT_ALLOCATION_ID,
  encodeBlockSizeInfo,
  encodeExportInfo,
  encodeExportNameReply,
  encodeGreeting,
  encodeMetaContext,
  encodeOptionReply,
  encodeServerEntry,
  encodeText,
  encodeTextInfo,
  HANDSHAKE_FLAGS,
  INFO,
  MAGIC_OPTION,
  OPTION,
  OPTION_HEADER_BYTES,
  REPLY,
  REQUEST_PAYLOAD_MAX,
  STRING_BYTES_MAX,
  TRANSMISSION_FLAGS,
} from './protocol.ts';

/** What the connection does next. */
export type NegotiationStep =
  | { readonly kind: 'wait-for-bytes' }
  | { readonly kind: 'next-option' }
  | { readonly kind: 'open'; readonly wish: OpenWish }
  /** `code` is for the log: what the client did wrong; undefined where it just goes. */
  | { readonly kind: 'end'; readonly reason: string; readonly polite: true; readonly code: ErrorCode | undefined }
  | { readonly kind: 'end'; readonly reason: string; readonly polite: false; readonly code: ErrorCode };

/** The client wants to transmit. Answered with `opened` or `refused`. */
export interface OpenWish {
  readonly option: 'GO' | 'EXPORT_NAME';
  readonly target: NbdExport;
  readonly infos: ReadonlySet<number>;
  readonly agreed: Agreed;
}

/** What holds during transmission. */
export interface Agreed {
  readonly structuredReplies: boolean;
  readonly blockStatus: boolean;
}

const WAIT: NegotiationStep = { kind: 'wait-for-bytes' };
const NEXT: NegotiationStep = { kind: 'next-option' };
const CLIENT_FLAGS_BYTES = 4;

export class Negotiation {
  private readonly exports: NbdExports;
  private readonly limits: NbdLimits;
  private readonly send: (bytes: Uint8Array) => void;
  /** undefined until the client flags have come. */
  private padExportNameReply: boolean | undefined;
  private structuredReplies = false;
  /** Export for which base:allocation was chosen. */
  private blockStatusFor: string | undefined;
  private option: { readonly code: number; readonly length: number } | undefined;
  private optionsSeen = 0;

  constructor(exports: NbdExports, limits: NbdLimits, send: (bytes: Uint8Array) => void) {
    this.exports = exports;
    this.limits = limits;
    this.send = send;
  }

  greet(): void {
    this.send(encodeGreeting());
  }

  /** Consumes at most one option. */
  step(input: ByteQueue): NegotiationStep {
    if (this.padExportNameReply === undefined) return this.clientFlags(input);
    if (this.option === undefined) {
      if (input.byteLength < OPTION_HEADER_BYTES) return WAIT;
      const header = input.takeContiguous(OPTION_HEADER_BYTES);
      if (header.readBigUInt64BE(0) !== MAGIC_OPTION) return rudeEnd('an option without the magic number');
      this.option = { code: header.readUInt32BE(8), length: header.readUInt32BE(12) };
      this.optionsSeen += 1;
    }
    const { code, length } = this.option;
    if (length > this.limits.optionBytesMax || this.optionsSeen > this.limits.optionsMax) {
      this.refuse(
        code,
        REPLY.ERR_TOO_BIG,
        `at most ${this.limits.optionsMax} options of ${this.limits.optionBytesMax} bytes`,
      );
      return politeEnd('too many or too long options', 'FRAME_TOO_LARGE');
    }
    if (input.byteLength < length) return WAIT;
    this.option = undefined;
    return this.answer(code, input.takeContiguous(length));
  }

  /** The export is open: the last answer of the handshake, transmission follows. */
  opened(wish: OpenWish): void {
    if (wish.option === 'GO') {
      this.sendExportInfo(OPTION.GO, wish.target, wish.infos);
      return;
    }
    const flags = transmissionFlags(wish.target, wish.agreed.structuredReplies);
    this.send(encodeExportNameReply(wish.target.sizeBytes, flags, this.padExportNameReply === true));
  }

  /** The export would not open: GO tells why and goes on, EXPORT_NAME can only end. */
  refused(wish: OpenWish, error: OperationError): NegotiationStep {
    if (wish.option === 'EXPORT_NAME')
      return rudeEnd(`opening "${wish.target.name}" was refused: ${error.message}`, error.code);
    const unknown = error.code === 'UNKNOWN_RESOURCE' || error.code === 'VOLUME_NOT_FOUND';
    this.refuse(OPTION.GO, unknown ? REPLY.ERR_UNKNOWN : REPLY.ERR_POLICY, textForPeople(error));
    return NEXT;
  }

  /** The server stops; the option that is being answered is refused. */
  refuseForShutdown(wish: OpenWish): void {
    if (wish.option === 'GO') this.refuse(OPTION.GO, REPLY.ERR_SHUTDOWN, 'the satellite is shutting down');
  }

  private clientFlags(input: ByteQueue): NegotiationStep {
    if (input.byteLength < CLIENT_FLAGS_BYTES) return WAIT;
    const flags = input.takeContiguous(CLIENT_FLAGS_BYTES).readUInt32BE(0);
    if ((flags & ~(HANDSHAKE_FLAGS.FIXED_NEWSTYLE | HANDSHAKE_FLAGS.NO_ZEROES)) !== 0) {
      return rudeEnd('unknown client flags');
    }
    this.padExportNameReply = (flags & HANDSHAKE_FLAGS.NO_ZEROES) === 0;
    return NEXT;
  }

  private answer(code: number, data: Buffer): NegotiationStep {
    switch (code) {
      case OPTION.EXPORT_NAME:
        return this.exportName(data);
      case OPTION.ABORT:
        this.send(encodeOptionReply(code, REPLY.ACK));
        return politeEnd('the client gave up the handshake');
      case OPTION.LIST:
        return this.list(data);
      case OPTION.INFO:
      case OPTION.GO:
        return this.infoOrGo(code, data);
      case OPTION.STRUCTURED_REPLY:
        if (data.length > 0) return this.refuse(code, REPLY.ERR_INVALID, 'this option has no data');
        this.structuredReplies = true;
        this.send(encodeOptionReply(code, REPLY.ACK));
        return NEXT;
      case OPTION.LIST_META_CONTEXT:
      case OPTION.SET_META_CONTEXT:
        return this.metaContext(code, data);
      case OPTION.STARTTLS:
        return this.refuse(code, REPLY.ERR_UNSUP, 'this server does not offer TLS');
      default:
        return this.refuse(code, REPLY.ERR_UNSUP, 'this server does not know this option');
    }
  }

  private exportName(data: Buffer): NegotiationStep {
    const target = data.length > STRING_BYTES_MAX ? undefined : this.exports.find(data.toString('utf8'));
    if (target === undefined) return rudeEnd('unknown export', 'UNKNOWN_RESOURCE');
    return { kind: 'open', wish: { option: 'EXPORT_NAME', target, infos: new Set(), agreed: this.agreedFor(target) } };
  }

  private list(data: Buffer): NegotiationStep {
    if (data.length > 0) return this.refuse(OPTION.LIST, REPLY.ERR_INVALID, 'this option has no data');
    for (const one of this.exports.list()) {
      this.send(encodeOptionReply(OPTION.LIST, REPLY.SERVER, encodeServerEntry(one.name, one.description)));
    }
    this.send(encodeOptionReply(OPTION.LIST, REPLY.ACK));
    return NEXT;
  }

  private infoOrGo(code: typeof OPTION.INFO | typeof OPTION.GO, data: Buffer): NegotiationStep {
    const request = parseInfoRequest(data);
    if (request === undefined) return this.refuse(code, REPLY.ERR_INVALID, 'malformed data');
    const target = this.exports.find(request.name);
    if (target === undefined) return this.refuse(code, REPLY.ERR_UNKNOWN, unknownExport(request.name));
    if (code === OPTION.GO) {
      return { kind: 'open', wish: { option: 'GO', target, infos: request.infos, agreed: this.agreedFor(target) } };
    }
    this.sendExportInfo(code, target, request.infos);
    return NEXT;
  }

  /** Block sizes are told unasked too: a client that ignores them would send requests that we refuse. */
  private sendExportInfo(code: number, target: NbdExport, infos: ReadonlySet<number>): void {
    const info = (body: Uint8Array): void => this.send(encodeOptionReply(code, REPLY.INFO, body));
    info(encodeExportInfo(target.sizeBytes, transmissionFlags(target, this.structuredReplies)));
    if (infos.has(INFO.NAME)) info(encodeTextInfo(INFO.NAME, target.name));
    if (infos.has(INFO.DESCRIPTION)) info(encodeTextInfo(INFO.DESCRIPTION, target.description));
    info(encodeBlockSizeInfo(target.minimumBlock, target.preferredBlock, maximumPayload(target)));
    this.send(encodeOptionReply(code, REPLY.ACK));
  }

  private metaContext(code: number, data: Buffer): NegotiationStep {
    const setting = code === OPTION.SET_META_CONTEXT;
    if (setting) this.blockStatusFor = undefined; // A new choice replaces the old one, also when it fails.
    if (!this.structuredReplies) {
      return this.refuse(code, REPLY.ERR_INVALID, 'structured replies must be negotiated first');
    }
    const request = parseMetaContextRequest(data);
    if (request === undefined) return this.refuse(code, REPLY.ERR_INVALID, 'malformed data');
    const target = this.exports.find(request.name);
    if (target === undefined) return this.refuse(code, REPLY.ERR_UNKNOWN, unknownExport(request.name));
    const asksForAll = !setting && (request.queries.length === 0 || request.queries.includes('base:'));
    if (asksForAll || request.queries.includes(CONTEXT_ALLOCATION)) {
      const id = setting ? CONTEXT_ALLOCATION_ID : 0;
      this.send(encodeOptionReply(code, REPLY.META_CONTEXT, encodeMetaContext(id, CONTEXT_ALLOCATION)));
      if (setting) this.blockStatusFor = target.name;
    }
    this.send(encodeOptionReply(code, REPLY.ACK));
    return NEXT;
  }

  private agreedFor(target: NbdExport): Agreed {
    return { structuredReplies: this.structuredReplies, blockStatus: this.blockStatusFor === target.name };
  }

  private refuse(option: number, reply: number, text: string): NegotiationStep {
    this.send(encodeOptionReply(option, reply, encodeText(text)));
    return NEXT;
  }
}

const politeEnd = (reason: string, code?: ErrorCode): NegotiationStep => ({ kind: 'end', reason, polite: true, code });
const rudeEnd = (reason: string, code: ErrorCode = 'PROTOCOL_ERROR'): NegotiationStep => ({
  kind: 'end',
  reason,
  polite: false,
  code,
});

/** Largest read or write, bytes. */
export const maximumPayload = (target: NbdExport): number => Math.min(target.maximumBlock, REQUEST_PAYLOAD_MAX);

function transmissionFlags(target: NbdExport, structuredReplies: boolean): number {
  const flag = TRANSMISSION_FLAGS;
  let flags = flag.HAS_FLAGS | flag.SEND_FLUSH | flag.SEND_FUA | flag.SEND_CACHE;
  if (target.readOnly) flags |= flag.READ_ONLY;
  else flags |= flag.SEND_WRITE_ZEROES | flag.SEND_FAST_ZERO | (target.canTrim ? flag.SEND_TRIM : 0);
  if (structuredReplies) flags |= flag.SEND_DF;
  if (target.canMultiConn) flags |= flag.CAN_MULTI_CONN;
  return flags;
}

function unknownExport(name: string): string {
  const shown = name.length > 80 ? `${name.slice(0, 77)}...` : name;
  return `there is no export "${shown}" here; names are <resource>/<volume number>, LIST shows them`;
}

function textForPeople(error: OperationError): string {
  return [error.message, error.because, error.correction].filter((part) => part !== undefined).join('; ');
}

/** @returns undefined where a length does not fit. Layout: name length 32, name, number of infos 16, infos 16 each. */
function parseInfoRequest(data: Buffer): { name: string; infos: ReadonlySet<number> } | undefined {
  const name = parseString(data, 0);
  if (name === undefined || data.length < name.end + 2) return undefined;
  const count = data.readUInt16BE(name.end);
  if (data.length !== name.end + 2 + count * 2) return undefined;
  const infos = new Set<number>();
  for (let i = 0; i < count; i += 1) infos.add(data.readUInt16BE(name.end + 2 + i * 2));
  return { name: name.text, infos };
}

/** @returns undefined where a length does not fit. Layout: name length 32, name, number of queries 32, strings. */
function parseMetaContextRequest(data: Buffer): { name: string; queries: readonly string[] } | undefined {
  const name = parseString(data, 0);
  if (name === undefined || data.length < name.end + 4) return undefined;
  const count = data.readUInt32BE(name.end);
  const queries: string[] = [];
  let at = name.end + 4;
  for (let i = 0; i < count; i += 1) {
    const query = parseString(data, at); // Ends a lying count: each string takes 4 bytes at least.
    if (query === undefined) return undefined;
    queries.push(query.text);
    at = query.end;
  }
  return at === data.length ? { name: name.text, queries } : undefined;
}

function parseString(data: Buffer, at: number): { text: string; end: number } | undefined {
  if (data.length < at + 4) return undefined;
  const length = data.readUInt32BE(at);
  const end = at + 4 + length;
  if (length > STRING_BYTES_MAX || end > data.length) return undefined;
  return { text: data.toString('utf8', at + 4, end), end };
}
