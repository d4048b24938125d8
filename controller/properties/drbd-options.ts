/**
 * The DRBD options that satellites are told: every option that somebody has set on some level, by its name. What nobody has
 * set is missing, and the satellite goes on with its own default. Pure, and the same on both ends of a connection.
 */
import { NO_PROPERTIES } from '../domain/properties.ts';
import { OPTION_NAMESPACES } from '../../common/options/property-keys.ts';
import { SEARCH_ORDERS, type Level } from './levels.ts';
import { effectiveValue, type PropertyLevels } from './inheritance.ts';
import { type Replicas, quorumByReplicas } from './auto-quorum.ts';

export type OptionTexts = Readonly<Record<string, string>>;

const { resource: RESOURCE, net: NET, disk: DISK, 'peer-device': PEER_DEVICE } = OPTION_NAMESPACES;

/** Part of the desired peer itself: both ends compute it from more than this property. */
const PROTOCOL = 'protocol';
export const PROTOCOL_KEY = NET + PROTOCOL;

export const resourceOptions = (levels: PropertyLevels, replicas: Replicas): OptionTexts =>
  sorted({ ...quorumByReplicas(levels, replicas), ...collect(levels, SEARCH_ORDERS.resourceOption, [RESOURCE]) });

export const volumeOptions = (levels: PropertyLevels): OptionTexts =>
  sorted(collect(levels, SEARCH_ORDERS.diskOption, [DISK]));

export function connectionOptions(levels: PropertyLevels): OptionTexts {
  const { [PROTOCOL]: _, ...options } = collect(levels, SEARCH_ORDERS.connectionOption, [NET, PEER_DEVICE]);
  return sorted(options);
}

/** As long as a machine moves over this connection, whatever is set. */
export const withTwoPrimaries = (options: OptionTexts): OptionTexts =>
  sorted({ ...options, 'allow-two-primaries': 'yes' });

export const connectionProtocolProperty = (levels: PropertyLevels): string | undefined =>
  effectiveValue(levels, PROTOCOL_KEY);

/** From the level that is asked last to the one that is asked first: who comes later wins. */
function collect(
  levels: PropertyLevels,
  order: readonly Level[],
  namespaces: readonly string[],
): Record<string, string> {
  const options: Record<string, string> = {};
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const props = levels[order[at] as Level] ?? NO_PROPERTIES;
    for (const key in props) {
      const namespace = namespaces.find((prefix) => key.startsWith(prefix));
      if (namespace !== undefined) options[key.slice(namespace.length)] = props[key] ?? '';
    }
  }
  return options;
}

/** In one order, so that equal options compare equal as text. */
function sorted(options: Readonly<Record<string, string>>): OptionTexts {
  const entries = Object.entries(options);
  return entries.length < 2 ? options : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
