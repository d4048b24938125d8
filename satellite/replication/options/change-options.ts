/**
 * Options change while everything runs: of the resource, of one connection, of one volume. A change is judged as a whole
 * before any of it counts; what is refused leaves everything as it was.
 */
import { OperationError } from '../../../common/errors.ts';
import type { PeerConfig } from '../config.ts';
import { useOptions } from '../new-state.ts';
import type { Connection, Resource } from '../state.ts';
import { isInUse } from '../two-primaries/allowed.ts';
import {
  OPTION_TABLE,
  type OptionChange,
  optionConflict,
  optionNamed,
  parseOption,
  type OptionScope,
} from '../../../common/options/option-table.ts';
import { protocolOf } from './protocol.ts';
import {
  type ConnectionOptions,
  DEFAULT_OPTIONS,
  type DiskOptions,
  effectiveNet,
  type ReplicationOptions,
} from '../../../common/options/options.ts';

/** @returns why not; undefined: it counts from now on. */
export function changeOptions(r: Resource, change: OptionChange): OperationError | undefined {
  let values: Partial<ReplicationOptions>;
  try {
    values = parseAll(change);
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  const before = r.options;
  const connection = change.peer === undefined ? undefined : r.connections.get(change.peer);
  const volume = change.volume === undefined ? undefined : r.volumes.get(change.volume);
  if (change.peer !== undefined && connection === undefined)
    return new OperationError('INVALID_ARGUMENT', `"${r.config.name}" has no peer with node id ${change.peer}`);
  if (change.volume !== undefined && volume === undefined)
    return new OperationError('VOLUME_NOT_FOUND', `"${r.config.name}" has no volume ${change.volume}`);
  if (connection !== undefined) {
    const options = { ...connection.config.options, ...(values as Partial<ConnectionOptions>) };
    const after = effectiveNet(before, options);
    const conflict = conflictWith(before, after, connection.config);
    if (conflict !== undefined) return refused(conflict);
    if (ends(r, connection, after)) return inUse(connection);
    connection.config = { ...connection.config, options };
  } else if (volume !== undefined) {
    volume.config = { ...volume.config, options: { ...volume.config.options, ...(values as Partial<DiskOptions>) } };
  } else {
    const after = { ...before, ...values };
    for (const each of r.connections.values()) {
      const { config } = each;
      const net = effectiveNet(after, config.options);
      const conflict = conflictWith(after, net, config);
      if (conflict !== undefined) return refused(conflict);
      if (ends(r, each, net)) return inUse(each);
    }
    useOptions(r, after);
    return undefined;
  }
  useOptions(r, before);
  return undefined;
}

/** What a peer is to be configured for next to the options that are in force. @returns why not */
export function objectionToPeer(r: Resource, config: PeerConfig): OperationError | undefined {
  const after = effectiveNet(r.options, config.options);
  const conflict = conflictWith(r.options, after, config);
  if (conflict !== undefined) return refused(conflict);
  const known = r.connections.get(config.node);
  return known !== undefined && ends(r, known, after) ? inUse(known) : undefined;
}

const conflictWith = (all: ReplicationOptions, net: ConnectionOptions, config: PeerConfig): string | undefined =>
  optionConflict({ ...all, ...net }, [protocolOf(config, net)]);

const ends = (r: Resource, connection: Connection, after: ConnectionOptions): boolean =>
  connection.options.allowTwoPrimaries && !after.allowTwoPrimaries && isInUse(r, connection);

const inUse = ({ config }: Connection): OperationError =>
  new OperationError('TWO_PRIMARIES', `two nodes are Primary, and need allow-two-primaries towards "${config.name}"`, {
    correction: 'Demote one of them (end or abort the migration), then try again.',
    refs: { node: config.name },
  });

function parseAll({ scope, values }: OptionChange): Partial<ReplicationOptions> {
  const parsed: Record<string, number | boolean | string> = {};
  for (const [name, text] of Object.entries(values)) {
    const option = optionNamed(name);
    if (option.scope !== scope) {
      throw new OperationError('OPTION_UNKNOWN', `"${name}" is no ${scope} option`, {
        correction: `It is a ${option.scope} option. Of this kind there are: ${namesOf(scope)}.`,
      });
    }
    parsed[option.key] = text === 'default' ? DEFAULT_OPTIONS[option.key] : parseOption(option, text);
  }
  return parsed as Partial<ReplicationOptions>;
}

const namesOf = (scope: OptionScope): string =>
  OPTION_TABLE.filter((option) => option.scope === scope)
    .map(({ name }) => name)
    .join(', ');

const refused = (conflict: string): OperationError =>
  new OperationError('OPTION_CONFLICT', conflict, { correction: 'Change the protocol or the other option first.' });
