/** Tables of resource groups, volume groups and what could be placed: exact column titles of the LINSTOR client. Pure. */
import type { MaxVolumeCandidate__Output } from '../../proto/gen/lockstep/v1/MaxVolumeCandidate.ts';
import type { QuerySizeInfoResponse__Output } from '../../proto/gen/lockstep/v1/QuerySizeInfoResponse.ts';
import type { ResourceGroup__Output } from '../../proto/gen/lockstep/v1/ResourceGroup.ts';
import type { SelectFilter__Output } from '../../proto/gen/lockstep/v1/SelectFilter.ts';
import type { VolumeGroup__Output } from '../../proto/gen/lockstep/v1/VolumeGroup.ts';
import { formatKib } from '../size-argument.ts';
import type { Style } from '../terminal.ts';
import { type Column, naturally, renderTable } from './table.ts';

const titles = (...names: readonly string[]): Column[] => names.map((title) => ({ title }));
const right = (title: string): Column => ({ title, align: 'right' });

export function resourceGroupTable(groups: readonly ResourceGroup__Output[], style: Style): string {
  const rows = naturally(groups, ({ name }) => name).map((group) => [
    group.name,
    group.selectFilter ? filterLines(group.selectFilter).join('\n') : '',
    group.volumeGroups.map(({ volumeNumber }) => String(volumeNumber)).join(', '),
    group.description,
  ]);
  return renderTable(titles('ResourceGroup', 'SelectFilter', 'VlmNrs', 'Description'), rows, style);
}

function filterLines(filter: SelectFilter__Output): string[] {
  const lists: [string, readonly string[]][] = [
    ['StoragePool(s)', filter.storagePools],
    ['DisklessStoragePool(s)', filter.disklessStoragePools],
    ['Nodes', filter.nodeNames],
    ['DoNotPlaceWith', filter.doNotPlaceWith],
    ['DoNotPlaceWithRegex', filter.doNotPlaceWithRegex === undefined ? [] : [filter.doNotPlaceWithRegex]],
    ['ReplicasOnSame', filter.replicasOnSame],
    ['ReplicasOnDifferent', filter.replicasOnDifferent],
    ['XReplicasOnDifferent', Object.entries(filter.xReplicasOnDifferent).map(([key, most]) => `${key}: ${most}`)],
    ['LayerStack', filter.layers],
    ['Providers', filter.providers],
  ];
  return [
    ...(filter.placeCount === undefined ? [] : [`PlaceCount: ${filter.placeCount}`]),
    ...lists.filter(([, words]) => words.length > 0).map(([title, words]) => `${title}: ${words.join(', ')}`),
    ...(filter.disklessOnRemaining === true ? ['DisklessOnRemaining: True'] : []),
    ...(filter.scatterWidth === undefined ? [] : [`ScatterWidth: ${filter.scatterWidth}`]),
  ];
}

export function volumeGroupTable(groups: readonly VolumeGroup__Output[], style: Style): string {
  const rows = groups.map(({ volumeNumber, flags }) => [String(volumeNumber), flags.join(', ')]);
  return renderTable(titles('VolumeNr', 'Flags'), rows, style);
}

export function maxVolumeTable(candidates: readonly MaxVolumeCandidate__Output[], style: Style): string {
  const columns = [...titles('StoragePool'), right('MaxVolumeSize'), ...titles('Provisioning', 'Nodes')];
  const rows = naturally(candidates, ({ storagePoolName }) => storagePoolName).map((candidate) => [
    candidate.storagePoolName,
    formatKib(candidate.maxVolumeSizeKib),
    candidate.allThin ? 'Thin' : 'Thick',
    [...candidate.nodeNames].sort().join('\n'),
  ]);
  return renderTable(columns, rows, style);
}

export function sizeInfoTable(info: QuerySizeInfoResponse__Output, style: Style): string {
  const columns = [right('MaxVolumeSize'), right('AvailableSize'), right('Capacity'), ...titles('Next Spawn Result')];
  const places = info.nextSpawnResult.map(({ nodeName, storagePoolName }) => `${storagePoolName} on ${nodeName}`);
  const sizes = [info.maxVolumeSizeKib, info.availableSizeKib, info.capacityKib].map(formatKib);
  return renderTable(columns, [[...sizes, places.join('\n')]], style);
}
