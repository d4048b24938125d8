/** Tables of properties, connections, interfaces and key-value stores: exact column titles of the LINSTOR client. Pure. */
import type { Connection__Output } from '../../proto/gen/lockstep/v1/Connection.ts';
import type { NetInterface__Output } from '../../proto/gen/lockstep/v1/NetInterface.ts';
import type { Node__Output } from '../../proto/gen/lockstep/v1/Node.ts';
import type { PropertyInfo__Output } from '../../proto/gen/lockstep/v1/PropertyInfo.ts';
import type { Style } from '../terminal.ts';
import { type Column, naturally, renderTable } from './table.ts';

const titles = (...names: readonly string[]): Column[] => names.map((title) => ({ title }));
const UNGROUPED = { groupBy: 'none' } as const;

interface Pair {
  readonly key: string;
  readonly value: string;
}

export function propertyTable(properties: readonly Pair[], style: Style): string {
  const rows = naturally(properties, ({ key }) => key).map(({ key, value }) => [key, value]);
  return renderTable(titles('Key', 'Value'), rows, style, UNGROUPED);
}

interface Effective extends Pair {
  readonly origin: string;
  readonly overridden: readonly { readonly value: string; readonly origin: string }[];
}

export function effectivePropertyTable(properties: readonly Effective[], style: Style): string {
  const rows = naturally(properties, ({ key }) => key).map(({ key, value, origin, overridden }) => [
    key,
    value,
    origin,
    overridden.map((each) => `${each.value} (${each.origin})`).join('\n'),
  ]);
  return renderTable(titles('Key', 'Value', 'Origin', 'Overridden'), rows, style, UNGROUPED);
}

export function propertyInfoTable(properties: readonly PropertyInfo__Output[], style: Style): string {
  const rows = naturally(properties, ({ key }) => key).map(({ key, allowed, usual, kinds, help }) => [
    key,
    allowed,
    usual,
    kinds.join(', '),
    help,
  ]);
  return renderTable(titles('Key', 'Allowed', 'Usual', 'Searched on', 'Meaning'), rows, style, UNGROUPED);
}

const properties = (props: Readonly<Record<string, string>>): string =>
  naturally(Object.entries(props), ([key]) => key)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n');

export function nodeConnectionTable(connections: readonly Connection__Output[], style: Style): string {
  const rows = inOrder(connections).map(({ nodeA, nodeB, props }) => [nodeA, nodeB, properties(props)]);
  return renderTable(titles('Node A', 'Node B', 'Properties'), rows, style);
}

export function resourceConnectionTable(connections: readonly Connection__Output[], style: Style): string {
  const rows = inOrder(connections).map(({ nodeA, nodeB, props, portA, portB }) => [
    nodeA,
    nodeB,
    properties(props),
    portA === portB ? String(portA) : `${portA}, ${portB}`,
  ]);
  return renderTable(titles('Source', 'Target', 'Properties', 'Port'), rows, style);
}

const inOrder = (connections: readonly Connection__Output[]): Connection__Output[] =>
  naturally(
    connections,
    ({ nodeA }) => nodeA,
    ({ nodeB }) => nodeB,
  );

/** Paths in the form of properties, as LINSTOR lists them. */
export const pathProperties = (connections: readonly Connection__Output[]): Pair[] =>
  connections.flatMap(({ nodeA, nodeB, paths }) =>
    paths.flatMap(({ name, interfaceA, interfaceB }) => [
      { key: `Paths/${name}/${nodeA}`, value: interfaceA },
      { key: `Paths/${name}/${nodeB}`, value: interfaceB },
    ]),
  );

/** The title of the first column is the name of the node. */
export const interfaceTable =
  (nodeName: string) =>
  (interfaces: readonly NetInterface__Output[], style: Style): string => {
    const rows = naturally(interfaces, ({ name }) => name).map(
      ({ name, address, satellitePort, encryptionType, active }) => [
        active ? '+ StltCon' : '+',
        name,
        address,
        satellitePort === undefined ? '' : String(satellitePort),
        satellitePort === undefined ? '' : encryptionType,
      ],
    );
    return renderTable(titles(nodeName, 'NetInterface', 'IP', 'Port', 'EncryptionType'), rows, style, UNGROUPED);
  };

export function keyValueStoreTable(stores: readonly { readonly name: string }[], style: Style): string {
  const rows = naturally(stores, ({ name }) => name).map(({ name }) => [name]);
  return renderTable(titles('Name'), rows, style, UNGROUPED);
}

/** What every satellite of this release can do; one that was never connected is not known to. */
export function nodeInfoTables(nodes: readonly Node__Output[], style: Style): string {
  const providers = ['Diskless', 'LVM', 'LVMThin', 'ZFS/Thin', 'File/Thin', 'SPDK', 'Remote SPDK', 'Storage Spaces'];
  const layers = ['DRBD', 'LUKS', 'NVMe', 'Cache', 'BCache', 'WriteCache', 'Storage'];
  const able: ReadonlySet<string> = new Set(['Diskless', 'File/Thin', 'DRBD', 'Storage']);
  const table = (columns: readonly string[]): string => {
    const rows = naturally(nodes, ({ name }) => name).map(({ name, satelliteVersion }) => [
      name,
      ...columns.map((column) => (satelliteVersion !== '' && able.has(column) ? '+' : '-')),
    ]);
    return renderTable(titles('Node', ...columns), rows, style);
  };
  return `${table([...providers, 'Storage Spaces/Thin'])}\n${table(layers)}`;
}
