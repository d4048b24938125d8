/** What nodes have, as trees: storage pools, the replicas in them, their volumes. Pure. */
import type { Node__Output } from '../../proto/gen/lockstep/v1/Node.ts';
import type { Resource__Output } from '../../proto/gen/lockstep/v1/Resource.ts';
import type { StoragePool__Output } from '../../proto/gen/lockstep/v1/StoragePool.ts';
import { printable, type Style } from '../terminal.ts';
import { naturally } from './table.ts';

interface NodeParts {
  readonly node: Node__Output;
  readonly storagePools: readonly StoragePool__Output[];
  readonly resources: readonly Resource__Output[];
}

interface Branch {
  readonly text: string;
  readonly below: readonly Branch[];
}

export function describeNodes(nodes: readonly NodeParts[], style: Style): string {
  return naturally(nodes, ({ node }) => node.name)
    .map(({ node, storagePools, resources }) => {
      const pools = naturally(storagePools, ({ name }) => name).map(({ name }) => ({
        text: `storage pool: ${name}`,
        below: inPool(resources, name),
      }));
      const diskless = inPool(resources, '').map(({ text, below }) => ({ text: `${text} (diskless)`, below }));
      return `${printable(node.name)}\n${draw([...pools, ...diskless], '', style)}`;
    })
    .join('\n');
}

function inPool(resources: readonly Resource__Output[], pool: string): Branch[] {
  return naturally(resources, ({ resourceName }) => resourceName).flatMap(({ resourceName, volumes }) => {
    const here = volumes.filter(({ storagePoolName }) => storagePoolName.toUpperCase() === pool.toUpperCase());
    if (here.length === 0) return [];
    const below = here.map(({ volumeNumber }) => ({ text: `volume: ${volumeNumber}`, below: [] }));
    return [{ text: `resource: ${resourceName}`, below }];
  });
}

function draw(branches: readonly Branch[], indent: string, style: Style): string {
  const [fork, end, bar] = style.utf8 ? ['├───', '└───', '│   '] : ['|---', '`---', '|   '];
  return branches
    .map(({ text, below }, index) => {
      const isLast = index === branches.length - 1;
      const line = `${indent}${isLast ? end : fork}${printable(text)}\n`;
      return line + draw(below, indent + (isLast ? '    ' : bar), style);
    })
    .join('');
}
