/** Use cases of properties: set on any object, listed with what is inherited. */
import { OperationError } from '../../common/errors.ts';
import { type Answer, fromError, info, success } from '../domain/answer.ts';
import { findGroup, resourcesOf } from '../domain/cluster-view.ts';
import { sameName } from '../domain/node.ts';
import type { Properties } from '../domain/properties.ts';
import type { ResourceDefinition } from '../domain/resource-definition.ts';
import { changedProperties, type PropertyChange } from '../properties/change.ts';
import { canConflict, connectionConflict } from '../properties/conflicts.ts';
import { type EffectiveProperty, effectiveProperties } from '../properties/inheritance.ts';
import { levelsOfConnection, levelsOfDefinition } from '../properties/levels-of.ts';
import { PREFERRED_INTERFACE_KEY } from '../reconcile/replication-address.ts';
import type { Change, Draft } from '../state/tables.ts';
import { propertyTargets } from './concerned-targets.ts';
import { type PropertyAddress, propertyOwner, type PropertyOwner } from './property-owner.ts';
import { type CallOptions, type Outcome, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface ListedProperties {
  readonly props: Properties;
  readonly effective: ReadonlyMap<string, EffectiveProperty>;
}

export class PropertyService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** All or nothing: one value that is refused leaves every other one as it was. */
  set(address: PropertyAddress, change: PropertyChange, call: CallOptions): Promise<Reply> {
    const { kind, nodeName, otherNodeName, storagePoolName, resourceGroupName, resourceName } = address;
    const names = [nodeName, otherNodeName, storagePoolName, resourceGroupName, resourceName].filter(Boolean);
    return runUseCase(this.context, `set-property ${[kind, ...names].join(' ')}`, call, (draft) => {
      const owner = propertyOwner(draft, address);
      const after = changedProperties(owner.level, owner.props, change);
      refuseUnknownInterface(draft, address, owner, after);
      const done = owner.put(draft, after);
      refuseConflicts(draft, owner, done, differing(owner.props, after));
      return outcomeOf(draft, owner, done, after);
    });
  }

  /** Secrets included: whoever shows it leaves them out. @returns why not, as an answer. */
  list(address: PropertyAddress): ListedProperties | Answer {
    try {
      const owner = propertyOwner(this.context.state.view, address);
      return { props: owner.props, effective: effectiveProperties(owner.levels) };
    } catch (error) {
      if (error instanceof OperationError) return fromError(error);
      throw error;
    }
  }
}

function outcomeOf(draft: Draft, owner: PropertyOwner, done: Change, after: Properties): Outcome {
  const keys = differing(owner.props, after);
  if (keys.length === 0) {
    return {
      answers: [success('UNCHANGED', `The properties of ${owner.what} are so already`, owner.refs)],
      targets: [],
    };
  }
  const { targets, tooMany } = propertyTargets(draft, done, owner.props, after);
  const message = `Properties of ${owner.what} changed: ${keys.slice(0, 10).join(', ')}${keys.length > 10 ? ' …' : ''}`;
  const background = tooMany ? [info('Many resources are concerned: their satellites follow in the background.')] : [];
  return { answers: [success('MODIFIED', message, owner.refs), ...background], targets };
}

const differing = (before: Properties, after: Properties): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => before[key] !== after[key]);

function refuseUnknownInterface(draft: Draft, address: PropertyAddress, owner: PropertyOwner, after: Properties): void {
  const wanted = after[PREFERRED_INTERFACE_KEY];
  if (wanted === undefined || wanted === owner.props[PREFERRED_INTERFACE_KEY]) return;
  const interfaces = draft.nodes.all().find(({ name }) => sameName(name, address.nodeName))?.interfaces ?? [];
  if (interfaces.some(({ name }) => sameName(name, wanted))) return;
  throw new OperationError(
    'NET_INTERFACE_NOT_FOUND',
    `Node "${address.nodeName}" has no network interface "${wanted}"`,
    {
      correction: `It has: ${interfaces.map(({ name }) => name).join(', ')}.`,
      refs: owner.refs,
    },
  );
}

/** @throws OperationError OPTION_CONFLICT when the options of some connection exclude each other after the change. */
function refuseConflicts(draft: Draft, owner: PropertyOwner, change: Change, keys: readonly string[]): void {
  if (!keys.some(canConflict)) return;
  for (const definition of definitionsUnder(draft, change)) {
    const levels = [levelsOfDefinition(draft, definition), ...connectionLevels(draft, definition, change)];
    for (const each of levels) {
      const conflict = connectionConflict(each, definition.protocol);
      if (conflict === undefined) continue;
      throw new OperationError('OPTION_CONFLICT', conflict, {
        cause: `That would be so for resource "${definition.name}".`,
        correction: 'Change the protocol or the other option first, or both in one request.',
        refs: owner.refs,
      });
    }
  }
}

function definitionsUnder(draft: Draft, change: Change): readonly ResourceDefinition[] {
  const all = draft.definitions.all();
  switch (change.kind) {
    case 'definitions':
      return change.after === undefined ? [] : [change.after];
    case 'resourceConnections':
      return all.filter(({ name }) => sameName(name, change.after?.resourceName ?? ''));
    case 'groups':
      return all.filter(({ groupName }) => findGroup(draft, groupName) === change.after);
    default:
      return all;
  }
}

/** Of the pair of nodes that the change is about, where both have the resource. */
function connectionLevels(draft: Draft, definition: ResourceDefinition, change: Change) {
  if (change.kind !== 'nodeConnections' && change.kind !== 'resourceConnections') return [];
  const { nodeA = '', nodeB = '' } = change.after ?? {};
  const nodes = resourcesOf(draft, definition.name).map(({ nodeName }) => nodeName);
  const both = [nodeA, nodeB].every((wanted) => nodes.some((name) => sameName(name, wanted)));
  return both ? [levelsOfConnection(draft, definition, nodeA, nodeB)] : [];
}
