/**
 * A run told to people: one plain sentence per event of interest, with the time, and beside it what every node is at that
 * moment: role, disks, and the peers that it is connected with.
 */
import type { DiskState, Role } from '../../common/states.ts';
import type { ReplicationEvent } from '../../satellite/replication/events.ts';
import type { PlanAction } from '../plan.ts';
import type { DeathKind, SimNode } from '../sim-node.ts';
import type { Watcher } from '../watcher.ts';

const TEXT_WIDTH = 66;
const DEATHS: Readonly<Record<DeathKind, string>> = {
  process: 'is killed',
  power: 'lost power',
  stop: 'has stopped cleanly',
};

/** What is done to links and machines; deaths and disks tell themselves. */
const FAULTS: Readonly<Partial<Record<PlanAction['do'], string>>> = {
  cut: 'the link is cut between',
  isolate: 'all links are cut of',
  stall: 'one direction hangs between',
  flap: 'the link begins to flap between',
  reset: 'the link breaks between',
  'half-open': 'one end believes in a dead link between',
  'slow-link': 'the link is slow between',
  corrupt: 'bits will flip on the line between',
  'slow-disk': 'the disk is slow on',
  'stall-disk': 'the disk hangs on',
  'disk-error': 'the disk begins to fail on',
  pause: 'frozen is',
  disconnect: 'an administrator disconnects',
  'clock-jump': 'the clock leaps on',
  'add-replica': 'a replica is added on',
  'remove-replica': 'the replica is removed from',
  migrate: 'a live migration begins, to',
};

export class Story implements Watcher {
  readonly lines: string[] = [];
  private readonly nodes: readonly SimNode[];
  private readonly now: () => number;
  private readonly syncing = new Set<string>();

  constructor(world: { readonly nodes: readonly SimNode[]; readonly now: () => number }) {
    this.nodes = world.nodes;
    this.now = world.now;
    const names = this.nodes.map((node) => `n${node.id}`.padEnd(columnWidth(this.nodes)));
    this.lines.push(`${' '.repeat(10)}${' '.repeat(TEXT_WIDTH)}${names.join('  ')}`);
  }

  started(node: SimNode): void {
    if (this.now() > 0) this.tell(`n${node.id} starts`);
  }

  died(node: SimNode, kind: DeathKind): void {
    this.tell(`n${node.id} ${DEATHS[kind]}`);
  }

  faulted(action: PlanAction['do'], nodes: readonly SimNode[], forMs: number | undefined): void {
    const words = FAULTS[action];
    if (words === undefined) return;
    const who = nodes.map((node) => `n${node.id}`).join(' and ');
    this.tell(`${words} ${who}${forMs === undefined ? '' : `, for ${(forMs / 1_000).toFixed(1)} s`}`);
  }

  healed(): void {
    this.tell('faults end, who is dead returns');
  }

  notified(node: SimNode, event: ReplicationEvent): void {
    const text = this.sentence(node, event);
    if (text !== undefined) this.tell(text);
  }

  private sentence(node: SimNode, event: ReplicationEvent): string | undefined {
    const who = `n${node.id}`;
    switch (event.kind) {
      case 'role':
        return this.roleSentence(node, event.role);
      case 'concurrent-write':
        return `${who} gives up n${event.peer}: both wrote the same bytes at the same time`;
      case 'disk':
        return diskSentence(who, node.view.role === 'Primary', event.from, event.to);
      case 'connection':
        return event.from === 'Connected' && event.to !== 'Disconnecting' && node.view.role === 'Primary'
          ? `${who} goes on without n${event.peer} (${event.to})`
          : undefined;
      case 'replication':
        return this.syncSentence(node, event);
      case 'resync-end':
        if (event.side !== 'target') return undefined;
        this.syncing.delete(`${node.id}/${event.volume}`);
        return `resync n${event.peer} → ${who} is done: ${blocks(event.blocks)}`;
      case 'handshake':
        return event.verdict === 'refuse' ? `${who} refuses n${event.peer}: their data has parted` : undefined;
      default:
        return undefined;
    }
  }

  private roleSentence(node: SimNode, role: Role): string {
    if (role !== 'Primary') return `n${node.id} is Secondary`;
    const others = this.nodes.filter((each) => each !== node && each.alive && each.view.role === 'Primary');
    const beside = others.map(({ id }) => `n${id}`).join(' and ');
    return others.length === 0
      ? `n${node.id} is Primary: clients write here`
      : `n${node.id} is Primary beside ${beside}`;
  }

  private syncSentence(node: SimNode, event: Extract<ReplicationEvent, { kind: 'replication' }>): string | undefined {
    if (event.to !== 'SyncTarget' || this.syncing.has(`${node.id}/${event.volume}`)) return undefined;
    this.syncing.add(`${node.id}/${event.volume}`);
    const link = node.core?.status().connections.find(({ peer }) => peer === event.peer);
    const device = link?.peerDevices.find(({ volume }) => volume === event.volume);
    const left = device === undefined ? '' : `: ${blocks(Math.ceil(device.outOfSyncBytes / 4_096))} to copy`;
    return `resync n${event.peer} → n${node.id} begins${left}`;
  }

  private tell(text: string): void {
    const seconds = `${(this.now() / 1e6).toFixed(1).padStart(6)} s  `;
    const width = columnWidth(this.nodes);
    const columns = this.nodes.map((node) => picture(node).padEnd(width)).join('  ');
    this.lines.push(`${seconds}${text.padEnd(TEXT_WIDTH)}${columns}`.trimEnd());
  }
}

const blocks = (count: number): string => `${count} ${count === 1 ? 'block' : 'blocks'}`;

function diskSentence(who: string, isPrimary: boolean, from: DiskState, to: DiskState): string | undefined {
  if (from === 'Attaching' || to === 'Attaching') return undefined;
  switch (to) {
    case 'Outdated':
      return `${who} knows that its data is old (Outdated)`;
    case 'UpToDate':
      return `${who} is UpToDate`;
    case 'Diskless':
      return isPrimary ? `${who} has lost its disk and goes on through its peers` : `${who} has lost its disk`;
    default:
      return undefined;
  }
}

/** `P U 12`: Primary, its volume UpToDate, connected with n1 and n2; `-` while it is dead. */
function picture(node: SimNode): string {
  if (!node.alive) return node.state === 'lost' ? 'gone' : '-';
  const { role, disk, connection } = node.view;
  const disks = node.diskful ? disk.map((state) => state.charAt(0)).join('') : '.';
  const peers = connection.flatMap((state, peer) => (state === 'Connected' ? [peer.toString(36)] : [])).join('');
  return `${node.paused ? '~' : role.charAt(0)} ${disks} ${peers === '' ? '·' : peers}`;
}

function columnWidth(nodes: readonly SimNode[]): number {
  return 4 + (nodes[0]?.config.volumes.length ?? 1) + Math.max(1, nodes.length - 1);
}
