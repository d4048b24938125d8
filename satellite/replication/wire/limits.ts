/**
 * Every bound of the wire format, checked before anything is allocated or believed. Part of the protocol: a smaller
 * value refuses what older peers send, so it needs a new wire version; see docs/protocol.md.
 */

/** Payload of one DATA, DATA_REPLY or RS_DATA_REPLY, and the length of the requests that they answer. Longer client requests are split. */
export const REQUEST_BYTES_MAX = 1_048_576;
/** Bitmap blocks in one OV_REQUEST: each has its own digest in the reply. */
export const VERIFY_BLOCKS_MAX = 256;
/** Range of one TRIM or ZEROES. */
export const DISCARD_BYTES_MAX = 128 * 1_048_576;
/** Volumes in one PROTOCOL, STATE or VERDICT. */
export const VOLUMES_MAX = 1_024;
/** Bitmap generations of one volume: one slot per other node. */
export const BITMAP_GENERATIONS_MAX = 32;
export const HISTORY_GENERATIONS_MAX = 32;
/** Encoded bits of one BITMAP. */
export const BITMAP_BYTES_MAX = 4_096;
/** Blocks that one BITMAP covers; plain bits cover at most 8 × BITMAP_BYTES_MAX. */
export const BITMAP_BLOCKS_MAX = 1_048_576;
/** Name in a hello, ASCII. */
export const RESOURCE_NAME_BYTES_MAX = 48;
/** Text of a refusal, ASCII. */
export const REFUSAL_TEXT_BYTES_MAX = 256;
