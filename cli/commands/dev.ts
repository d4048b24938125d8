/** `lockstep dev`: a cluster of real processes on this machine, and the demonstration that runs on one. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { OperationError } from '../../common/errors.ts';
import { runDemo } from '../demo/story.ts';
import {
  type DevLayout,
  devDown,
  devKill,
  devStart,
  devUp,
  requireCluster,
  SATELLITES_MAX,
  withController,
} from '../dev/cluster.ts';
import type { DevClusterState } from '../dev/cluster-file.ts';
import { isRunning } from '../dev/process.ts';
import { DEV_POOL } from '../dev/registration.ts';
import { EXIT } from '../exit-codes.ts';
import type { Cli } from '../options.ts';
import { withProgress } from '../progress.ts';
import { nodeState } from '../render/object-states.ts';
import { renderTable } from '../render/table.ts';
import type { Environment, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { untilInterrupted } from '../until-interrupted.ts';

const DIR_OPTION = {
  dir: {
    type: 'string',
    describe: 'Where the cluster keeps everything (env LOCKSTEP_DEV_DIR) [default: <state dir>/lockstep/dev]',
  },
} as const;
const JSON_OPTION = { json: { type: 'boolean', default: false, describe: 'JSON on stdout' } } as const;
const LAYOUT_OPTIONS = {
  ...DIR_OPTION,
  satellites: { type: 'number', default: 3, describe: 'How many, 1 to 32' },
  'controller-port': { type: 'number', default: 3372, describe: 'gRPC port of the controller on 127.0.0.1' },
  'address-base': { type: 'string', default: '127.0.1', describe: 'Satellite N gets the loopback address BASE.N' },
} as const;
const UP_OPTIONS = {
  ...LAYOUT_OPTIONS,
  ...JSON_OPTION,
  detach: { alias: 'd', type: 'boolean', default: false, describe: 'Return when it is up; otherwise Ctrl-C stops it' },
} as const;
const DOWN_OPTIONS = {
  ...DIR_OPTION,
  purge: { type: 'boolean', default: false, describe: 'Remove all its data too' },
} as const;
const DEMO_OPTIONS = {
  ...LAYOUT_OPTIONS,
  once: { type: 'boolean', default: false, describe: 'End by itself; exit code 0 only if the replicas are identical' },
} as const;

type LayoutArguments = {
  readonly dir: string | undefined;
  readonly satellites: number;
  readonly 'controller-port': number;
  readonly 'address-base': string;
};

export function devCommands(cli: Cli, session: Session): Cli {
  const withUp = cli.command(
    'up',
    'Start a controller and satellites, registered and ready',
    (y) => y.options(UP_OPTIONS),
    (argv) =>
      session.guarded(argv, false, (terminal) =>
        up(argv, session, terminal, { detach: argv.detach, json: argv.json || argv['machine-readable'] }),
      ),
  );
  return demoCommand(statusAndDown(killAndStart(withUp, session), session), session).demandCommand(
    1,
    'A sub-command is missing.',
  );
}

function killAndStart(cli: Cli, session: Session): Cli {
  return cli
    .command(
      'kill <node>',
      'SIGKILL a satellite (or "controller"), as if its machine lost power',
      (y) => y.positional('node', { type: 'string', demandOption: true }).options(DIR_OPTION),
      (argv) =>
        session.guarded(argv, false, async (terminal) => {
          const pid = await devKill(devDir(argv.dir, session.environment), argv.node);
          terminal.out.write(`${argv.node} killed (process ${pid})\n`);
        }),
    )
    .command(
      'start <node>',
      'Start a satellite (or "controller") again',
      (y) => y.positional('node', { type: 'string', demandOption: true }).options(DIR_OPTION),
      (argv) =>
        session.guarded(argv, false, async (terminal) => {
          const dir = devDir(argv.dir, session.environment);
          const { pid, already } = await withProgress(terminal, `starting ${argv.node}`, () =>
            devStart(dir, argv.node, session.signal),
          );
          terminal.out.write(`${argv.node} ${already ? 'runs already' : 'is ready'} (process ${pid})\n`);
        }),
    );
}

function statusAndDown(cli: Cli, session: Session): Cli {
  return cli
    .command(
      'status',
      'Which processes run, and what the controller says',
      (y) => y.options({ ...DIR_OPTION, ...JSON_OPTION }),
      (argv) =>
        session.guarded(argv, false, (terminal) =>
          status(session, terminal, argv.dir, argv.json || argv['machine-readable']),
        ),
    )
    .command(
      'down',
      'Stop everything',
      (y) => y.options(DOWN_OPTIONS),
      (argv) =>
        session.guarded(argv, false, async (terminal) => {
          const dir = devDir(argv.dir, session.environment);
          await withProgress(terminal, 'stopping', () =>
            devDown(dir, argv.purge, (line) => terminal.out.write(`${line}\n`)),
          );
        }),
    );
}

function demoCommand(cli: Cli, session: Session): Cli {
  return cli.command(
    'demo',
    'The story of one node loss, on a cluster of its own (about a minute)',
    (y) => y.options(DEMO_OPTIONS),
    (argv) =>
      session.guarded(argv, false, async (terminal) => {
        const layout = readLayout(argv, session.environment);
        const identical = await runDemo({
          layout,
          ownDir: argv.dir === undefined,
          once: argv.once,
          terminal,
          signal: session.signal,
        });
        if (!identical) session.exitCode = EXIT.unknown;
      }),
  );
}

async function up(
  argv: LayoutArguments,
  session: Session,
  terminal: Terminal,
  how: { readonly detach: boolean; readonly json: boolean },
): Promise<void> {
  const layout = readLayout(argv, session.environment);
  const say = (line: string): void => {
    if (!how.json) terminal.out.write(`${line}\n`);
  };
  const { state, changed } = await withProgress(terminal, 'starting the cluster', () =>
    devUp(layout, session.signal, say),
  );
  if (how.json) terminal.out.write(`${JSON.stringify(describe(layout.dir, state), null, 2)}\n`);
  else terminal.out.write(introduction(layout, state, changed));
  if (how.detach || !changed) return;
  say('Ctrl-C stops it all.');
  await untilInterrupted(session.signal);
  say('\nStopping …');
  await devDown(layout.dir, false, say);
  // Ctrl-C is how this is meant to end, not an interruption.
  session.exitCode = EXIT.ok;
}

function introduction(layout: DevLayout, state: DevClusterState, changed: boolean): string {
  const environment =
    state.controllerAddress === '127.0.0.1:3372' ? '' : `\n  export LS_CONTROLLERS=${state.controllerAddress}`;
  const first = state.satellites[0];
  return [
    changed ? `The cluster is up in ${layout.dir}.` : `The cluster in ${layout.dir} is up already.`,
    `Controller ${state.controllerAddress}; ${state.satellites.map(({ name, address }) => `${name} ${address}`).join(', ')}; storage pool ${DEV_POOL} on each.`,
    `Try:${environment}`,
    '  lockstep node list',
    '  lockstep resource-definition create db && lockstep volume-definition create db 1G',
    `  lockstep resource create db --auto-place ${Math.min(3, state.satellites.length)} && lockstep resource list`,
    ...(first === undefined
      ? []
      : [`  nbdinfo nbd://${first.address}/db`, `  lockstepadm --socket ${first.adminSocket} status`]),
    '',
  ].join('\n');
}

async function status(session: Session, terminal: Terminal, dir: string | undefined, json: boolean): Promise<void> {
  const path = devDir(dir, session.environment);
  const state = await requireCluster(path);
  const views = isRunning(state.controllerProcess)
    ? await controllerViews(state, session.signal)
    : new Map<string, string>();
  if (json) {
    const description = describe(path, state);
    const satellites = description.satellites.map((satellite) => ({
      ...satellite,
      connection_status: views.get(satellite.name),
    }));
    terminal.out.write(`${JSON.stringify({ ...description, satellites }, null, 2)}\n`);
    return;
  }
  const rows = [
    ['controller', state.controllerAddress, processCell(state.controllerProcess), '', state.controllerLogPath],
    ...state.satellites.map((satellite) => [
      satellite.name,
      satellite.address,
      processCell(satellite.process),
      nodeState({ connectionStatus: views.get(satellite.name) ?? 'UNKNOWN', flags: [] }),
      satellite.logPath,
    ]),
  ];
  const columns = ['Node', 'Address', 'Process', 'State', 'Log'].map((title) => ({ title }));
  terminal.out.write(renderTable(columns, rows, terminal.style, { groupBy: 'none' }));
}

/** Node name → connection status. Empty when the controller does not answer: the processes are worth showing anyway. */
async function controllerViews(state: DevClusterState, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  try {
    const { nodes } = await withController(state, signal, (client) => client.call(client.nodes, 'list', {}));
    return new Map(nodes.map((node) => [node.name, node.connectionStatus]));
  } catch (error) {
    if (error instanceof OperationError && !signal.aborted) return new Map();
    throw error;
  }
}

