/**
 * Two satellites show each other that they know the same secret (DRBD: cram-hmac-alg, shared-secret), on each socket, after the
 * hello and before anything counts that it says. The secret itself never travels:
 *
 *   dials    hello ─────────────────────────────►  accepts
 *            ◄──────────────── challenge of the accepting side
 *            challenge of the dialling side, proof ►
 *            ◄──────────────────────────────── proof
 *
 * A proof is an HMAC over both challenges, the whole hello (resource, node ids, stream, number of the link) and which side
 * it comes from. So an answer fits one socket only, and cannot be given back to whoever has made it.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ErrorCode } from '../../common/errors.ts';
import type { HmacAlgorithm } from '../../common/options/options.ts';
import type { Hello } from '../replication/wire/frames.ts';
import { decodeHelloReply, encodeHello, type HelloReply } from '../replication/wire/hello.ts';
import { CHALLENGE_BYTES, decodeProof, encodeProof, type ProofMessage } from '../replication/wire/proof.ts';
import type { Opening } from '../replication/wire/sealed.ts';
import { WireError } from '../replication/wire/wire-error.ts';
import { type OpeningFailure, readOpening } from './opening.ts';

/** What both ends have to have agreed on beforehand. */
export interface Secret {
  readonly algorithm: HmacAlgorithm;
  readonly secret: string;
}

type Side = 'dialling' | 'accepting';

interface Challenges {
  readonly accepting: Uint8Array;
  readonly dialling: Uint8Array;
}

const NO_PROOF = new Uint8Array(0);
const LABEL = 'lockstep replication link 1';

/** `refused`: the other end has said so; `unproven`: this end has found it, and says so to the other. */
export type ProofFailure =
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly text: string }
  | { readonly kind: 'unproven'; readonly code: ErrorCode; readonly text: string };

type Done = (failure: ProofFailure | undefined) => void;

function proofOf({ algorithm, secret }: Secret, side: Side, hello: Hello, challenges: Challenges): Buffer {
  // All parts but the last have a fixed length for each label: no two inputs can be cut in different ways.
  return createHmac(algorithm, secret)
    .update(`${LABEL} ${side}\0`)
    .update(challenges.accepting)
    .update(challenges.dialling)
    .update(encodeHello(hello))
    .digest();
}

/** In constant time. */
const isProof = (expected: Buffer, given: Uint8Array): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given);

type Message = ProofMessage | HelloReply;

/** The third byte of the magic number tells the two apart. */
const decodeMessage = (bytes: Uint8Array): Opening<Message> | WireError | undefined =>
  bytes[2] === 0x41 ? decodeProof(bytes) : decodeHelloReply(bytes);

const unproven = (text: string): ProofFailure => ({ kind: 'unproven', code: 'AUTHENTICATION_FAILED', text });

/** @returns the message, or what came instead. */
function proofIn(
  result: Opening<Message> | WireError | OpeningFailure,
  own: HmacAlgorithm,
  from: Side,
): ProofMessage | ProofFailure {
  if (result instanceof WireError) return unproven(`the ${from} node: ${result.message}`);
  if ('failure' in result) return { kind: 'failed', message: result.message };
  const { value } = result;
  if (!('ok' in value)) {
    if (value.algorithm === own) return value;
    return unproven(`the ${from} node uses ${value.algorithm}, the other one ${own} (cram-hmac-alg)`);
  }
  if (!value.ok) return { kind: 'refused', code: value.code, text: value.text };
  return unproven(`the ${from} node does not ask for a proof (cram-hmac-alg)`);
}

/**
 * The accepting side, once it has the hello. `done` is called once, never within this call; then the socket is paused.
 * Whoever calls tells an `unproven` end why.
 */
export function askForProof(socket: Socket, hello: Hello, secret: Secret, limitMs: number, done: Done): void {
  const { algorithm } = secret;
  const accepting = randomBytes(CHALLENGE_BYTES);
  socket.write(encodeProof({ algorithm, challenge: accepting, proof: NO_PROOF }));
  readOpening(socket, decodeMessage, limitMs, (result) => {
    const given = proofIn(result, algorithm, 'dialling');
    if (!('proof' in given)) return done(given);
    // As in DRBD: who gives back our own challenge wants us to answer it.
    if (Buffer.compare(given.challenge, accepting) === 0)
      return done(unproven('the dialling node gave back the challenge of the accepting one'));
    const challenges = { accepting, dialling: given.challenge };
    if (!isProof(proofOf(secret, 'dialling', hello, challenges), given.proof))
      return done(unproven('the dialling node does not know the shared secret'));
    // Only whoever has given a proof gets one.
    const proof = proofOf(secret, 'accepting', hello, challenges);
    socket.write(encodeProof({ algorithm, challenge: accepting, proof }));
    done(undefined);
  });
}

/** The dialling side, once it has sent the hello. As `askForProof`. @returns a function that gives up without calling `done` */
export function giveProof(socket: Socket, hello: Hello, secret: Secret, limitMs: number, done: Done): () => void {
  const { algorithm } = secret;
  let stop = readOpening(socket, decodeMessage, limitMs, (first) => {
    const asked = proofIn(first, algorithm, 'accepting');
    if (!('proof' in asked)) return done(asked);
    const challenges = { accepting: asked.challenge, dialling: randomBytes(CHALLENGE_BYTES) };
    const proof = proofOf(secret, 'dialling', hello, challenges);
    socket.write(encodeProof({ algorithm, challenge: challenges.dialling, proof }));
    stop = readOpening(socket, decodeMessage, limitMs, (second) => {
      const given = proofIn(second, algorithm, 'accepting');
      if (!('proof' in given)) return done(given);
      if (isProof(proofOf(secret, 'accepting', hello, challenges), given.proof)) return done(undefined);
      done(unproven('the accepting node does not know the shared secret'));
    });
  });
  return () => stop();
}
