/** The read side of the API: lists of one consistent view, filtered by name (without case), ordered by name. */
import type { ListNodesRequest__Output } from '../../proto/gen/lockstep/v1/ListNodesRequest.ts';
import type { ListNodesResponse } from '../../proto/gen/lockstep/v1/ListNodesResponse.ts';
import type { ListResourceDefinitionsRequest__Output } from '../../proto/gen/lockstep/v1/ListResourceDefinitionsRequest.ts';
import type { ListResourceDefinitionsResponse } from '../../proto/gen/lockstep/v1/ListResourceDefinitionsResponse.ts';
import type { ListResourceGroupsRequest__Output } from '../../proto/gen/lockstep/v1/ListResourceGroupsRequest.ts';
import type { ListResourceGroupsResponse } from '../../proto/gen/lockstep/v1/ListResourceGroupsResponse.ts';
import type { ListResourcesRequest__Output } from '../../proto/gen/lockstep/v1/ListResourcesRequest.ts';
import type { ListResourcesResponse } from '../../proto/gen/lockstep/v1/ListResourcesResponse.ts';
import type { ListStoragePoolsRequest__Output } from '../../proto/gen/lockstep/v1/ListStoragePoolsRequest.ts';
import type { ListStoragePoolsResponse } from '../../proto/gen/lockstep/v1/ListStoragePoolsResponse.ts';
import type { ListVolumeDefinitionsRequest__Output } from '../../proto/gen/lockstep/v1/ListVolumeDefinitionsRequest.ts';
import type { ListVolumeDefinitionsResponse } from '../../proto/gen/lockstep/v1/ListVolumeDefinitionsResponse.ts';
import type { ListVolumesRequest__Output } from '../../proto/gen/lockstep/v1/ListVolumesRequest.ts';
import type { ListVolumesResponse } from '../../proto/gen/lockstep/v1/ListVolumesResponse.ts';
import { type ClusterView, findDefinition } from '../domain/cluster-view.ts';
import { nameKey } from '../domain/node.ts';
import type { Resource } from '../domain/resource.ts';
import type { ServiceContext } from '../service/use-case.ts';
import { effectiveOfResource } from './property-messages.ts';
import { renderGroup } from './placement-messages.ts';
import {
  renderDefinition,
  renderNode,
  renderPool,
  renderResource,
  renderVolumeDefinition,
  renderVolumes,
} from './render.ts';

export class Listing {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  async nodes(request: ListNodesRequest__Output): Promise<ListNodesResponse> {
    const view = await this.view();
    const wanted = view.nodes.all().filter((node) => matches(request.names, node.name));
    return { nodes: wanted.map((node) => renderNode(node, this.context.status)) };
  }

  async storagePools(request: ListStoragePoolsRequest__Output): Promise<ListStoragePoolsResponse> {
    const view = await this.view();
    const wanted = view.pools
      .all()
      .filter((pool) => matches(request.nodeNames, pool.nodeName) && matches(request.names, pool.name));
    return { storagePools: wanted.map((pool) => renderPool(pool, this.context.status)) };
  }

  async resourceDefinitions(request: ListResourceDefinitionsRequest__Output): Promise<ListResourceDefinitionsResponse> {
    const view = await this.view();
    const names = internal(view, request.names);
    const wanted = view.definitions.all().filter(({ name }) => matches(names, name));
    return { resourceDefinitions: wanted.map((definition) => renderDefinition(view, definition)) };
  }

  async resourceGroups(request: ListResourceGroupsRequest__Output): Promise<ListResourceGroupsResponse> {
    const view = await this.view();
    const wanted = view.groups.all().filter((group) => matches(request.names, group.name));
    return { resourceGroups: wanted.map((group) => renderGroup(view, group)) };
  }

  async volumeDefinitions(request: ListVolumeDefinitionsRequest__Output): Promise<ListVolumeDefinitionsResponse> {
    const view = await this.view();
    const names = internal(view, request.resourceNames);
    const wanted = view.volumeDefinitions.all().filter((entry) => matches(names, entry.resourceName));
    return { volumeDefinitions: wanted.map(renderVolumeDefinition) };
  }

  async resources(request: ListResourcesRequest__Output): Promise<ListResourcesResponse> {
    const view = await this.view();
    const wanted = selected(view, request.resourceNames, request.nodeNames);
    return {
      resources: wanted.map((resource) => {
        const message = renderResource(view, this.context.status, resource);
        return request.effectiveProps ? { ...message, effectiveProps: effectiveOfResource(view, resource) } : message;
      }),
    };
  }

  async volumes(request: ListVolumesRequest__Output): Promise<ListVolumesResponse> {
    const view = await this.view();
    const wanted = selected(view, request.resourceNames, request.nodeNames).filter((resource) =>
      matches(request.storagePoolNames, resource.storagePool ?? ''),
    );
    return { volumes: wanted.flatMap((resource) => renderVolumes(view, this.context.status, resource)) };
  }

  private async view(): Promise<ClusterView> {
    return this.context.state.view;
  }
}

const matches = (names: readonly string[], name: string): boolean =>
  names.length === 0 || names.some((wanted) => nameKey(wanted) === nameKey(name));

/** External names are asked for like names. */
const internal = (view: ClusterView, names: readonly string[]): readonly string[] =>
  names.map((name) => findDefinition(view, name)?.name ?? name);

function selected(view: ClusterView, resourceNames: readonly string[], nodeNames: readonly string[]): Resource[] {
  const names = internal(view, resourceNames);
  return view.resources
    .all()
    .filter((resource) => matches(names, resource.resourceName) && matches(nodeNames, resource.nodeName));
}
