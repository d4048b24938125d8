/**
 * The network between the satellites of a plan: each node dials a peer at an address of its own for that pair, where this
 * proxy passes the bytes on. It holds, delays, resets and forgets like the links of `sim/sim-network.ts`, and tells which
 * frames pass.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { FrameSpy } from './frame-spy.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Bytes on their way from one node to another over one socket. */
interface Lane {
  readonly from: number;
  readonly to: number;
  readonly source: Socket;
  readonly sink: Socket;
}

export class LinkProxy {
  readonly #servers: Server[] = [];
  readonly #lanes = new Set<Lane>();
  /** Directed pairs in which nothing passes, `from>to`, with how many reasons there are. */
  readonly #held = new Map<string, number>();
  readonly #delays = new Map<string, number>();
  readonly #onFrame: (from: number, to: number, type: string) => void;

  constructor(onFrame: (from: number, to: number, type: string) => void) {
    this.#onFrame = onFrame;
  }

  /** What `dialler` reaches `target` at from now on. */
  async listen(dialler: number, target: number, at: Endpoint, real: Endpoint, sourceAddress: string): Promise<void> {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (near) => {
      near.on('error', ignore);
      this.#accept(dialler, target, near, { ...real, localAddress: sourceAddress });
    });
    this.#servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, resolve);
    });
  }

  /** Bytes of this direction wait; so does the end of a connection. */
  hold(from: number, to: number): void {
    const key = `${from}>${to}`;
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
    for (const { source } of this.#between(from, to)) source.pause();
  }

  release(from: number, to: number): void {
    const key = `${from}>${to}`;
    this.#held.set(key, Math.max(0, (this.#held.get(key) ?? 0) - 1));
    this.#wake(from, to);
  }

  releaseAll(): void {
    this.#held.clear();
    this.#delays.clear();
    for (const { from, to } of [...this.#lanes]) this.#wake(from, to);
  }

  delay(from: number, to: number, delayMs: number): void {
    this.#delays.set(`${from}>${to}`, delayMs);
  }

  /** Both ends hear of it at once. */
  reset(a: number, b: number): void {
    for (const lane of [...this.#between(a, b), ...this.#between(b, a)]) {
      lane.source.resetAndDestroy();
      lane.sink.resetAndDestroy();
      this.#lanes.delete(lane);
    }
  }

  /** As from a machine without power: its links stay silent, and nobody is told. @returns ends that, when it boots. */
  silence(node: number): () => void {
    const silenced = [...this.#lanes].filter(({ from, to }) => from === node || to === node);
    for (const lane of silenced) {
      this.#lanes.delete(lane);
      lane.source.removeAllListeners('data').pause();
    }
    return () => {
      for (const { source, sink } of silenced) for (const socket of [source, sink]) socket.resetAndDestroy();
    };
  }

  async close(): Promise<void> {
    for (const { source, sink } of this.#lanes) for (const socket of [source, sink]) socket.destroy();
    this.#lanes.clear();
    await Promise.all(this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  }

  #accept(dialler: number, target: number, near: Socket, real: Endpoint & { readonly localAddress: string }): void {
    const far = connect({ ...real, noDelay: true });
    far.pause();
    far.on('error', ignore);
    const there = this.#lane({ from: dialler, to: target, source: near, sink: far }, new FrameSpy('hello'));
    const back = this.#lane({ from: target, to: dialler, source: far, sink: near }, new FrameSpy('reply'));
    far.once('connect', () => {
      this.#wake(there.from, there.to);
      this.#wake(back.from, back.to);
    });
  }

  #lane(lane: Lane, spy: FrameSpy): Lane {
    const { from, to, source, sink } = lane;
    this.#lanes.add(lane);
    source.on('data', (chunk: Buffer) => {
      for (const type of spy.read(chunk)) this.#onFrame(from, to, type);
      this.#pass(lane, () => {
        if (sink.destroyed || sink.write(chunk)) return;
        source.pause();
        sink.once('drain', () => this.#wake(from, to));
      });
    });
    source.once('end', () => this.#pass(lane, () => sink.end()));
    source.once('close', () => this.#pass(lane, () => this.#ended(lane)));
    return lane;
  }

  /** In order, however late: a timer of the same length never overtakes. */
  #pass({ from, to }: Lane, act: () => void): void {
    const delayMs = this.#delays.get(`${from}>${to}`) ?? 0;
    if (delayMs === 0) act();
    else setTimeout(act, delayMs);
  }

  /** A reset is seen at once although bytes are held; whoever is cut off must not hear of it before. */
  #ended(lane: Lane): void {
    if (!this.#lanes.has(lane)) return;
    if (this.#isHeld(lane)) return;
    this.#lanes.delete(lane);
    lane.sink.destroy();
  }

  #isHeld({ from, to }: Lane): boolean {
    return (this.#held.get(`${from}>${to}`) ?? 0) > 0;
  }

  #wake(from: number, to: number): void {
    for (const lane of this.#between(from, to)) {
      if (this.#isHeld(lane) || lane.sink.connecting) continue;
      if (lane.source.destroyed) this.#ended(lane);
      else lane.source.resume();
    }
  }

  #between(from: number, to: number): Lane[] {
    return [...this.#lanes].filter((lane) => lane.from === from && lane.to === to);
  }
}

/** What happens to a socket shows in its `close`. */
function ignore(): void {}
