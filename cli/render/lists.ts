/**
 * The tables of the list commands: exact column titles of the LINSTOR client, one function per list. Under a table come
 * the problems of what it lists: a red cell alone does not tell what to do. Pure.
 */
import type { ApiAnswer__Output } from '../../proto/gen/lockstep/v1/ApiAnswer.ts';
import type { Node__Output } from '../../proto/gen/lockstep/v1/Node.ts';
import type { Resource__Output } from '../../proto/gen/lockstep/v1/Resource.ts';
import type { ResourceDefinition__Output } from '../../proto/gen/lockstep/v1/ResourceDefinition.ts';
import type { StoragePool__Output } from '../../proto/gen/lockstep/v1/StoragePool.ts';
import type { Volume__Output } from '../../proto/gen/lockstep/v1/Volume.ts';
import type { VolumeDefinition__Output } from '../../proto/gen/lockstep/v1/VolumeDefinition.ts';
import { fromApi } from '../api/answers.ts';
import { formatKib } from '../size-argument.ts';
import type { Style } from '../terminal.ts';
import { renderAnswer } from './messages.ts';
import {
  connectionsCell,
  nodeState,
  replicationCell,
  resourceState,
  type StateCell,
  usageCell,
  volumeState,
} from './object-states.ts';
import { auxCell, NO_PROPERTY_COLUMNS } from './property-columns.ts';
import { type Column, naturally, renderTable } from './table.ts';

const titles = (...names: readonly string[]): Column[] => names.map((title) => ({ title }));
const right = (title: string): Column => ({ title, align: 'right' });

export function nodeTable(
  nodes: readonly Node__Output[],
  style: Style,
  { columns, cells } = NO_PROPERTY_COLUMNS,
  aux = false,
): string {
  const rows = naturally(nodes, (node) => node.name).map((node) => [
    node.name,
    node.type,
    `${node.address}:${node.satellitePort} (PLAIN)`,
    ...(aux ? [auxCell(node)] : []),
    nodeState(node),
    ...cells(node),
  ]);
  const own = titles('Node', 'NodeType', 'Addresses', ...(aux ? ['AuxProps'] : []), 'State');
  const table = renderTable([...own, ...columns], rows, style);
  const problems = naturally(nodes, (node) => node.name).flatMap(({ name, problem }) =>
    problem === undefined || problem === null ? [] : [{ where: name, problem }],
  );
  return table + renderProblems(problems, style);
}

export function storagePoolTable(
  pools: readonly StoragePool__Output[],
  style: Style,
  extra = NO_PROPERTY_COLUMNS,
): string {
  const columns = [
    ...titles('StoragePool', 'Node', 'Driver', 'PoolName'),
    right('FreeCapacity'),
    right('TotalCapacity'),
    ...titles('CanSnapshots', 'State', 'SharedName'),
    ...extra.columns,
  ];
  const rows = naturally(
    pools,
    (pool) => pool.name,
    (pool) => pool.nodeName,
  ).map((pool) => [
    pool.name,
    pool.nodeName,
    pool.providerKind,
    pool.providerKind === 'DEVICE' ? pool.devices.join('\n') : pool.directory,
    optionalSize(pool.freeCapacityKib),
    optionalSize(pool.totalCapacityKib),
    pool.supportsSnapshots ? 'True' : 'False',
    poolState(pool),
    pool.freeSpaceMgrName,
    ...extra.cells(pool),
  ]);
  return renderTable(columns, rows, style);
}

function poolState(pool: StoragePool__Output): StateCell {
  if (pool.flags.includes('DELETE')) return { text: 'DELETING', colour: 'red' };
  if (pool.state === 'Ok') return { text: 'Ok', colour: 'green' };
  return { text: pool.state, colour: pool.state === 'Error' ? 'red' : 'yellow' };
}

