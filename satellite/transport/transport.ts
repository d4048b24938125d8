/**
 * The replication network of a satellite: one listening socket for all resources, and per resource and peer the links
 * behind the core's ports. It moves frames; what they mean, and when to try again, is the core's business.
 */
import { type AddressInfo, createServer, type Server } from 'node:net';
import { assert } from '../../common/assert.ts';
import { type ErrorCode, OperationError } from '../../common/errors.ts';
import type { NodeId } from '../../common/ids.ts';
import type { LinkLossReason } from '../replication/events.ts';
import type { LinkId } from '../replication/payload.ts';
import { type Frame, type Hello, type Stream, WIRE_VERSION_MAX, WIRE_VERSION_MIN } from '../replication/wire/frames.ts';
import {
  DEFAULT_TRANSPORT_LIMITS,
  type PeerSecurity,
  SILENT_TRANSPORT_LOG,
  type SocketTuning,
  type TransportLimits,
  type TransportLog,
} from './limits.ts';
import { TurnFlusher } from './outbound.ts';
import { PeerChannel, type PeerEvents, type TransportContext } from './peer-channel.ts';
import { Reception, type Refusal } from './reception.ts';
import { TlsEndpoint, type TlsIdentity } from './tls.ts';
import { versionClash, type WireVersions } from './versions.ts';

export interface TransportOptions {
  readonly host: string;
  /** 7000 by convention; 0 lets the system choose (see `port`). */
  readonly port: number;
  /** Source address of what we dial; undefined or a wildcard: the system chooses. */
  readonly localAddress?: string;
  readonly log?: TransportLog;
  readonly limits?: Partial<TransportLimits>;
  /** What we say that we speak: other values are for rehearsals of upgrades. */
  readonly versions?: WireVersions;
  /** Absent: links with `tls` cannot be made. */
  readonly tls?: TlsIdentity;
}

export interface PeerEndpoint {
  readonly host: string;
  readonly port: number;
}

/** What a resource hears. Never called from within a call to the transport (`flushTurn` may report congestion). After `disconnect` or `linkDown` nothing more comes of that link. */
export interface TransportHandlers {
  linkUp(peer: NodeId, link: LinkId): void;
  linkFailed(peer: NodeId): void;
  linkDown(peer: NodeId, link: LinkId, reason: LinkLossReason): void;
  /** The payload is ByteChunks: views that may be kept. */
  frame(peer: NodeId, link: LinkId, frame: Frame): void;
  /** The peer is up and wants a link. `connect` within this call is taken up at once. */
  knock(peer: NodeId): void;
  /** The peer refused for a reason that somebody has to repair; `linkFailed` follows. */
  refused(peer: NodeId, code: ErrorCode, text: string): void;
  /** So much waits for this peer that sources should pause; and again when it has drained. Implied `false` at the end of a link. */
  congested(peer: NodeId, congested: boolean): void;
  /** Asked for each new connection with this peer, in both directions. */
  security(peer: NodeId): PeerSecurity;
  /** Around the frames of one arrival. */
  beginBatch?(): void;
  endBatch?(): void;
}

const WILDCARDS = ['', '0.0.0.0', '::'];

export class ReplicationTransport {
  readonly #options: TransportOptions;
  readonly #context: TransportContext;
  readonly #localAddress: string | undefined;
  readonly #server: Server;
  readonly #resources = new Map<string, ResourceTransport>();
  readonly #reception: Reception;
  #closed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { localAddress } = options;
    this.#localAddress = localAddress === undefined || WILDCARDS.includes(localAddress) ? undefined : localAddress;
    this.#context = {
      flusher: new TurnFlusher(),
      limits: { ...DEFAULT_TRANSPORT_LIMITS, ...options.limits },
      log: options.log ?? SILENT_TRANSPORT_LOG,
      versions: options.versions ?? { min: WIRE_VERSION_MIN, max: WIRE_VERSION_MAX },
      tls: options.tls === undefined ? undefined : new TlsEndpoint(options.tls),
    };
    this.#reception = new Reception(this.#context, (hello) => this.#find(hello));
    const keepAliveInitialDelay = this.#context.limits.keepAliveMs;
    this.#server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay }, (socket) =>
      this.#reception.accept(socket),
    );
  }

  /** @returns the port, also where the system chose it. @throws OperationError INVALID_ARGUMENT: cannot listen there. */
  listen(): Promise<number> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(cannotListen(host, port, error)));
      this.#server.listen({ host, port }, () => {
        this.#server.removeAllListeners('error');
        // A failing accept (out of descriptors) concerns the newcomer only.
        this.#server.on('error', (error) =>
          this.#context.log.warn({ error: error.message }, 'cannot accept a replication socket'),
        );
        resolve(this.port);
      });
    });
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#server.address();
    assert(address !== null && typeof address === 'object', 'the transport listens');
    return (address satisfies AddressInfo).port;
  }

  /** Ends all links, those of resources that are still attached included. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const resource of [...this.#resources.values()]) resource.close();
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // Links that have just ended may linger to deliver their last frames.
    const timer = setTimeout(() => this.#reception.destroyAll(), this.#context.limits.lingerMs);
    this.#reception.close();
    await stopped;
    clearTimeout(timer);
  }

  /** From now on peers find the resource here. Its name is free. */
  attachResource(name: string, node: NodeId, handlers: TransportHandlers): ResourceTransport {
    assert(!this.#resources.has(name), 'a resource is attached once');
    const resource = new ResourceTransport({
      name,
      node,
      handlers,
      context: this.#context,
      localAddress: this.#localAddress,
      onClose: () => this.#resources.delete(name),
    });
    this.#resources.set(name, resource);
    return resource;
  }

  #find(hello: Hello): PeerChannel | Refusal {
    const { versions } = this.#context;
    const clash = versionClash('the dialling node', hello, versions);
    if (clash !== undefined) return { code: 'PROTOCOL_VERSION', text: clash };
    const resource = this.#resources.get(hello.resource);
    if (resource === undefined)
      return { code: 'UNKNOWN_RESOURCE', text: `there is no resource "${hello.resource}" on this node` };
    if (hello.to !== resource.node) {
      return { code: 'WRONG_NODE', text: `this is node ${resource.node} of "${hello.resource}", not node ${hello.to}` };
    }
    const channel = resource.channel(hello.from);
    if (channel === undefined) {
      return {
        code: 'WRONG_NODE',
        text: `node ${hello.from} is no peer of node ${resource.node} in "${hello.resource}"`,
      };
    }
    if (hello.stream === 'knock' ? hello.from > hello.to : hello.from < hello.to) {
      return { code: 'WRONG_NODE', text: 'the node with the higher id dials, the lower one knocks' };
    }
    return channel;
  }
}

