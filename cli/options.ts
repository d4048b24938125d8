/** Options that every command knows, with the names of the LINSTOR client, and the groups that several commands share. */
import type { Argv, InferredOptionTypes } from 'yargs';

export const GLOBAL_OPTIONS = {
  controllers: {
    alias: 'c',
    type: 'string',
    describe: 'Controllers HOST[:PORT],… (env LS_CONTROLLERS or LOCKSTEP_CONTROLLERS) [default: 127.0.0.1:3372]',
    global: true,
  },
  'machine-readable': {
    alias: 'm',
    type: 'boolean',
    default: false,
    describe: 'JSON on stdout, same exit code',
    global: true,
  },
  color: { type: 'boolean', default: true, describe: 'Colours on a terminal; --no-color for none', global: true },
  utf8: {
    type: 'boolean',
    default: true,
    describe: 'Box-drawing characters on a terminal; --no-utf8 for none',
    global: true,
  },
  'warn-as-error': {
    type: 'boolean',
    default: false,
    describe: 'A WARNING entry makes the exit code 10 too',
    global: true,
  },
  timeout: { alias: 't', type: 'number', default: 300, describe: 'Seconds to wait for an answer', global: true },
  grpcurl: {
    type: 'boolean',
    default: false,
    describe: 'Print the call as a command line of grpcurl, and do nothing else',
    global: true,
  },
  verbose: { alias: 'V', type: 'boolean', default: false, describe: 'Tell each call on stderr', global: true },
} as const;

export type Globals = InferredOptionTypes<typeof GLOBAL_OPTIONS>;
export type Cli = Argv<Globals>;

/** Options of all commands that show something. */
export const SHOW_OPTIONS = {
  pastable: { alias: 'p', type: 'boolean', default: false, describe: 'ASCII, no colour, at most 78 wide' },
  watch: { type: 'string', describe: 'Again every so many seconds until Ctrl-C; no value: every 2' },
} as const;

/** Further columns of a list. */
export const PROPS_OPTION = {
  props: { type: 'string', array: true, describe: 'Columns with these properties: KEY or KEY=TITLE' },
} as const;

export const NODES_FILTER = {
  nodes: { alias: 'n', type: 'string', array: true, describe: 'Only these nodes' },
} as const;
export const RESOURCES_FILTER = {
  resources: { alias: 'r', type: 'string', array: true, describe: 'Only these resources' },
} as const;
export const GROUPS_FILTER = {
  'resource-groups': { alias: 'r', type: 'string', array: true, describe: 'Only these resource groups' },
} as const;
export const POOLS_FILTER = {
  'storage-pools': { alias: 's', type: 'string', array: true, describe: 'Only these storage pools' },
} as const;

export const ASYNC_OPTION = {
  async: { type: 'boolean', default: false, describe: 'Do not wait until the satellites have done it' },
} as const;

export const PROTOCOL_OPTION = {
  protocol: {
    type: 'string',
    describe:
      'Replication protocol A, B or C: a write is done at A the send buffer, B the memory, C the disk of the peers',
  },
} as const;

/** `--auto-place 3` wants three in total, `+1` one more, no value the default. */
export type PlaceCount = { readonly placeCount?: number; readonly additionalPlaceCount?: number };
