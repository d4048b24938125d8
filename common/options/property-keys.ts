/** Under which key of the properties of an object an option of DRBD stands. */
import type { OptionEntry, OptionScope } from './option-table.ts';

export const OPTION_NAMESPACES: Readonly<Record<OptionScope, string>> = {
  resource: 'DrbdOptions/Resource/',
  net: 'DrbdOptions/Net/',
  disk: 'DrbdOptions/Disk/',
  'peer-device': 'DrbdOptions/PeerDevice/',
};

export const optionKey = (option: Pick<OptionEntry, 'scope' | 'name'>): string =>
  OPTION_NAMESPACES[option.scope] + option.name;
