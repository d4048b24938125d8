/** What a cluster has from its first start on. */
import { findGroup, SETTINGS_KEY } from '../domain/cluster-view.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import { DEFAULT_GROUP, DEFAULT_GROUP_PLACE_COUNT, NO_FILTER } from '../domain/resource-group.ts';
import { PRESET_PROPERTIES } from '../properties/presets.ts';
import type { Draft } from './tables.ts';

export function addFirstObjects(draft: Draft, nowMs: number): void {
  if (draft.settings.get(SETTINGS_KEY) === undefined) draft.put('settings', { props: PRESET_PROPERTIES });
  if (findGroup(draft, DEFAULT_GROUP) !== undefined) return;
  draft.put('groups', {
    name: DEFAULT_GROUP,
    description: 'Default resource group',
    filter: { ...NO_FILTER, placeCount: DEFAULT_GROUP_PLACE_COUNT },
    props: NO_PROPERTIES,
    createdAtMs: nowMs,
  });
}
