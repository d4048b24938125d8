/** Options of every command of `lockstepadm`. */
import type { InferredOptionTypes } from 'yargs';

export const ADMIN_OPTIONS = {
  socket: {
    type: 'string',
    describe: 'Admin socket of the satellite (env LOCKSTEP_ADMIN_SOCKET) [default: <data dir>/admin.sock]',
    global: true,
  },
  timeout: { alias: 't', type: 'number', default: 30, describe: 'Seconds to wait for an answer', global: true },
  color: { type: 'boolean', default: true, describe: 'Colours on a terminal; --no-color for none', global: true },
} as const;

export type AdminGlobals = InferredOptionTypes<typeof ADMIN_OPTIONS>;