export function resourceDefinitionTable(
  definitions: readonly ResourceDefinition__Output[],
  style: Style,
  withExternal: boolean,
): string {
  const external = withExternal || definitions.some(({ externalName }) => externalName !== '');
  const rows = naturally(definitions, (definition) => definition.name).map((definition) => [
    definition.name,
    ...(external ? [definition.externalName] : []),
    definition.resourceGroupName,
    definition.layers.join(','),
    definition.flags.includes('DELETE')
      ? ({ text: 'DELETE', colour: 'red' } as const)
      : ({ text: 'ok', colour: 'green' } as const),
  ]);
  const columns = ['ResourceName', ...(external ? ['External'] : []), 'ResourceGroup', 'Layers', 'State'];
  return renderTable(titles(...columns), rows, style);
}

export function volumeDefinitionTable(definitions: readonly VolumeDefinition__Output[], style: Style): string {
  const rows = naturally(
    definitions,
    (volume) => volume.resourceName,
    (volume) => String(volume.volumeNumber),
  ).map((volume) => [
    volume.resourceName,
    String(volume.volumeNumber),
    // Volumes are NBD exports: there is no device minor, and sizes are always net.
    '',
    formatKib(volume.sizeKib),
    '',
    volume.flags.includes('DELETE')
      ? ({ text: 'DELETING', colour: 'red' } as const)
      : ({ text: 'ok', colour: 'green' } as const),
  ]);
  return renderTable(titles('ResourceName', 'VolumeNr', 'VolumeMinor', 'Size', 'Gross', 'State'), rows, style);
}

export function resourceTable(
  resources: readonly Resource__Output[],
  style: Style,
  extra = NO_PROPERTY_COLUMNS,
): string {
  const columns = [
    ...titles('ResourceName', 'Node', 'Layers', 'Usage', 'Conns'),
    right('State'),
    ...titles('CreatedOn'),
    ...extra.columns,
  ];
  const sorted = naturally(
    resources,
    (resource) => resource.resourceName,
    (resource) => resource.nodeName,
  );
  const rows = sorted.map((resource) => [
    resource.resourceName,
    resource.nodeName,
    resource.layers.join(','),
    usageCell(resource),
    connectionsCell(resource),
    resourceState(resource),
    localTime(resource.createTimestampMs),
    ...extra.cells(resource),
  ]);
  const problems = sorted.flatMap((resource) =>
    resource.problems.map((problem) => ({ where: `${resource.resourceName} on ${resource.nodeName}`, problem })),
  );
  return renderTable(columns, rows, style) + renderProblems(problems, style);
}

interface PlacedProblem {
  readonly where: string;
  readonly problem: ApiAnswer__Output;
}

function renderProblems(problems: readonly PlacedProblem[], style: Style): string {
  return problems
    .flatMap(({ where, problem }) =>
      fromApi([problem]).map((answer) => renderAnswer({ ...answer, message: `${where}: ${answer.message}` }, style)),
    )
    .join('');
}

export function volumeTable(volumes: readonly Volume__Output[], style: Style): string {
  const columns = [
    ...titles('Resource', 'Node', 'StoragePool', 'VolNr', 'MinorNr', 'DeviceName'),
    right('Allocated'),
    ...titles('InUse'),
    right('State'),
    ...titles('Repl'),
  ];
  const sorted = naturally(
    volumes,
    (volume) => volume.resourceName,
    (volume) => volume.nodeName,
    (volume) => String(volume.volumeNumber),
  );
  const rows = sorted.map((volume) => [
    volume.resourceName,
    volume.nodeName,
    volume.storagePoolName === '' ? 'DfltDisklessStorPool' : volume.storagePoolName,
    String(volume.volumeNumber),
    '',
    volume.devicePath === '' ? 'None' : volume.devicePath,
    optionalSize(volume.allocatedKib),
    usageCell(volume),
    volumeState(volume),
    replicationCell(volume),
  ]);
  return renderTable(columns, rows, style);
}

const optionalSize = (sizeKib: number | undefined): string => (sizeKib === undefined ? '' : formatKib(sizeKib));

/** `2026-11-21 10:00:49` in the local time zone. */
function localTime(timestampMs: number): string {
  if (timestampMs === 0) return '';
  const date = new Date(timestampMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
