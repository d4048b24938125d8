/** What placement looks at, always up to date: follows the state and the reports, and adds what a transaction has not committed yet. */
import { resourcesOf, resourcesOn } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import type { Properties } from '../domain/properties.ts';
import type { PlacementWorld } from '../placement/capacity.ts';
import { PoolLedger, resourceKey } from '../placement/pool-ledger.ts';
import type { StatusCache } from '../satellites/status-cache.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { Change, Draft } from '../state/tables.ts';

export class PlacementWorlds {
  private readonly state: ClusterState;
  private readonly status: StatusCache;
  private readonly ledger: PoolLedger;

  constructor(state: ClusterState, status: StatusCache) {
    this.state = state;
    this.status = status;
    this.ledger = new PoolLedger(state.view, status);
    state.onChange((changes) => this.follow(changes));
    status.onChange((change) => {
      if (change.kind === 'resource')
        this.ledger.refresh(state.view, `${nameKey(change.name)}/${nameKey(change.node)}`);
    });
  }

  now(): PlacementWorld {
    return { view: this.state.view, status: this.status, usage: this.ledger.usage };
  }

  /** As the transaction sees it. */
  within(draft: Draft): PlacementWorld {
    const changed = new Set(draft.changedKeys('resources'));
    for (const key of draft.changedKeys('volumeDefinitions')) {
      for (const resource of resourcesOf(draft, key.slice(0, key.indexOf('/')))) changed.add(resourceKey(resource));
    }
    return { view: draft, status: this.status, usage: this.ledger.usageWith(draft, changed) };
  }

  private follow(changes: readonly Change[]): void {
    const { view } = this.state;
    const resources = new Set<string>();
    for (const change of changes) {
      switch (change.kind) {
        case 'resources':
          resources.add(change.key);
          break;
        case 'volumeDefinitions':
          for (const each of resourcesOf(view, change.key.slice(0, change.key.indexOf('/')))) {
            resources.add(resourceKey(each));
          }
          break;
        // Throttles are inherited from all of these.
        case 'definitions':
          if (sameThrottles(change)) break;
          for (const each of resourcesOf(view, change.key)) resources.add(resourceKey(each));
          break;
        case 'nodes':
          if (sameThrottles(change)) break;
          for (const each of resourcesOn(view, change.key)) resources.add(resourceKey(each));
          break;
        case 'settings':
        case 'groups':
        case 'volumeGroups':
          if (sameThrottles(change)) break;
          this.ledger.rebuild(view);
          return;
        default:
      }
    }
    for (const key of resources) this.ledger.refresh(view, key);
  }
}

interface WithProps {
  readonly props: Properties;
}

function sameThrottles({
  before,
  after,
}: {
  readonly before: WithProps | undefined;
  readonly after: WithProps | undefined;
}) {
  const throttles = (object: WithProps | undefined): string =>
    Object.entries(object?.props ?? {})
      .filter(([key]) => key.startsWith('sys/fs/'))
      .join();
  return before?.props === after?.props || throttles(before) === throttles(after);
}
