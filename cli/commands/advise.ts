/** `lockstep advise resource | maintenance`: what could go wrong, before it does. */
import type { Advice__Output } from '../../proto/gen/lockstep/v1/Advice.ts';
import { type Cli, RESOURCES_FILTER, SHOW_OPTIONS } from '../options.ts';
import { naturally, renderTable } from '../render/table.ts';
import type { Session } from '../session.ts';
import type { Style } from '../terminal.ts';

const ISSUES = [
  'single-replica',
  'pot-split-brain',
  'diskless-in-use',
  'too-few-replicas',
  'too-many-replicas',
  'no-tiebreaker',
  'in-use',
  'waiting',
] as const;

const ADVISE_OPTIONS = {
  ...RESOURCES_FILTER,
  'filter-issues': {
    alias: 'f',
    type: 'string',
    array: true,
    choices: ISSUES,
    describe: 'Only these kinds of issues',
  },
  ...SHOW_OPTIONS,
} as const;

interface Wish {
  readonly resources: string[] | undefined;
  readonly 'filter-issues': string[] | undefined;
}

export function adviseCommands(cli: Cli, session: Session): Cli {
  return cli
    .command(
      ['resource', 'r'],
      'What is risky about resources now',
      (y) => y.options(ADVISE_OPTIONS),
      (argv) =>
        session.question(
          argv,
          () => (client) => client.call(client.advice, 'list', questionOf(argv)),
          ({ advice }, style) => adviceTable(advice, style),
        ),
    )
    .command(
      ['maintenance <node>', 'm'],
      'What would suffer if this node were taken down',
      (y) => y.positional('node', { type: 'string', demandOption: true }).options(ADVISE_OPTIONS),
      (argv) =>
        session.question(
          argv,
          () => (client) => client.call(client.advice, 'list', { ...questionOf(argv), maintenanceNodeName: argv.node }),
          ({ advice }, style) => adviceTable(advice, style),
        ),
    )
    .demandCommand(1, 'A sub-command is missing.');
}

const questionOf = (wish: Wish) => ({ resourceNames: wish.resources ?? [], kinds: wish['filter-issues'] ?? [] });

function adviceTable(advice: readonly Advice__Output[], style: Style): string {
  const columns = ['Resource', 'Issue', 'Possible fix'].map((title) => ({ title }));
  const rows = naturally(advice, ({ resourceName }) => resourceName);
  return renderTable(
    columns,
    rows.map(({ resourceName, kind, issue, possibleFix }) => [resourceName, `${kind}: ${issue}`, possibleFix]),
    style,
  );
}
