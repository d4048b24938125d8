/** Names of objects for completion: asked quickly, and none at all where nobody answers. */
import { ControllerClient } from '../api/controller-client.ts';
import type { NameKind } from './propose.ts';

const PATIENCE_MS = 1_000;

const ASK: Readonly<Record<NameKind, (client: ControllerClient) => Promise<readonly string[]>>> = {
  node: async (client) => namesIn((await client.call(client.nodes, 'list', {})).nodes),
  'storage-pool': async (client) => namesIn((await client.call(client.storagePools, 'list', {})).storagePools),
  'resource-definition': async (client) =>
    namesIn((await client.call(client.resourceDefinitions, 'list', {})).resourceDefinitions),
  'resource-group': async (client) => namesIn((await client.call(client.resourceGroups, 'list', {})).resourceGroups),
};

const namesIn = (objects: readonly { readonly name: string }[]): string[] => objects.map(({ name }) => name);

export async function askNames(kinds: readonly NameKind[], controllers: readonly string[]): Promise<readonly string[]> {
  if (kinds.length === 0) return [];
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const client = await ControllerClient.connect({ controllers, timeoutMs: PATIENCE_MS, signal });
    try {
      return (await Promise.all(kinds.map((kind) => ASK[kind](client)))).flat();
    } finally {
      client.close();
    }
  } catch {
    // Whoever presses a key wants no error message in the line.
    return [];
  }
}
