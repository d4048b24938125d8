/**
 * Every property that can be set outside `Aux/`: where, with which values, and what it does. The options of DRBD come from
 * the table that satellites read, so that a name or range has one place. What LINSTOR knows and nothing here would honour
 * is refused with the reason, instead of being stored without effect.
 */
import { OperationError } from '../../common/errors.ts';
import { nearest } from '../../common/nearest.ts';
import { OPTION_TABLE, type OptionScope, printOption } from '../../common/options/option-table.ts';
import { optionKey } from '../../common/options/property-keys.ts';
import { DEFAULT_OPTIONS } from '../../common/options/options.ts';
import { type Level, nounOf } from './levels.ts';
import { choice, OWN_PROPERTIES, type PropertySpec, type SearchOrder, spec } from './own-properties.ts';
import { parseValue } from './values.ts';

const ORDER_OF: Readonly<Record<OptionScope, SearchOrder>> = {
  resource: 'resourceOption',
  net: 'connectionOption',
  disk: 'diskOption',
  'peer-device': 'connectionOption',
};

/** The controller gives out the bitmap slots by itself. */
const NO_PROPERTY: ReadonlySet<string> = new Set(['bitmap']);

const OPTION_PROPERTIES: readonly PropertySpec[] = OPTION_TABLE.filter(({ name }) => !NO_PROPERTY.has(name)).map(
  (option) => {
    // "As configured" is what stands without the property.
    const isProtocol = option.key === 'protocol';
    return spec(
      optionKey(option),
      ORDER_OF[option.scope],
      isProtocol ? choice('A', 'B', 'C') : { kind: 'option', option },
      isProtocol ? '' : printOption(option, DEFAULT_OPTIONS[option.key]),
      `DRBD's ${option.scope} option ${option.name}`,
    );
  },
);

/** What LINSTOR has beyond that: why it is refused. Keys that end with "/" are namespaces. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['DrbdOptions/Handlers/', 'handlers are programs of each node: its satellite is told where they are'],
  ['DrbdOptions/Proxy/', 'there is no proxy'],
  ['DrbdOptions/PeerDevice/bitmap', 'the controller gives out the bitmap slots by itself'],
  ['StorDriver/', 'the directory or the devices of a pool are named when it is made'],
  ['AutoSnapshot/', 'there are no snapshots yet'],
  ['BackupShipping/', 'there are no backups yet'],
  ['SnapshotShipping/', 'there are no snapshots yet'],
  ['Snapshot/', 'there are no snapshots yet'],
  ['CopyAllSnapsOnEvacuation', 'there are no snapshots yet'],
  ['Clone/', 'there are no clones yet'],
  ['FileSystem/', 'volumes are handed out as block devices, without a file system'],
  ['NVMe/', 'there is no NVMe layer'],
  ['Writecache/', 'there is no cache layer'],
  ['Cache/', 'there is no cache layer'],
  ['Luks/', 'there is no encryption layer'],
  ['ExtCmd/', 'the controller runs no programs'],
  ['Autoplacer/PreSelectFileName', 'the controller runs no programs'],
  ['Autoplacer/PreSelectScriptTimeout', 'the controller runs no programs'],
  ['Rest/', 'there is no REST API yet'],
  ['Auth/', 'there is no access control yet'],
  ['NetCom/', 'ports are settings of each program'],
  ['Paths/', 'paths have commands of their own: node-connection path, resource-connection path'],
  ['Cluster/', 'it is given out by the controller'],
  ['MinorNrAutoRange', 'volumes have no device minors'],
  ['TcpPortAutoRange', 'a node has one replication port for all resources'],
  ['TcpPortsBlocked', 'a node has one replication port for all resources'],
  ['UpdateCacheInterval', 'satellites report their space by themselves'],
]);

export const PROPERTY_SPECS: readonly PropertySpec[] = [...OWN_PROPERTIES, ...OPTION_PROPERTIES];

const BY_KEY: ReadonlyMap<string, PropertySpec> = new Map(PROPERTY_SPECS.map((each) => [each.key, each]));

const AUX = 'Aux/';

export const specOf = (key: string): PropertySpec | undefined => BY_KEY.get(key);

export const allowedOn = (property: PropertySpec, level: Level): boolean =>
  property.order.includes(level) || property.alsoOn.includes(level);

/**
 * @returns the spelling that is stored
 * @throws OperationError PROPERTY_UNKNOWN with the nearest key, PROPERTY_UNSUPPORTED, PROPERTY_INVALID
 */
export function checkProperty(level: Level, key: string, written: string): string {
  const known = BY_KEY.get(key);
  if (key.startsWith(AUX)) return parseValue(auxKey(key), { kind: 'free' }, written);
  if (known === undefined) throw unknown(level, key);
  if (allowedOn(known, level)) return parseValue(key, known.value, written);
  throw new OperationError('PROPERTY_UNKNOWN', `${key} is no property of a ${nounOf(level)}`, {
    correction: `Set it on: ${[...known.order, ...known.alsoOn].map(nounOf).join(', ')}.`,
  });
}

const KEY_LENGTH_MAX = 256;

/** @throws OperationError PROPERTY_INVALID unless a person can type and tell apart what stands between the slashes. */
function auxKey(key: string): string {
  const parts = key.split('/');
  if (key.length <= KEY_LENGTH_MAX && parts.every((part) => /^[^\s\p{C}]+$/u.test(part))) return key;
  throw new OperationError('PROPERTY_INVALID', `"${key.slice(0, 64)}" is not a key`, {
    correction: `Use at most ${KEY_LENGTH_MAX} characters without spaces, in parts between single slashes: Aux/site/rack.`,
  });
}

function unknown(level: Level, key: string): OperationError {
  const shown = key.slice(0, 64);
  for (const [prefix, why] of UNSUPPORTED) {
    if (prefix.endsWith('/') ? !key.startsWith(prefix) : key !== prefix) continue;
    return new OperationError('PROPERTY_UNSUPPORTED', `${shown} is not supported yet`, { cause: why });
  }
  const here = PROPERTY_SPECS.filter((each) => allowedOn(each, level)).map((each) => each.key);
  return new OperationError('PROPERTY_UNKNOWN', `There is no property "${shown}"`, {
    correction: `Did you mean ${nearest(key, here)}? Anything of your own goes below ${AUX} (--aux).`,
    details: 'All of them: lockstep controller list-properties --info',
  });
}
