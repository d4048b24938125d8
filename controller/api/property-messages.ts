/** Properties and connections in the messages of proto/lockstep/v1. */
import type { Connection } from '../../proto/gen/lockstep/v1/Connection.ts';
import type { EffectiveProperty as EffectiveMessage } from '../../proto/gen/lockstep/v1/EffectiveProperty.ts';
import type { ListConnectionsRequest__Output } from '../../proto/gen/lockstep/v1/ListConnectionsRequest.ts';
import type { PropertiesInfoResponse } from '../../proto/gen/lockstep/v1/PropertiesInfoResponse.ts';
import type { PropertyInfo } from '../../proto/gen/lockstep/v1/PropertyInfo.ts';
import type { PropertyOwner__Output } from '../../proto/gen/lockstep/v1/PropertyOwner.ts';
import { OperationError } from '../../common/errors.ts';
import { fromError } from '../domain/answer.ts';
import { type ClusterView, findDefinition, findNode, resourcesOf } from '../domain/cluster-view.ts';
import type { NodeConnection, ResourceConnection } from '../domain/connections.ts';
import { nameKey, sameName } from '../domain/node.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import type { Resource } from '../domain/resource.ts';
import { quorumByReplicas } from '../properties/auto-quorum.ts';
import { type EffectiveProperty, effectiveProperties } from '../properties/inheritance.ts';
import { LEVEL_KINDS, levelOfKind, LEVELS } from '../properties/levels.ts';
import { findResourceConnection, levelsOfResource, orderedPair } from '../properties/levels-of.ts';
import { shownProperties, shownValue } from '../properties/shown.ts';
import { describeValue } from '../properties/values.ts';
import type { PropertySpec } from '../properties/own-properties.ts';
import { allowedOn, PROPERTY_SPECS } from '../properties/whitelist.ts';
import { replicasOf } from '../reconcile/plan-node.ts';
import type { PropertyAddress } from '../service/property-owner.ts';
import type { ListedProperties } from '../service/property-service.ts';
import { renderAnswer } from './render.ts';

/** A request without an owner names no kind, and is refused as such. */
export const propertyAddress = (owner: PropertyOwner__Output | null): PropertyAddress =>
  owner ?? {
    kind: '',
    nodeName: '',
    otherNodeName: '',
    storagePoolName: '',
    resourceGroupName: '',
    resourceName: '',
    volumeNumber: 0,
  };

const effectiveMessage = (key: string, property: EffectiveProperty): EffectiveMessage => ({
  value: shownValue(key, property.value),
  origin: property.origin,
  overridden: property.overridden.map(({ value, origin }) => ({ value: shownValue(key, value), origin })),
});

const effectiveMessages = (properties: ReadonlyMap<string, EffectiveProperty>): Record<string, EffectiveMessage> =>
  Object.fromEntries([...properties].map(([key, property]) => [key, effectiveMessage(key, property)]));

/** With what the automatisms decide where nobody else does. */
export function effectiveOfResource(view: ClusterView, resource: Resource): Record<string, EffectiveMessage> {
  const levels = levelsOfResource(view, resource);
  const automatic = Object.entries(quorumByReplicas(levels, replicasOf(view, resource.resourceName)));
  return {
    ...Object.fromEntries(
      automatic.map(([name, value]) => [`DrbdOptions/Resource/${name}`, { value, origin: 'A', overridden: [] }]),
    ),
    ...effectiveMessages(effectiveProperties(levels)),
  };
}

export const propertiesMessage = ({ props, effective }: ListedProperties) => ({
  props: shownProperties(props),
  effectiveProps: effectiveMessages(effective),
});

export function propertiesInfo(kind: string): PropertiesInfoResponse {
  const level = levelOfKind(kind);
  if (kind !== '' && level === undefined) {
    const error = new OperationError('INVALID_ARGUMENT', `"${kind.slice(0, 64)}" is not a kind of object`, {
      correction: `Use one of ${LEVELS.map((each) => LEVEL_KINDS[each]).join(', ')}.`,
    });
    return { answers: [renderAnswer(fromError(error))] };
  }
  const wanted = PROPERTY_SPECS.filter((each) => level === undefined || allowedOn(each, level));
  return { properties: wanted.map(infoMessage).sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

const infoMessage = (spec: PropertySpec): PropertyInfo & { key: string } => ({
  key: spec.key,
  kinds: [...spec.order, ...spec.alsoOn].map((level) => LEVEL_KINDS[level]),
  type: spec.value.kind,
  allowed: describeValue(spec.value),
  usual: spec.usual,
  help: spec.help,
});

export function listConnections(view: ClusterView, request: ListConnectionsRequest__Output): Connection[] {
  const found: readonly (NodeConnection | ResourceConnection)[] =
    request.resourceNames.length === 0
      ? view.nodeConnections.all()
      : request.resourceNames.flatMap((name) => connectionsOf(view, name));
  const ends = request.nodeNames;
  return found
    .filter(({ nodeA, nodeB }) => ends.every((name) => sameName(name, nodeA) || sameName(name, nodeB)))
    .map((connection) => connectionMessage(view, connection));
}

/** Every pair of replicas, with what is set for it. */
function connectionsOf(view: ClusterView, resourceName: string): ResourceConnection[] {
  const nodes = resourcesOf(view, resourceName).map(({ nodeName }) => nodeName);
  const name = findDefinition(view, resourceName)?.name ?? resourceName;
  return nodes.flatMap((a, index) =>
    nodes.slice(index + 1).map((b) => {
      const [nodeA, nodeB] = orderedPair(a, b);
      const empty = { resourceName: name, nodeA, nodeB, props: NO_PROPERTIES, paths: [] };
      return findResourceConnection(view, name, nodeA, nodeB) ?? empty;
    }),
  );
}

const connectionMessage = (view: ClusterView, connection: NodeConnection | ResourceConnection): Connection => ({
  resourceName: 'resourceName' in connection ? connection.resourceName : '',
  nodeA: connection.nodeA,
  nodeB: connection.nodeB,
  props: shownProperties(connection.props),
  paths: connection.paths.map((path) => ({ ...path })),
  portA: findNode(view, nameKey(connection.nodeA))?.replicationPort ?? 0,
  portB: findNode(view, nameKey(connection.nodeB))?.replicationPort ?? 0,
});
