/** What placement reads of properties: the first level that says something decides, and nonsense counts as not said. */
import { type ClusterView, SETTINGS_KEY } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import type { Properties } from '../domain/properties.ts';
import type { Resource, ResourceVolume } from '../domain/resource.ts';
import type { ResourceDefinition, VolumeDefinition } from '../domain/resource-definition.ts';

/** Nearest first; undefined: there is no such object. */
type Levels = readonly (Properties | undefined)[];

export const controllerProps = (view: ClusterView): Properties | undefined => view.settings.get(SETTINGS_KEY)?.props;

/** A number that is not negative. */
export function numberProp(key: string, levels: Levels): number | undefined {
  for (const level of levels) {
    const text = level?.[key];
    if (text === undefined || !/^\d{1,16}(\.\d{1,9})?$/.test(text)) continue;
    return Number(text);
  }
  return undefined;
}

export function booleanProp(key: string, levels: Levels): boolean | undefined {
  for (const level of levels) {
    const word = level?.[key]?.toLowerCase();
    if (word === 'true' || word === 'yes') return true;
    if (word === 'false' || word === 'no') return false;
  }
  return undefined;
}

/** Levels of what a definition inherits: its own, those of its group, the controller's. */
export function definitionLevels(view: ClusterView, definition: ResourceDefinition | undefined, group: string): Levels {
  return [definition?.props, view.groups.get(nameKey(group))?.props, controllerProps(view)];
}

const READ = 'sys/fs/blkio_throttle_read';
const WRITE = 'sys/fs/blkio_throttle_write';
const isThrottled = (props: Properties | undefined): boolean =>
  props !== undefined && (props[READ] !== undefined || props[WRITE] !== undefined);

/** Bytes per second that the throttles of a volume set aside, reading and writing. */
export function throttleOf(
  view: ClusterView,
  resource: Resource,
  volume: ResourceVolume,
  volumeDefinition: VolumeDefinition,
): number {
  const definition = view.definitions.get(nameKey(resource.resourceName));
  const group = nameKey(definition?.groupName ?? '');
  const volumeGroup = view.volumeGroups.in('group', group).find((entry) => entry.volume === volume.volume);
  const levels = [
    volume.props,
    resource.props,
    view.nodes.get(nameKey(resource.nodeName))?.props,
    volumeDefinition.props,
    definition?.props,
    volumeGroup?.props,
    view.groups.get(group)?.props,
    controllerProps(view),
  ];
  if (!levels.some(isThrottled)) return 0;
  return (numberProp(READ, levels) ?? 0) + (numberProp(WRITE, levels) ?? 0);
}
