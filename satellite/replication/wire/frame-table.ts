/** The frame types of wire version 1 and their numbers: append-only. docs/protocol.md shows the same table; a test compares them. */
import { assert } from '../../../common/assert.ts';
import { AHEAD_BODY } from './ahead-body.ts';
import { SIZES_BODY } from './sizes-body.ts';
import type { BodyCodec, FrameOf } from './body-codec.ts';
import {
  OV_REPLY_BODY,
  OV_REQUEST_BODY,
  OV_STATE_BODY,
  RS_CSUM_REQUEST_BODY,
  RS_DEALLOCATED_BODY,
  RS_THIN_REQUEST_BODY,
  START_SYNC_BODY,
  START_SYNC_REPLY_BODY,
} from './comparison-bodies.ts';
import {
  BARRIER_ACK_BODY,
  DISK_FAILED_BODY,
  NEG_DREPLY_BODY,
  PING_ACK_BODY,
  PING_BODY,
  RS_DONE_BODY,
  resyncAnswerBody,
  writeAnswerBody,
} from './control-bodies.ts';
import {
  BARRIER_BODY,
  BITMAP_BODY,
  DATA_BODY,
  DATA_REPLY_BODY,
  DATA_REQUEST_BODY,
  OUT_OF_SYNC_BODY,
  PEER_ACK_BODY,
  PEERS_IN_SYNC_BODY,
  RESYNC_PAUSED_BODY,
  RS_DATA_REPLY_BODY,
  RS_DATA_REQUEST_BODY,
  rangeWriteBody,
} from './data-bodies.ts';
import type { Frame, FrameType } from './frames.ts';
import {
  CURRENT_UUID_BODY,
  DISCONNECT_BODY,
  FEATURES_BODY,
  PROTOCOL_BODY,
  RS_FINISHED_BODY,
  STATE_BODY,
  UUIDS_BODY,
  VERDICT_BODY,
} from './handshake-bodies.ts';
import { DAGTAG_BODY, ENABLE_REPLICATION_BODY, PEER_DAGTAG_BODY } from './peer-dagtag-body.ts';
import {
  TWOPC_ABORT_BODY,
  TWOPC_COMMIT_BODY,
  TWOPC_NO_BODY,
  TWOPC_PREPARE_BODY,
  TWOPC_RETRY_BODY,
  TWOPC_YES_BODY,
} from './two-phase-bodies.ts';

export const FRAME_TABLE: { readonly [T in FrameType]: BodyCodec<FrameOf<T>> } = {
  FEATURES: FEATURES_BODY,
  PROTOCOL: PROTOCOL_BODY,
  VERDICT: VERDICT_BODY,
  STATE: STATE_BODY,
  CURRENT_UUID: CURRENT_UUID_BODY,
  DATA: DATA_BODY,
  TRIM: rangeWriteBody('TRIM', 7),
  ZEROES: rangeWriteBody('ZEROES', 8),
  BARRIER: BARRIER_BODY,
  DATA_REQUEST: DATA_REQUEST_BODY,
  DATA_REPLY: DATA_REPLY_BODY,
  OUT_OF_SYNC: OUT_OF_SYNC_BODY,
  BITMAP: BITMAP_BODY,
  RS_DATA_REQUEST: RS_DATA_REQUEST_BODY,
  RS_FINISHED: RS_FINISHED_BODY,
  RS_DATA_REPLY: RS_DATA_REPLY_BODY,
  RESYNC_PAUSED: RESYNC_PAUSED_BODY,
  AHEAD: AHEAD_BODY,
  SIZES: SIZES_BODY,
  PEER_ACK: PEER_ACK_BODY,
  TWOPC_PREPARE: TWOPC_PREPARE_BODY,
  TWOPC_COMMIT: TWOPC_COMMIT_BODY,
  TWOPC_ABORT: TWOPC_ABORT_BODY,
  DISCONNECT: DISCONNECT_BODY,
  PEERS_IN_SYNC: PEERS_IN_SYNC_BODY,
  RS_CSUM_REQUEST: RS_CSUM_REQUEST_BODY,
  RS_THIN_REQUEST: RS_THIN_REQUEST_BODY,
  RS_DEALLOCATED: RS_DEALLOCATED_BODY,
  OV_STATE: OV_STATE_BODY,
  OV_REQUEST: OV_REQUEST_BODY,
  OV_REPLY: OV_REPLY_BODY,
  START_SYNC: START_SYNC_BODY,
  START_SYNC_REPLY: START_SYNC_REPLY_BODY,
  PING: PING_BODY,
  PING_ACK: PING_ACK_BODY,
  RECV_ACK: writeAnswerBody('RECV_ACK', 66),
  WRITE_ACK: writeAnswerBody('WRITE_ACK', 67),
  NEG_ACK: writeAnswerBody('NEG_ACK', 68),
  NEG_DREPLY: NEG_DREPLY_BODY,
  BARRIER_ACK: BARRIER_ACK_BODY,
  RS_WRITE_ACK: resyncAnswerBody('RS_WRITE_ACK', 71),
  RS_CANCEL: resyncAnswerBody('RS_CANCEL', 72),
  NEG_RS_DREPLY: resyncAnswerBody('NEG_RS_DREPLY', 73),
  RS_CANCEL_AHEAD: resyncAnswerBody('RS_CANCEL_AHEAD', 91),
  RS_DONE: RS_DONE_BODY,
  RS_IS_IN_SYNC: resyncAnswerBody('RS_IS_IN_SYNC', 95),
  TWOPC_YES: TWOPC_YES_BODY,
  TWOPC_NO: TWOPC_NO_BODY,
  TWOPC_RETRY: TWOPC_RETRY_BODY,
  DISK_FAILED: DISK_FAILED_BODY,
  UUIDS: UUIDS_BODY,
  PEER_DAGTAG: PEER_DAGTAG_BODY,
  ENABLE_REPLICATION: ENABLE_REPLICATION_BODY,
  DAGTAG: DAGTAG_BODY,
};

/** A row of the table, for code that does not care which. */
export type AnyBodyCodec = BodyCodec<Frame>;

/** Each row takes exactly the frames of its type, and a frame says its type. */
export const codecOf = (frame: Frame): AnyBodyCodec => FRAME_TABLE[frame.type] as AnyBodyCodec;

const BY_NUMBER: (AnyBodyCodec | undefined)[] = [];
for (const codec of Object.values(FRAME_TABLE) as AnyBodyCodec[]) {
  assert(BY_NUMBER[codec.number] === undefined, 'a type number is used once');
  BY_NUMBER[codec.number] = codec;
}

export const codecOfNumber = (number: number): AnyBodyCodec | undefined => BY_NUMBER[number];
