/** One line per event, as `drbdsetup events2`: `<action> <object> key:value …` (DRBD 9 reference §8.3). */
import type { AdminEvent } from '../admin/admin-client.ts';
import { printable } from '../terminal.ts';

/** @returns one line without its end. The dump of what exists ends with the event `exists -`. */
export function renderEvent2(event: AdminEvent): string {
  const words = [event.action, event.object];
  for (const [key, value] of Object.entries(event.keys ?? {})) words.push(`${key}:${valueText(value)}`);
  return printable(words.join(' ')).replaceAll('\n', ' ');
}

function valueText(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