interface ResourceTransportOptions {
  readonly name: string;
  readonly node: NodeId;
  readonly handlers: TransportHandlers;
  readonly context: TransportContext;
  readonly localAddress: string | undefined;
  readonly onClose: () => void;
}

/** The links of one resource. Every call returns at once; what comes of it is told through the handlers. */
export class ResourceTransport {
  readonly node: NodeId;
  readonly #options: ResourceTransportOptions;
  readonly #channels = new Map<NodeId, PeerChannel>();
  #links = 0;
  #closed = false;

  constructor(options: ResourceTransportOptions) {
    this.#options = options;
    this.node = options.node;
  }

  channel(peer: NodeId): PeerChannel | undefined {
    return this.#channels.get(peer);
  }

  /** Makes a peer known, or tells its new address: the next attempt goes there, a link that is up stays. */
  setPeer(peer: NodeId, { host, port }: PeerEndpoint): void {
    if (this.#closed) return;
    assert(peer !== this.node, 'a node is no peer of itself');
    const target = { host, port, localAddress: this.#options.localAddress };
    const known = this.#channels.get(peer);
    if (known !== undefined) {
      known.target = target;
      return;
    }
    const { name, context } = this.#options;
    const nextLinkId = (): LinkId => {
      this.#links += 1;
      return this.#links as LinkId;
    };
    this.#channels.set(
      peer,
      new PeerChannel(
        {
          resource: name,
          own: this.node,
          peer,
          context,
          nextLinkId,
          events: this.#eventsOf(peer),
          security: () => this.#options.handlers.security(peer),
        },
        target,
      ),
    );
  }

  /** Counts from now on, also for the link that is up. */
  tunePeer(peer: NodeId, tuning: SocketTuning): void {
    this.#channels.get(peer)?.tune(tuning);
  }

  removePeer(peer: NodeId): void {
    this.#channels.get(peer)?.close();
    this.#channels.delete(peer);
  }

  /** One attempt, answered by `linkUp` or `linkFailed`; while one is under way, nothing. */
  connect(peer: NodeId): void {
    if (this.#closed) return;
    const channel = this.#channels.get(peer);
    if (channel !== undefined) channel.connect();
    else setImmediate(() => this.#closed || this.#options.handlers.linkFailed(peer));
  }

  /** Ends the attempt or the link without a report. What was sent before may still reach the peer. */
  disconnect(peer: NodeId): void {
    this.#channels.get(peer)?.disconnect();
  }

  /** Dropped when the link has ended. Leaves with everything else of this turn of the event loop. */
  send(peer: NodeId, link: LinkId, stream: Stream, frame: Frame): void {
    this.#channels.get(peer)?.send(link, stream, frame);
  }

  /** Lets leave now what would leave at the end of the turn. */
  flushTurn(): void {
    this.#options.context.flusher.flush();
  }

  /** What waits in this process for the peer to read it. */
  bufferedBytes(peer: NodeId, stream: Stream): number {
    return this.#channels.get(peer)?.bufferedBytes(stream) ?? 0;
  }

  /** Ends all links and frees the name. Nothing more is reported. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#options.onClose();
  }

  #eventsOf(peer: NodeId): PeerEvents {
    const { handlers } = this.#options;
    return {
      linkUp: (link) => handlers.linkUp(peer, link),
      linkFailed: () => handlers.linkFailed(peer),
      linkDown: (link, reason) => handlers.linkDown(peer, link, reason),
      frame: (link, frame) => handlers.frame(peer, link, frame),
      knock: () => handlers.knock(peer),
      refused: (code, text) => handlers.refused(peer, code, text),
      congested: (congested) => handlers.congested(peer, congested),
      beginBatch: () => handlers.beginBatch?.(),
      endBatch: () => handlers.endBatch?.(),
    };
  }
}

function cannotListen(host: string, port: number, error: Error): OperationError {
  return new OperationError('INVALID_ARGUMENT', `the replication transport cannot listen on ${host}:${port}`, {
    cause: error.message,
    correction: 'Choose another address, or stop the program that uses this one.',
  });
}
