/** Starts an NBD server on a free loopback port over the exports of a test. */
import type { NbdExport } from '../../../satellite/nbd/export.ts';
import { type NbdLimits, type NbdLog, SILENT_NBD_LOG } from '../../../satellite/nbd/limits.ts';
import { type NbdAddress, NbdServer } from '../../../satellite/nbd/server.ts';

export interface TestServer {
  readonly server: NbdServer;
  readonly address: { readonly host: string; readonly port: number };
}

/** An export is also found by its name without `/0`. */
export async function startServer(
  exports: readonly NbdExport[],
  limits: Partial<NbdLimits> = {},
  log: NbdLog = SILENT_NBD_LOG,
): Promise<TestServer> {
  const find = (name: string) => exports.find((one) => one.name === name || one.name === `${name}/0`);
  const server = new NbdServer({ exports: { find, list: () => exports }, limits: { closeMs: 300, ...limits }, log });
  const address: NbdAddress = await server.listen({ host: '127.0.0.1', port: 0 });
  if (!('port' in address)) throw new Error('a TCP listener has a port');
  return { server, address };
}
