/** Use cases of nodes. */
import { OperationError } from '../../common/errors.ts';
import { parseName, parseNodeName } from '../../common/ids.ts';
import { success } from '../domain/answer.ts';
import { findNode, poolsOn, requireNode, resourcesOn } from '../domain/cluster-view.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import {
  activeInterface,
  DEFAULT_INTERFACE,
  NBD_PORT,
  parseAddress,
  parseNodeType,
  parsePort,
  REPLICATION_PORT,
  SATELLITE_PORT,
  type Node,
} from '../domain/node.ts';
import { firstAttempt } from './first-attempt.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface CreateNode {
  readonly name: string;
  readonly address: string;
  readonly satellitePort: number | undefined;
  readonly replicationPort: number | undefined;
  readonly nbdPort: number | undefined;
  /** Empty: SATELLITE. */
  readonly type?: string;
  /** Empty: `default`. */
  readonly interfaceName?: string;
}

export interface ModifyNode {
  readonly name: string;
  /** Empty: as it is. */
  readonly type: string;
}

export class NodeService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  async create(input: CreateNode, call: CallOptions): Promise<Reply> {
    const { clock } = this.context;
    const reply = await runUseCase(this.context, `node create ${input.name}`, call, (draft) => {
      const interfaceName = parseName('net-interface', input.interfaceName || DEFAULT_INTERFACE);
      const node: Node = {
        name: parseNodeName(input.name),
        type: parseNodeType(input.type || 'SATELLITE'),
        interfaces: [
          {
            name: interfaceName,
            address: parseAddress(input.address),
            satellitePort: parsePort(input.satellitePort ?? SATELLITE_PORT, 'satellite'),
          },
        ],
        activeInterface: interfaceName,
        replicationPort: parsePort(input.replicationPort ?? REPLICATION_PORT, 'replication'),
        nbdPort: parsePort(input.nbdPort ?? NBD_PORT, 'NBD'),
        props: NO_PROPERTIES,
        createdAtMs: clock.wallMs(),
      };
      const existing = findNode(draft, node.name);
      if (existing !== undefined) throw nodeExists(existing);
      draft.put('nodes', node);
      return { answers: [success('CREATED', `New node "${node.name}" registered`, { node: node.name })], targets: [] };
    });
    if (call.async || reply.answers.some((answer) => answer.severity === 'ERROR')) return reply;
    const problem = await firstAttempt(this.context, input.name, call.signal);
    return problem === undefined ? reply : { ...reply, answers: [...reply.answers, problem] };
  }

  modify(input: ModifyNode, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `node modify ${input.name}`, call, (draft) => {
      const node = requireNode(draft, input.name);
      const type = input.type === '' ? node.type : parseNodeType(input.type);
      const refs = { node: node.name };
      if (type === node.type) {
        return { answers: [success('UNCHANGED', `Node "${node.name}" is so already`, refs)], targets: [] };
      }
      draft.put('nodes', { ...node, type });
      return { answers: [success('MODIFIED', `Node "${node.name}" is of type ${type} now`, refs)], targets: [] };
    });
  }

  delete(name: string, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `node delete ${name}`, call, (draft) => {
      const node = requireNode(draft, name);
      const resources = resourcesOn(draft, node.name).map((entry) => entry.resourceName);
      const pools = poolsOn(draft, node.name).map((entry) => entry.name);
      if (resources.length + pools.length > 0) {
        throw new OperationError('NODE_IN_USE', `Node "${node.name}" is in use`, {
          cause: `It has ${describe('resources', resources)} and ${describe('storage pools', pools)}.`,
          correction: 'Delete its resources, then its storage pools, then the node.',
          refs: { node: node.name },
        });
      }
      draft.delete('nodes', node);
      return { answers: [success('DELETED', `Node "${node.name}" deleted`, { node: node.name })], targets: [] };
    });
  }
}

const describe = (noun: string, names: readonly string[]): string =>
  names.length === 0 ? `no ${noun}` : `the ${noun} ${names.join(', ')}`;

function nodeExists(existing: Node): OperationError {
  return new OperationError('NODE_EXISTS', `There is a node "${existing.name}" already`, {
    cause: `It has address ${activeInterface(existing).address}. Names are compared without case.`,
    correction: 'Choose another name, or delete that node first.',
    refs: { node: existing.name },
  });
}
