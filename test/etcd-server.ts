/** A real etcd for tests: Debian's program on loopback, on free ports, in a directory of its own; gone at the end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HEALTHY_WITHIN_MS = 20_000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

interface EtcdOptions {
  /** PEM files: then it speaks TLS, and only with clients whose certificate this CA has signed. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

export class EtcdServer {
  /** URL for clients. */
  readonly endpoint: string;
  private readonly child: ChildProcess;
  private readonly directory: string;

  private constructor(child: ChildProcess, endpoint: string, directory: string) {
    this.child = child;
    this.endpoint = endpoint;
    this.directory = directory;
  }

  static async start({ tls }: EtcdOptions = {}): Promise<EtcdServer> {
    const directory = mkdtempSync(join(tmpdir(), 'lockstep-etcd-'));
    const [port, peerPort, healthPort] = await freePorts();
    const client = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    const words = [
      ...['--name', 'one', '--data-dir', directory, '--logger', 'zap', '--log-level', 'error'],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `one=${peer}`],
      // In the clear, whatever clients have to prove.
      ...['--listen-metrics-urls', `http://127.0.0.1:${healthPort}`],
      ...(tls === undefined ? [] : ['--client-cert-auth', '--trusted-ca-file', tls.ca]),
      ...(tls === undefined ? [] : ['--cert-file', tls.cert, '--key-file', tls.key]),
    ];
    const child = spawn('etcd', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    running.add(child);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
    const server = new EtcdServer(child, client, directory);
    const failed = once(child, 'error').then(([error]) => Promise.reject(error));
    await Promise.race([server.healthy(healthPort, () => said), failed]);
    return server;
  }

  get port(): number {
    return Number(this.endpoint.split(':').at(-1));
  }

  /** Stops answering, but keeps its connections, as a machine that hangs. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  thaw(): void {
    this.child.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    running.delete(this.child);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async healthy(port: number, said: () => string): Promise<void> {
    const deadline = performance.now() + HEALTHY_WITHIN_MS;
    for (;;) {
      const reply = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
      if (reply?.ok === true && (await reply.text()).includes('true')) return;
      if (this.child.exitCode !== null || performance.now() > deadline)
        throw new Error(`etcd does not run:\n${said()}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Three that are free now, found while all were held. */
async function freePorts(): Promise<[number, number, number]> {
  const held = [createServer(), createServer(), createServer()];
  const ports = await Promise.all(
    held.map(async (server) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return address.port;
    }),
  );
  for (const server of held) server.close();
  return [ports[0] ?? 0, ports[1] ?? 0, ports[2] ?? 0];
}
