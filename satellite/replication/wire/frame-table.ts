/** The frame types of wire version 1 and their numbers: append-only. docs/protocol.md shows the same table; a test compares them. */
import { assert } from '../../../common/assert.ts';
import { AHEAD_BODY } from './ahead-body.ts';
import type { BodyCodec, FrameOf } from './body-codec.ts';
import {
  BARRIER_ACK_BODY,
  DISK_FAILED_BODY,
  NEG_DREPLY_BODY,
  PING_ACK_BODY,
  PING_BODY,
  RS_DONE_BODY,
  resyncAnswerBody,
  twoPhaseVoteBody,
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
  TWOPC_PREPARE_BODY,
  UUIDS_BODY,
  twoPhaseDecisionBody,
  VERDICT_BODY,
} from './handshake-bodies.ts';

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
  PEER_ACK: PEER_ACK_BODY,
  TWOPC_PREPARE: TWOPC_PREPARE_BODY,
  TWOPC_COMMIT: twoPhaseDecisionBody('TWOPC_COMMIT', 20),
  TWOPC_ABORT: twoPhaseDecisionBody('TWOPC_ABORT', 21),
  DISCONNECT: DISCONNECT_BODY,
  PEERS_IN_SYNC: PEERS_IN_SYNC_BODY,
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
  TWOPC_YES: twoPhaseVoteBody('TWOPC_YES', 75),
  TWOPC_NO: twoPhaseVoteBody('TWOPC_NO', 76),
  DISK_FAILED: DISK_FAILED_BODY,
  UUIDS: UUIDS_BODY,
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
