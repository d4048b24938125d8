/** All tables together: one consistent view, and the identity and epoch of the controller. */
import type { ClusterView } from '../../domain/cluster-view.ts';
import type { Committed, KvReader, KvStore } from '../kv-store.ts';
import { nodeTable } from './node-repository.ts';
import { requestTable } from './request-repository.ts';
import { resourceDefinitionTable } from './resource-definition-repository.ts';
import { resourceTable } from './resource-repository.ts';
import { storagePoolTable } from './storage-pool-repository.ts';
import { volumeDefinitionTable } from './volume-definition-repository.ts';

const CONTROLLER_ID_KEY = 'controller/id';
const EPOCH_KEY = 'controller/epoch';

export class ClusterRepository {
  readonly nodes = nodeTable();
  readonly pools = storagePoolTable();
  readonly definitions = resourceDefinitionTable();
  readonly volumeDefinitions = volumeDefinitionTable();
  readonly resources = resourceTable();
  readonly requests = requestTable();

  async view(reader: KvReader): Promise<ClusterView> {
    return {
      nodes: await this.nodes.list(reader),
      pools: await this.pools.list(reader),
      definitions: await this.definitions.list(reader),
      volumeDefinitions: await this.volumeDefinitions.list(reader),
      resources: await this.resources.list(reader),
    };
  }

  /** All of one revision. */
  consistentView(store: KvStore): Promise<Committed<ClusterView>> {
    return store.transaction((transaction) => this.view(transaction));
  }

  /** At each start: the same identity, the next epoch. Satellites refuse whoever comes with a lower one. */
  async beginEpoch(store: KvStore, newIdentity: string): Promise<{ controllerId: string; epoch: number }> {
    const committed = await store.transaction(async (transaction) => {
      const identity = await transaction.get(CONTROLLER_ID_KEY);
      const epoch = Number((await transaction.get(EPOCH_KEY))?.value ?? '0') + 1;
      if (identity === undefined) transaction.put(CONTROLLER_ID_KEY, newIdentity);
      transaction.put(EPOCH_KEY, String(epoch));
      return { controllerId: identity?.value ?? newIdentity, epoch };
    });
    return committed.result;
  }
}
