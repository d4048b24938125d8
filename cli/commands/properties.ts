/** `list-properties` and `set-property` of every noun that has properties: the same two commands with the noun's own names. */
import { randomUUID } from 'node:crypto';
import type { PropertyInfo__Output } from '../../proto/gen/lockstep/v1/PropertyInfo.ts';
import type { PropertyOwner } from '../../proto/gen/lockstep/v1/PropertyOwner.ts';
import { refusal } from '../api/answers.ts';
import type { ControllerClient } from '../api/controller-client.ts';
import { parseVolumeNumber } from '../arguments.ts';
import { ASYNC_OPTION, type Cli, SHOW_OPTIONS } from '../options.ts';
import { effectivePropertyTable, propertyInfoTable, propertyTable } from '../render/property-lists.ts';
import type { Session } from '../session.ts';

/** What names the object, in the order in which people write it. */
const NAMES = {
  controller: [],
  node: ['node'],
  'storage-pool': ['node', 'storage-pool'],
  'resource-group': ['resource-group'],
  'volume-group': ['resource-group', 'volume'],
  'resource-definition': ['resource'],
  'volume-definition': ['resource', 'volume'],
  resource: ['node', 'resource'],
  volume: ['node', 'resource', 'volume'],
  'node-connection': ['node', 'other-node'],
  'resource-connection': ['node', 'other-node', 'resource'],
} as const;

export type PropertyKind = keyof typeof NAMES;
type Words = Readonly<Record<string, unknown>>;

/** `<node> <resource>` */
export const namesUsage = (kind: PropertyKind): string => NAMES[kind].map((name) => `<${name}>`).join(' ');

export function withNames(cli: Cli, kind: PropertyKind): Cli {
  let all = cli;
  for (const name of NAMES[kind]) all = all.positional(name, { type: 'string', demandOption: true });
  return all;
}

/** @throws OperationError INVALID_ARGUMENT. */
export function ownerOf(kind: PropertyKind, argv: Words): PropertyOwner {
  const text = (name: string): string => String(argv[name] ?? '');
  const names: readonly string[] = NAMES[kind];
  return {
    kind,
    nodeName: text('node'),
    otherNodeName: text('other-node'),
    storagePoolName: text('storage-pool'),
    resourceGroupName: text('resource-group'),
    resourceName: text('resource'),
    volumeNumber: names.includes('volume') ? parseVolumeNumber(text('volume')) : 0,
  };
}

const LIST_OPTIONS = {
  ...SHOW_OPTIONS,
  effective: { type: 'boolean', default: false, describe: 'What counts, inherited values and their origin included' },
  info: { type: 'boolean', default: false, describe: 'What can be set here, with which values' },
} as const;

const SET_OPTIONS = {
  ...ASYNC_OPTION,
  aux: { type: 'boolean', default: false, describe: 'A key of your own: puts Aux/ before it' },
} as const;

export function propertyCommands(cli: Cli, session: Session, kind: PropertyKind): Cli {
  return setProperty(listProperties(cli, session, kind), session, kind);
}

function listProperties(cli: Cli, session: Session, kind: PropertyKind): Cli {
  return cli.command(
    [`list-properties ${namesUsage(kind)}`.trim(), 'lp'],
    'Properties: list them',
    (y) => withNames(y, kind).options(LIST_OPTIONS),
    (argv) => {
      if (argv.info) return session.list(argv, (client) => propertiesInfo(client, kind), propertyInfoTable);
      const owner = ownerOf(kind, argv);
      if (argv.effective) return session.list(argv, (client) => effective(client, owner), effectivePropertyTable);
      return session.list(argv, async (client) => pairs((await listed(client, owner)).props), propertyTable);
    },
  );
}

export const pairs = (props: Readonly<Record<string, string>>) =>
  Object.entries(props).map(([key, value]) => ({ key, value }));

/** @throws OperationError as the controller answers. */
async function listed(client: ControllerClient, owner: PropertyOwner) {
  const found = await client.call(client.properties, 'list', { owner });
  const error = refusal(found.answers);
  if (error !== undefined) throw error;
  return found;
}

async function effective(client: ControllerClient, owner: PropertyOwner) {
  const { effectiveProps } = await listed(client, owner);
  return Object.entries(effectiveProps).map(([key, { value, origin, overridden }]) => ({
    key,
    value,
    origin,
    overridden: overridden.map((each) => ({ value: each.value, origin: each.origin })),
  }));
}

async function propertiesInfo(client: ControllerClient, kind: PropertyKind): Promise<readonly PropertyInfo__Output[]> {
  return (await client.call(client.properties, 'info', { kind })).properties;
}

function setProperty(cli: Cli, session: Session, kind: PropertyKind): Cli {
  return cli.command(
    [`set-property ${namesUsage(kind)} <key> [value]`.replace('  ', ' '), 'sp'],
    'Properties: set one; without a value it is deleted',
    (y) =>
      withNames(y, kind)
        .positional('key', { type: 'string', demandOption: true })
        .positional('value', { type: 'string', describe: 'None: delete the property' })
        .options(SET_OPTIONS),
    (argv) =>
      session.change(argv, `setting ${argv.key}`, () => {
        const key = argv.aux ? `Aux/${argv.key}` : argv.key;
        const { value = '' } = argv;
        const change = value === '' ? { deleteProps: [key] } : { overrideProps: { [key]: value } };
        return sendChange(session, argv, ownerOf(kind, argv), change);
      }),
  );
}

interface Change {
  readonly overrideProps?: Record<string, string>;
  readonly deleteProps?: string[];
}

export function sendChange(
  session: Session,
  argv: Parameters<Session['waitMs']>[0] & { readonly async: boolean },
  owner: PropertyOwner,
  change: Change,
) {
  const request = { owner, ...change, async: argv.async, waitMs: session.waitMs(argv), requestId: randomUUID() };
  return (client: ControllerClient) => client.call(client.properties, 'set', request);
}
