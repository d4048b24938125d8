/** What the demonstration shows while it runs: the state of one resource as every satellite tells it, as a table or a line. */
import { adminCall } from '../admin/admin-client.ts';
import {
  type ConnectionStatus,
  type PeerDeviceStatus,
  type ResourceStatus,
  statusResultSchema,
} from '../admin/status-schema.ts';
import type { DevSatellite } from '../dev/cluster-file.ts';
import { isRunning } from '../dev/process.ts';
import { donePercent } from '../render/drbd-status.ts';
import { type Cell, renderTable } from '../render/table.ts';
import { formatBytes } from '../size-argument.ts';
import type { Colour, Style, Terminal } from '../terminal.ts';

export interface NodeObservation {
  readonly name: string;
  readonly running: boolean;
  /** Absent while the satellite does not answer, or does not know the resource. */
  readonly status: ResourceStatus | undefined;
}

const ANSWER_TIMEOUT_MS = 1_000;

export function observe(satellites: readonly DevSatellite[], resource: string): Promise<NodeObservation[]> {
  return Promise.all(
    satellites.map(async (satellite) => {
      const running = isRunning(satellite.process);
      const status = running ? await statusOf(satellite, resource) : undefined;
      return { name: satellite.name, running, status };
    }),
  );
}

/** A satellite that is just dying or starting has no status: that is a state to show, not an error. */
async function statusOf(satellite: DevSatellite, resource: string): Promise<ResourceStatus | undefined> {
  try {
    const answer = await adminCall(satellite.adminSocket, 'status', { resource }, { timeoutMs: ANSWER_TIMEOUT_MS });
    const parsed = statusResultSchema.safeParse(answer);
    return parsed.success ? parsed.data.find((status) => status.name === resource) : undefined;
  } catch {
    return undefined;
  }
}

export const connectionTo = (observation: NodeObservation | undefined, peer: string): ConnectionStatus | undefined =>
  observation?.status?.connections.find((connection) => connection.name === peer);

export const outOfSyncBytes = (connection: ConnectionStatus | undefined): number =>
  connection?.peerDevices.reduce((sum, device) => sum + device.outOfSyncBytes, 0) ?? 0;

/** Every replica is UpToDate, every link Established, nothing marked. */
export const isHealthy = (nodes: readonly NodeObservation[]): boolean =>
  nodes.every(
    ({ status }) =>
      status?.volumes.length !== undefined &&
      status.volumes.length > 0 &&
      status.volumes.every((volume) => volume.disk === 'UpToDate') &&
      status.connections.length === nodes.length - 1 &&
      status.connections.every(
        (connection) =>
          connection.state === 'Connected' &&
          connection.peerDevices.every((device) => device.replication === 'Established' && device.outOfSyncBytes === 0),
      ),
  );

/** Fits into 80 characters in every state. */
const COLUMNS = [
  { title: 'Node' },
  { title: 'Role' },
  { title: 'Disk' },
  { title: 'Peer' },
  { title: 'Connection' },
  { title: 'OutOfSync', align: 'right' },
] as const;

export function observationTable(nodes: readonly NodeObservation[], style: Style): string {
  const rows = nodes.flatMap((node): Cell[][] => {
    const { status } = node;
    if (status === undefined)
      return [[node.name, { text: node.running ? 'starting' : 'killed', colour: 'red' }, '', '', '', '']];
    const disk = status.volumes[0]?.disk ?? '';
    const own: Cell[] = [
      node.name,
      { text: status.role, colour: status.role === 'Primary' ? 'green' : undefined },
      { text: disk, colour: diskColour(disk) },
    ];
    return status.connections.map((connection) => [...own, ...peerCells(connection)]);
  });
  return renderTable(COLUMNS, rows, style);
}

/** The connection while it is not there, what it does when it is. */
function peerCells(connection: ConnectionStatus): Cell[] {
  const marked = outOfSyncBytes(connection);
  const device = connection.peerDevices[0];
  const link: Cell =
    connection.state !== 'Connected' || device === undefined
      ? { text: connection.state, colour: 'red' }
      : { text: replicationText(device), colour: device.replication === 'Established' ? 'green' : 'yellow' };
  return [connection.name, link, { text: formatBytes(marked), colour: marked > 0 ? 'yellow' : undefined }];
}

function replicationText(device: PeerDeviceStatus): string {
  const done = donePercent(device);
  return done === undefined ? device.replication : `${device.replication} ${done.toFixed(2)}%`;
}

const diskColour = (disk: string): Colour =>
  disk === 'UpToDate' ? 'green' : disk === 'Inconsistent' || disk === 'Failed' ? 'red' : 'yellow';

/** One line for logs: `sat1 Primary UpToDate [sat2 Established; sat3 Connecting 12 MiB] · sat2 …`. */
export function observationLine(nodes: readonly NodeObservation[]): string {
  return nodes
    .map(({ name, running, status }) => {
      if (status === undefined) return `${name} ${running ? 'starting' : 'killed'}`;
      const peers = status.connections.map((connection) => {
        const device = connection.peerDevices[0];
        const isUp = connection.state === 'Connected' && device !== undefined;
        const words = [connection.name, isUp ? replicationText(device) : connection.state];
        if (outOfSyncBytes(connection) > 0) words.push(formatBytes(outOfSyncBytes(connection)));
        return words.join(' ');
      });
      return `${name} ${status.role} ${status.volumes[0]?.disk ?? ''} [${peers.join('; ')}]`;
    })
    .join(' · ');
}

/** Draws over what it drew before on a terminal; elsewhere prints a line, at most one per `LINE_EVERY_MS`. */
export class LivePicture {
  private readonly terminal: Terminal;
  private linesDrawn = 0;
  private lastLine = '';
  private lastLineMs = 0;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  show(caption: string, nodes: readonly NodeObservation[]): void {
    const { redrawWidth, style, out } = this.terminal;
    if (redrawWidth === undefined) {
      const line = observationLine(nodes);
      if (line === this.lastLine || Date.now() - this.lastLineMs < LINE_EVERY_MS) return;
      this.lastLine = line;
      this.lastLineMs = Date.now();
      out.write(`  ${caption}: ${line}\n`);
      return;
    }
    const text = `${observationTable(nodes, { ...style, widthMax: redrawWidth })}  ${caption}\n`;
    const up = this.linesDrawn === 0 ? '' : `\u001b[${this.linesDrawn}A\u001b[J`;
    out.write(up + text);
    this.linesDrawn = text.split('\n').length - 1;
  }

  /** What has been drawn stays; the next picture begins below. */
  settle(): void {
    this.linesDrawn = 0;
    this.lastLineMs = 0;
  }
}

const LINE_EVERY_MS = 1_000;
