/** Looks whether an address can be bound before a daemon tries: the message can then say what to do about it. */
import { createServer } from 'node:net';
import { OperationError } from '../../common/errors.ts';

/** @throws OperationError INVALID_ARGUMENT when the port is taken, or this machine does not have the address. */
export function requirePortFree(host: string, port: number, use: string, hint: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new OperationError('INVALID_ARGUMENT', `cannot use ${host}:${port} (${use})`, {
          cause: error.code === 'EADDRINUSE' ? 'the port is in use' : error.message,
          correction:
            error.code === 'EADDRINUSE'
              ? `Probably ${hint}.`
              : 'This needs Linux, where every 127.x.y.z is a loopback address.',
        }),
      );
    });
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}
