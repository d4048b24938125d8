/** Machine-readable output (`-m`): objects of the API with keys in lower_snake, as the contract spells them. */

/** Maps whose keys are data, not field names. */
const MAPS: ReadonlySet<string> = new Set(['refs', 'props', 'effectiveProps', 'xReplicasOnDifferent']);

export function apiJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiJson);
  // Enum words carry the name of their enum in the contract; that is of no use in JSON.
  if (typeof value === 'string') return value.replace(/^SEVERITY_(?=[A-Z]+$)/, '');
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    // `_field` repeats which optional field is set.
    if (key.startsWith('_') || part === undefined || part === null) continue;
    result[snakeCase(key)] = MAPS.has(key) ? part : apiJson(part);
  }
  return result;
}

/** An outer array around the list, as LINSTOR's client prints it. */
export const listJson = (items: readonly unknown[]): string => `${JSON.stringify([apiJson(items)], null, 2)}\n`;

const snakeCase = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