type ProcessState = DevClusterState['controllerProcess'];

const processCell = (process: ProcessState) =>
  isRunning(process)
    ? ({ text: `running (${process.pid})`, colour: 'green' } as const)
    : ({ text: process === undefined ? 'stopped' : 'dead', colour: 'red' } as const);

function describe(dir: string, state: DevClusterState) {
  return {
    dir,
    controller: {
      address: state.controllerAddress,
      running: isRunning(state.controllerProcess),
      pid: isRunning(state.controllerProcess) ? state.controllerProcess.pid : undefined,
      log: state.controllerLogPath,
    },
    satellites: state.satellites.map((satellite) => ({
      name: satellite.name,
      address: satellite.address,
      running: isRunning(satellite.process),
      pid: isRunning(satellite.process) ? satellite.process.pid : undefined,
      admin_socket: satellite.adminSocket,
      data_dir: satellite.dataDir,
      log: satellite.logPath,
    })),
  };
}

/** @throws OperationError INVALID_ARGUMENT. */
function readLayout(argv: LayoutArguments, environment: Environment): DevLayout {
  const { satellites, 'controller-port': controllerPort, 'address-base': addressBase } = argv;
  if (!Number.isInteger(satellites) || satellites < 1 || satellites > SATELLITES_MAX) {
    throw new OperationError('INVALID_ARGUMENT', `--satellites takes a number from 1 to ${SATELLITES_MAX}`);
  }
  if (!Number.isInteger(controllerPort) || controllerPort < 1 || controllerPort > 65_535) {
    throw new OperationError('INVALID_ARGUMENT', '--controller-port takes a port, 1 to 65535');
  }
  if (!/^127(\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){2}$/.test(addressBase)) {
    throw new OperationError('INVALID_ARGUMENT', '--address-base takes the first three parts of a loopback address', {
      correction: 'For instance 127.0.1 (the default) or 127.0.7.',
    });
  }
  return { dir: devDir(argv.dir, environment), satellites, controllerPort, addressBase };
}

function devDir(given: string | undefined, environment: Environment): string {
  const chosen = given ?? environment['LOCKSTEP_DEV_DIR'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (process.getuid?.() === 0) return '/var/lib/lockstep/dev';
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'lockstep', 'dev');
}
