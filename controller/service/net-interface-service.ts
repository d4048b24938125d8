/** Use cases of the network interfaces of nodes. */
import { OperationError } from '../../common/errors.ts';
import { parseName } from '../../common/ids.ts';
import { type Answer, info, success } from '../domain/answer.ts';
import { type ClusterView, requireNode } from '../domain/cluster-view.ts';
import {
  type NetInterface,
  type Node,
  nameKey,
  parseAddress,
  parsePort,
  SATELLITE_PORT,
  sameName,
} from '../domain/node.ts';
import type { Draft } from '../state/tables.ts';
import { concernedTargets } from './concerned-targets.ts';
import { type CallOptions, type Outcome, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface ChangeInterface {
  readonly nodeName: string;
  readonly name: string;
  /** Empty in a modification: as it is. */
  readonly address: string;
  readonly satellitePort: number | undefined;
  readonly active: boolean;
}

const INTERFACES_MAX = 32;

export class NetInterfaceService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  create(input: ChangeInterface, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `node interface create ${input.nodeName} ${input.name}`, call, (draft) => {
      const node = requireNode(draft, input.nodeName);
      const name = parseName('net-interface', input.name);
      if (findInterface(node, name) !== undefined) {
        throw new OperationError(
          'NET_INTERFACE_EXISTS',
          `Node "${node.name}" has a network interface "${name}" already`,
          {
            correction: 'Choose another name, or modify that one.',
            refs: { node: node.name },
          },
        );
      }
      if (node.interfaces.length >= INTERFACES_MAX) {
        throw new OperationError('INVALID_ARGUMENT', `A node has at most ${INTERFACES_MAX} network interfaces`);
      }
      const made = withPort({ name, address: parseAddress(input.address) }, input);
      const after = withActive({ ...node, interfaces: [...node.interfaces, made] }, made, input.active);
      return outcome(draft, node, after, `Network interface "${name}" of node "${node.name}" created`);
    });
  }

  modify(input: ChangeInterface, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `node interface modify ${input.nodeName} ${input.name}`, call, (draft) => {
      const node = requireNode(draft, input.nodeName);
      const before = requireInterface(node, input.name);
      const address = input.address === '' ? before.address : parseAddress(input.address);
      const changed = withPort({ ...before, address }, input);
      const interfaces = node.interfaces.map((each) => (each === before ? changed : each));
      const after = withActive({ ...node, interfaces }, changed, input.active);
      return outcome(draft, node, after, `Network interface "${before.name}" of node "${node.name}" modified`);
    });
  }

  delete(nodeName: string, name: string, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `node interface delete ${nodeName} ${name}`, call, (draft) => {
      const node = requireNode(draft, nodeName);
      const found = requireInterface(node, name);
      const use = useOf(draft, node, found);
      if (use !== undefined) {
        throw new OperationError('NET_INTERFACE_IN_USE', `Network interface "${found.name}" is in use`, {
          cause: use,
          correction: 'Make another one active, or delete the path, and try again.',
          refs: { node: node.name },
        });
      }
      const after = { ...node, interfaces: node.interfaces.filter((each) => each !== found) };
      return outcome(draft, node, after, `Network interface "${found.name}" of node "${node.name}" deleted`);
    });
  }
}

const findInterface = (node: Node, name: string): NetInterface | undefined =>
  node.interfaces.find((each) => sameName(each.name, name));

/** @throws OperationError NET_INTERFACE_NOT_FOUND. */
export function requireInterface(node: Node, name: string): NetInterface {
  const found = findInterface(node, name);
  if (found !== undefined) return found;
  const known = node.interfaces.map((each) => each.name).join(', ');
  throw new OperationError(
    'NET_INTERFACE_NOT_FOUND',
    `Node "${node.name}" has no network interface "${name.slice(0, 64)}"`,
    { correction: `It has: ${known}.`, refs: { node: node.name } },
  );
}

const withPort = (one: NetInterface, { satellitePort }: ChangeInterface): NetInterface =>
  satellitePort === undefined ? one : { ...one, satellitePort: parsePort(satellitePort, 'satellite') };

/** The controller needs a port to reach the satellite at. */
function withActive(node: Node, one: NetInterface, active: boolean): Node {
  if (!active) return node;
  const reachable = { ...one, satellitePort: one.satellitePort ?? SATELLITE_PORT };
  return {
    ...node,
    interfaces: node.interfaces.map((each) => (each === one ? reachable : each)),
    activeInterface: one.name,
  };
}

function useOf(view: ClusterView, node: Node, one: NetInterface): string | undefined {
  if (sameName(node.activeInterface, one.name)) return 'The controller reaches the satellite through it.';
  const key = nameKey(node.name);
  for (const connection of [...view.nodeConnections.all(), ...view.resourceConnections.all()]) {
    const end = nameKey(connection.nodeA) === key ? 'interfaceA' : 'interfaceB';
    if (nameKey(connection.nodeA) !== key && nameKey(connection.nodeB) !== key) continue;
    const path = connection.paths.find((each) => sameName(each[end], one.name));
    if (path !== undefined) return `Path "${path.name}" of "${connection.nodeA}" and "${connection.nodeB}" uses it.`;
  }
  return undefined;
}

function outcome(draft: Draft, before: Node, after: Node, message: string): Outcome {
  draft.put('nodes', after);
  const change = { kind: 'nodes', key: nameKey(after.name), before, after } as const;
  const { targets, tooMany } = concernedTargets(draft, change);
  const answers: Answer[] = [success('MODIFIED', message, { node: after.name })];
  if (tooMany) answers.push(info('Many resources are concerned: their satellites follow in the background.'));
  return { answers, targets };
}
