/** Small clusters for the tests of placement: a line per pool, the rest filled in. */
import { problem } from '../../../controller/domain/answer.ts';
import type { ClusterView } from '../../../controller/domain/cluster-view.ts';
import type { Node } from '../../../controller/domain/node.ts';
import {
  type ClusterStatus,
  type ConnectionStatus,
  NEVER_SEEN,
  type ObservedPool,
} from '../../../controller/domain/observed.ts';
import type { Properties } from '../../../controller/domain/properties.ts';
import { NO_FILTER, type ResourceGroup, type SelectFilter } from '../../../controller/domain/resource-group.ts';
import type { ResourceDefinition, VolumeDefinition } from '../../../controller/domain/resource-definition.ts';
import type { Resource } from '../../../controller/domain/resource.ts';
import type { ProviderKind } from '../../../controller/domain/storage-pool.ts';
import type { PlacementWorld } from '../../../controller/placement/capacity.ts';
import { choosePlaces, countedReplicas } from '../../../controller/placement/choose-places.ts';
import type { PlacementTask } from '../../../controller/placement/filters.ts';
import { PoolLedger } from '../../../controller/placement/pool-ledger.ts';
import { tablesOf } from '../../../controller/state/tables.ts';
import { aNode, aPool, aResource, aVolumeDefinition } from '../objects.ts';

export interface Row {
  readonly node: string;
  /** Absent: the node has no pool. */
  readonly pool?: string;
  readonly kind?: ProviderKind;
  readonly connection?: ConnectionStatus;
  readonly total?: number;
  readonly free?: number;
  readonly max?: number;
  readonly broken?: boolean;
  readonly unreported?: boolean;
  readonly deleting?: boolean;
  /** Has the resource "db" already. */
  readonly has?: boolean;
  readonly props?: Properties;
  readonly poolProps?: Properties;
  readonly extra?: Partial<Node>;
}

export interface MoreObjects {
  readonly settings?: Properties;
  readonly resources?: readonly Resource[];
  readonly definitions?: readonly ResourceDefinition[];
  readonly groups?: readonly ResourceGroup[];
  readonly volumes?: readonly VolumeDefinition[];
}

/** Volumes of "db" have 1000 KiB and their metadata. */
export function smallWorld(rows: readonly Row[], more: MoreObjects = {}): PlacementWorld {
  const names = [...new Set(rows.map((row) => row.node))];
  const own = (name: string): Row[] => rows.filter((row) => row.node === name);
  const view: ClusterView = tablesOf({
    settings: more.settings === undefined ? [] : [{ props: more.settings }],
    nodes: names.map((name) => aNode(name, { props: own(name)[0]?.props ?? {}, ...own(name)[0]?.extra })),
    pools: rows.flatMap((row) => {
      if (row.pool === undefined) return [];
      const { kind: providerKind = 'FILE', poolProps: props = {} } = row;
      return [aPool(row.node, row.pool, { providerKind, props, deletionRequestedAtMs: row.deleting ? 1 : undefined })];
    }),
    volumeDefinitions: [aVolumeDefinition('db', { sizeKib: 1000 }), ...(more.volumes ?? [])],
    resources: [
      ...rows.filter((row) => row.has).map((row, id) => aResource(row.node, id, { storagePool: row.pool })),
      ...(more.resources ?? []),
    ],
    definitions: more.definitions ?? [],
    groups: more.groups ?? [],
  });
  const status: ClusterStatus = {
    node: (name) => {
      const pools = own(name).flatMap((row): [string, ObservedPool][] => {
        if (row.pool === undefined || row.unreported) return [];
        const { pool, kind: providerKind = 'FILE', total: totalKib = 1e6, free: freeKib = 1e6, max = 0 } = row;
        const reports = row.broken ? [problem('ERROR', 'BACKING_STORE_FAILED', 'read-only file system')] : [];
        return [[pool.toUpperCase(), { name: pool, providerKind, totalKib, freeKib, maxVolumeKib: max, reports }]];
      });
      return { ...NEVER_SEEN, connection: own(name)[0]?.connection ?? 'ONLINE', pools: new Map(pools) };
    },
  };
  return { view, status, usage: new PoolLedger(view, status).usage };
}

export function aTask(world: PlacementWorld, count: number, filter: Partial<SelectFilter> = {}): PlacementTask {
  return {
    resourceName: 'db',
    groupName: 'DfltRscGrp',
    filter: { ...NO_FILTER, ...filter },
    count,
    needed: [1000],
    existing: countedReplicas(world.view, 'db'),
  };
}

/** `node/pool` of the choice; undefined: there is none. And `filter: reason` by `node` or `node/pool` of what was turned down. */
export function place(world: PlacementWorld, task: PlacementTask) {
  const { chosen, verdicts } = choosePlaces(world, task);
  const rejected = verdicts
    .filter(({ filter }) => filter !== '')
    .map(({ node, pool, filter, reason }) => [pool === '' ? node : `${node}/${pool}`, `${filter}: ${reason}`]);
  return {
    chosen: chosen?.map(({ node, pool }) => `${node.name}/${pool?.name ?? '-'}`),
    rejected: Object.fromEntries(rejected) as Record<string, string>,
  };
}
