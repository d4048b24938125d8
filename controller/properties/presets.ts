/** What the controller has set from its first start on. */
import type { Properties } from '../domain/properties.ts';
import { AUTO_QUORUM_KEY, AUTO_QUORUM_USUAL } from './auto-quorum.ts';

export const PRESET_PROPERTIES: Properties = {
  'DrbdOptions/AutoEvictAllowEviction': 'True',
  'DrbdOptions/auto-add-quorum-tiebreaker': 'True',
  'DrbdOptions/auto-diskful-allow-cleanup': 'True',
  [AUTO_QUORUM_KEY]: AUTO_QUORUM_USUAL,
};
