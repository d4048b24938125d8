/** A TCP proxy before a server that breaks connections when a reply is about to pass: the request has arrived, its answer is lost. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class TcpProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  /** Bytes of replies that still pass; then everything is cut. */
  private budget = Number.POSITIVE_INFINITY;

  private refusing = false;

  private constructor(server: Server) {
    this.server = server;
  }

  static async start(port: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on('connection', (socket) => proxy.forward(socket, port));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** HOST:PORT. */
  get address(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `127.0.0.1:${address.port}`;
  }

  /** The next replies are lost after so many bytes; connections made later are whole again. */
  cutAfter(bytes: number): void {
    this.budget = bytes;
  }

  cutAll(): void {
    this.budget = Number.POSITIVE_INFINITY;
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  /** Breaks what there is and takes nothing new, or takes it again. */
  refuse(all: boolean): void {
    this.refusing = all;
    if (all) this.cutAll();
  }

  async close(): Promise<void> {
    this.cutAll();
    this.server.close();
    await once(this.server, 'close');
  }

  private forward(socket: Socket, port: number): void {
    if (this.refusing) return void socket.destroy();
    const other = connect(port, '127.0.0.1');
    for (const each of [socket, other]) {
      this.sockets.add(each);
      each.on('error', () => each.destroy());
      each.on('close', () => {
        socket.destroy();
        other.destroy();
      });
    }
    socket.pipe(other);
    other.on('data', (chunk) => {
      if (chunk.length > this.budget) return this.cutAll();
      this.budget -= chunk.length;
      socket.write(chunk);
    });
  }
}
