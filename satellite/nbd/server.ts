/**
 * The NBD server of a satellite: listens on TCP and Unix sockets, bounds the number of clients, ends them when an export
 * goes away or the satellite stops. What a client may do is decided in `connection.ts` and below.
 */
import { chmod, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { OperationError } from '../../common/errors.ts';
import { NbdConnection, type NbdConnectionStatus } from './connection.ts';
import type { NbdExports } from './export.ts';
import { DEFAULT_NBD_LIMITS, type NbdLimits, type NbdLog, SILENT_NBD_LOG } from './limits.ts';
import type { ByteBudget } from './transmission.ts';

export type NbdAddress = { readonly host: string; readonly port: number } | { readonly path: string };

interface NbdServerOptions {
  readonly exports: NbdExports;
  readonly limits?: Partial<NbdLimits>;
  readonly log?: NbdLog;
}

/** Only the user of the satellite may open the Unix socket: who can write to it can write to every volume. */
const SOCKET_MODE = 0o600;

export class NbdServer {
  private readonly exports: NbdExports;
  private readonly limits: NbdLimits;
  private readonly log: NbdLog;
  private readonly listeners: Server[] = [];
  private readonly open = new Map<number, NbdConnection>();
  private readonly budget: ByteBudget = { bytes: 0 };
  private lastId = 0;
  private closing: Promise<void> | undefined;
  private allGone: (() => void) | undefined;

  constructor(options: NbdServerOptions) {
    this.exports = options.exports;
    this.limits = { ...DEFAULT_NBD_LIMITS, ...options.limits };
    this.log = options.log ?? SILENT_NBD_LOG;
  }

  /**
   * May be called several times. A Unix socket that a dead process left behind is replaced.
   * @returns the address, with the port that port 0 became. @throws OperationError INVALID_ARGUMENT: cannot listen there.
   */
  async listen(address: NbdAddress): Promise<NbdAddress> {
    if ('path' in address) await removeStaleSocket(address.path);
    const client = 'path' in address ? address.path : undefined;
    // Our side stays open after the client's end: the replies to its last requests still have to leave.
    const listener = createServer({ allowHalfOpen: true }, (socket) => this.accept(socket, client));
    await started(listener, address);
    if (this.closing !== undefined) listener.close();
    else this.listeners.push(listener);
    if ('path' in address) {
      await chmod(address.path, SOCKET_MODE);
      return address;
    }
    const bound = listener.address() as AddressInfo; // Net: an object for a TCP listener that has started.
    return { host: bound.address, port: bound.port };
  }

  connections(): readonly NbdConnectionStatus[] {
    return [...this.open.values()].map((connection) => connection.status());
  }

  /**
   * Ends at once every connection to the export of this canonical name, requests in flight included: for a volume that
   * is deleted or has failed. Clients that are still in `open` end when it returns.
   */
  closeExport(name: string): void {
    for (const connection of [...this.open.values()]) {
      if (connection.status().exportName === name) connection.abort('the export is closed');
    }
  }

  /** Stops listening, answers the requests in flight (for `closeMs` at most), closes every session. */
  close(): Promise<void> {
    this.closing ??= this.stop();
    return this.closing;
  }

  private async stop(): Promise<void> {
    const stopped = this.listeners.map((listener) => new Promise((resolve) => listener.close(resolve)));
    const gone = new Promise<void>((resolve) => {
      this.allGone = resolve;
    });
    for (const connection of [...this.open.values()]) connection.drain();
    const timer = setTimeout(() => {
      for (const connection of [...this.open.values()]) connection.abort('the server stops');
    }, this.limits.closeMs);
    if (this.open.size > 0) await gone;
    clearTimeout(timer);
    await Promise.all(stopped);
  }

  private accept(socket: Socket, path: string | undefined): void {
    if (this.closing !== undefined || this.open.size >= this.limits.connectionsMax) {
      this.log.warn({ connectionsMax: this.limits.connectionsMax }, 'nbd client turned away: too many connections');
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    this.lastId += 1;
    const id = this.lastId;
    const connection = new NbdConnection({
      id,
      client: path ?? `${socket.remoteAddress}:${socket.remotePort}`,
      socket,
      exports: this.exports,
      limits: this.limits,
      log: this.log,
      budget: this.budget,
      onGone: () => this.forget(id),
    });
    this.open.set(id, connection);
    connection.start();
  }

  private forget(id: number): void {
    this.open.delete(id);
    if (this.open.size === 0) this.allGone?.();
  }
}

function started(listener: Server, address: NbdAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', (error) => {
      const where = 'path' in address ? address.path : `${address.host}:${address.port}`;
      reject(
        new OperationError('INVALID_ARGUMENT', `the NBD server cannot listen on ${where}`, {
          cause: error.message,
          correction: 'Choose another address, or stop the program that uses this one.',
        }),
      );
    });
    listener.listen(address, () => {
      listener.removeAllListeners('error');
      listener.on('error', () => {}); // A failing accept (out of descriptors) concerns the newcomer only.
      resolve();
    });
  });
}

/** A path on which nobody answers is left over from a crash. One that answers stays, and `listen` fails on it. */
async function removeStaleSocket(path: string): Promise<void> {
  const refused = await new Promise<boolean>((resolve) => {
    const probe = connect({ path });
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
  if (refused) await rm(path, { force: true });
}
