/** A satellite's end of the replication network for tests: real sockets on loopback, everything that is told is kept. */
import { connect, type Socket } from 'node:net';
import type { NodeId, VolumeNumber } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { ByteChunks } from '../../../satellite/replication/wire/byte-chunks.ts';
import type { LinkId } from '../../../satellite/replication/payload.ts';
import type { Frame, Hello } from '../../../satellite/replication/wire/frames.ts';
import { encodeHello } from '../../../satellite/replication/wire/hello.ts';
import type { PeerSecurity, TransportLimits, TransportLog } from '../../../satellite/transport/limits.ts';
import type { TlsIdentity } from '../../../satellite/transport/tls.ts';
import { ReplicationTransport, type ResourceTransport } from '../../../satellite/transport/transport.ts';

const HOST = '127.0.0.1';

/** Waits for a condition that events bring about. */
export async function until(condition: () => boolean, what: string, withinMs = 3000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export interface TestNodeOptions {
  readonly limits?: Partial<TransportLimits>;
  readonly versions?: { readonly min: number; readonly max: number };
  readonly resource?: string;
  readonly log?: TransportLog;
  readonly security?: Partial<PeerSecurity>;
  readonly tls?: TlsIdentity;
}

export class TestNode {
  readonly id: NodeId;
  readonly told: string[] = [];
  readonly frames: Frame[] = [];
  readonly batches: number[] = [];
  /** Calls `connect` whenever it hears a knock or loses a link, as a core that wants its peers does. */
  eager = false;
  onFrame: (peer: NodeId, link: LinkId, frame: Frame) => void = () => {};
  /** What the next connection asks for, with every peer. */
  security: PeerSecurity;
  readonly links = new Map<NodeId, LinkId>();
  readonly transport: ReplicationTransport;
  readonly resource: ResourceTransport;

  constructor(id: number, options: TestNodeOptions = {}) {
    this.id = id as NodeId;
    this.security = { algorithm: 'none', secret: '', tls: false, ...options.security };
    this.transport = new ReplicationTransport({
      host: HOST,
      port: 0,
      localAddress: HOST,
      ...(options.log === undefined ? {} : { log: options.log }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...(options.versions === undefined ? {} : { versions: options.versions }),
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    });
    this.resource = this.attach(options.resource ?? 'db');
  }

  async listen(): Promise<this> {
    await this.transport.listen();
    return this;
  }

  knows(...peers: TestNode[]): void {
    for (const peer of peers) this.resource.setPeer(peer.id, { host: HOST, port: peer.transport.port });
  }

  send(peer: TestNode, frame: Frame, stream: 'data' | 'control' = 'data'): void {
    const link = this.links.get(peer.id);
    if (link === undefined) throw new Error('no link');
    this.resource.send(peer.id, link, stream, frame);
  }

  isUp(peer: TestNode): boolean {
    return this.links.has(peer.id);
  }

  /** What was told about links. Whether a knock comes before its link depends on who was faster. */
  get linkNews(): readonly string[] {
    return this.told.filter((told) => !told.startsWith('knock'));
  }

  count(event: string): number {
    return this.told.filter((told) => told === event).length;
  }

  private attach(name: string): ResourceTransport {
    let inBatch = 0;
    return this.transport.attachResource(name, this.id, {
      linkUp: (peer, link) => {
        this.links.set(peer, link);
        this.told.push(`up ${peer}`);
      },
      linkFailed: (peer) => this.told.push(`failed ${peer}`),
      linkDown: (peer, link, reason) => {
        this.told.push(`down ${peer} ${reason}`);
        if (this.links.get(peer) === link) this.links.delete(peer);
        if (this.eager) this.resource.connect(peer);
      },
      frame: (peer, link, frame) => {
        inBatch += 1;
        this.frames.push(frame);
        this.onFrame(peer, link, frame);
      },
      knock: (peer) => {
        this.told.push(`knock ${peer}`);
        if (this.eager) this.resource.connect(peer);
      },
      refused: (peer, code, text) => this.told.push(`refused ${peer} ${code}: ${text}`),
      congested: (peer, congested) => this.told.push(`congested ${peer} ${congested}`),
      security: () => this.security,
      beginBatch: () => {
        inBatch = 0;
      },
      endBatch: () => this.batches.push(inBatch),
    });
  }
}

/** Two nodes with a link between them; the second has the higher id and dials. */
export async function linkedPair(low: TestNode, high: TestNode): Promise<void> {
  await Promise.all([low.listen(), high.listen()]);
  low.knows(high);
  high.knows(low);
  low.resource.connect(high.id);
  // One after the other, so that no knock is under way when the test begins.
  await until(() => high.told.includes(`knock ${low.id}`), 'the knock was heard');
  high.resource.connect(low.id);
  await until(() => low.isUp(high) && high.isUp(low), 'both ends are up');
}

/** A bare socket that speaks the protocol, or not. */
export class RawClient {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  closed = false;

  constructor(port: number) {
    this.socket = connect({ host: HOST, port });
    this.socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.closed = true;
    });
  }

  hello(hello: Partial<Hello>): void {
    const complete: Hello = {
      versionMin: 1,
      versionMax: 1,
      resource: 'db',
      from: 5 as NodeId,
      to: 0 as NodeId,
      stream: 'data',
      authenticates: false,
      link: 1n,
      ...hello,
    };
    this.socket.write(encodeHello(complete));
  }
}

/** A DATA frame whose payload lies in two pieces. */
export function dataFrame(bytes: Buffer, request = 1): Frame {
  const half = bytes.length >>> 1;
  return {
    type: 'DATA',
    volume: 0 as VolumeNumber,
    request,
    dagtag: 1,
    offset: 0 as Bytes,
    length: bytes.length as Bytes,
    wantsRecvAck: false,
    wantsWriteAck: true,
    payloadChecksum: 0,
    integrity: undefined,
    payload: new ByteChunks([bytes.subarray(0, half), bytes.subarray(half)]),
  };
}

/** Both ends want the link, and try once. */
export async function bothTry(low: TestNode, high: TestNode): Promise<void> {
  await Promise.all([low.listen(), high.listen()]);
  low.knows(high);
  high.knows(low);
  high.resource.connect(low.id);
  low.resource.connect(high.id);
  await until(() => high.told.includes('failed 0') && low.told.includes('failed 1'), 'both attempts have failed');
}
