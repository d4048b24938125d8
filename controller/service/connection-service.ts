/** Use cases of the paths of connections: which interfaces two nodes replicate through. */
import { OperationError } from '../../common/errors.ts';
import { parseName } from '../../common/ids.ts';
import { info, success } from '../domain/answer.ts';
import { type ClusterView, requireNode } from '../domain/cluster-view.ts';
import type { ConnectionPath, NodeConnection, ResourceConnection } from '../domain/connections.ts';
import { sameName } from '../domain/node.ts';
import type { Change, Draft } from '../state/tables.ts';
import { concernedTargets } from './concerned-targets.ts';
import { requireInterface } from './net-interface-service.ts';
import { nodeConnection, putNodeConnection, putResourceConnection, resourceConnection } from './property-owner.ts';
import { type CallOptions, type Outcome, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

export interface PathAddress {
  /** Empty: of the node connection. */
  readonly resourceName: string;
  readonly nodeA: string;
  readonly nodeB: string;
  readonly pathName: string;
}

export interface CreatePath extends PathAddress {
  readonly interfaceA: string;
  readonly interfaceB: string;
}

export class ConnectionService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  createPath(input: CreatePath, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `path create ${describe(input)}`, call, (draft) => {
      const connection = connectionOf(draft, input);
      const name = parseName('net-interface', input.pathName);
      const existing = connection.paths.find((path) => sameName(path.name, name));
      if (existing !== undefined) {
        throw new OperationError('PATH_EXISTS', `There is a path "${existing.name}" already`, {
          correction: 'Choose another name, or delete that one first.',
        });
      }
      const ends = [input.interfaceA, input.interfaceB] as const;
      // Names of nodes come in any order, and the record has its own.
      const [first, second] = sameName(connection.nodeA, input.nodeA) ? ends : ([ends[1], ends[0]] as const);
      const path: ConnectionPath = {
        name,
        interfaceA: requireInterface(requireNode(draft, connection.nodeA), first).name,
        interfaceB: requireInterface(requireNode(draft, connection.nodeB), second).name,
      };
      const paths = [...connection.paths, path].sort((a, b) => (a.name < b.name ? -1 : 1));
      const used = paths[0]?.name ?? name;
      const note = paths.length === 1 ? [] : [info(`There is one link to each peer: it goes through path "${used}".`)];
      return outcome(draft, { ...connection, paths }, `Path "${name}" created`, note);
    });
  }

  deletePath(input: PathAddress, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `path delete ${describe(input)}`, call, (draft) => {
      const connection = connectionOf(draft, input);
      const paths = connection.paths.filter(({ name }) => !sameName(name, input.pathName));
      if (paths.length === connection.paths.length) {
        const known = connection.paths.map(({ name }) => name).join(', ');
        throw new OperationError('PATH_NOT_FOUND', `There is no path "${input.pathName.slice(0, 64)}"`, {
          correction: known === '' ? 'The connection has no paths.' : `It has: ${known}.`,
        });
      }
      return outcome(draft, { ...connection, paths }, `Path "${input.pathName}" deleted`, []);
    });
  }
}

const describe = ({ resourceName, nodeA, nodeB, pathName }: PathAddress): string =>
  [resourceName, nodeA, nodeB, pathName].filter((part) => part !== '').join(' ');

const connectionOf = (view: ClusterView, input: PathAddress): NodeConnection | ResourceConnection =>
  input.resourceName === ''
    ? nodeConnection(view, input.nodeA, input.nodeB)
    : resourceConnection(view, input.resourceName, input.nodeA, input.nodeB);

function outcome(
  draft: Draft,
  after: NodeConnection | ResourceConnection,
  message: string,
  notes: Outcome['answers'],
): Outcome {
  const change: Change =
    'resourceName' in after ? putResourceConnection(draft, after) : putNodeConnection(draft, after);
  const { targets, tooMany } = concernedTargets(draft, change);
  const refs = { node: after.nodeA, other_node: after.nodeB };
  const background = tooMany ? [info('Many resources are concerned: their satellites follow in the background.')] : [];
  return { answers: [success('MODIFIED', message, refs), ...notes, ...background], targets };
}
