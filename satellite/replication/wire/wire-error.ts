/** What is wrong with bytes from a peer. The connection that they came on ends; nothing else is disturbed. */

export type WireErrorCode = 'PROTOCOL_ERROR' | 'FRAME_TOO_LARGE' | 'CHECKSUM_MISMATCH' | 'PROTOCOL_VERSION';

export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
