/** `lockstep sim soak`: all seeded bugs once, then ever new seeds of the swarm and of every profile until the time is over. */
import { writeFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import { type MutantVerdict, rowsOf, summaryOf } from '../mutants/report.ts';
import { runMutants } from '../mutants/run.ts';
import { profileNames } from '../profiles/registry.ts';
import { describeOutcome, type SeedFailure, sweep } from '../sweep.ts';

export interface SoakOptions {
  readonly minutes: number;
  readonly jobs: number;
  readonly start: number;
  /** Seeds of the swarm, and of each profile, per round. */
  readonly seeds: number;
  readonly mutants: boolean;
  /** Runs to spend on shrinking each seeded bug. */
  readonly shrinkRuns: number;
  readonly summary: string | undefined;
  /** Milliseconds, monotone; and the day for the title. */
  readonly clock: () => number;
  readonly day: string;
  say(text: string): void;
}

export interface SourceTotals {
  readonly source: string;
  seeds: number;
  events: number;
  virtualMs: number;
  cpuMs: number;
  readonly failures: SeedFailure[];
}

/** @returns whether nothing was found and every seeded bug was. */
export async function soak(options: SoakOptions): Promise<boolean> {
  const { clock, jobs, say, minutes } = options;
  const begun = clock();
  const mutants = options.mutants
    ? await runMutants({ ids: [], seeds: 900, jobs, shrinkRuns: options.shrinkRuns, say })
    : [];
  const sources = ['', ...profileNames()];
  const totals = sources.map(
    (source): SourceTotals => ({ source, seeds: 0, events: 0, virtualMs: 0, cpuMs: 0, failures: [] }),
  );
  for (let start = options.start; clock() - begun < minutes * 60_000; start += options.seeds) {
    for (const total of totals) {
      if (clock() - begun >= minutes * 60_000) break;
      await addRound(total, { start, seeds: options.seeds, jobs });
    }
    say(`${totals.reduce((sum, { seeds }) => sum + seeds, 0)} seeds, ${countFailures(totals)} failures`);
  }
  const text = soakSummary({ day: options.day, minutes: (clock() - begun) / 60_000, totals, mutants });
  if (options.summary !== undefined) writeFileSync(options.summary, text);
  say(text);
  return mutants.every(({ expected }) => expected) && countFailures(totals) === 0;
}

async function addRound(
  total: SourceTotals,
  { start, seeds, jobs }: { readonly start: number; readonly seeds: number; readonly jobs: number },
): Promise<void> {
  const scenario = total.source === '' ? {} : { scenario: `profile:${total.source}` };
  const result = await sweep({ seeds, start, jobs, twice: true, failuresMax: 10, ...scenario });
  total.seeds += result.seeds;
  total.events += result.events;
  total.virtualMs += result.virtualMs;
  total.cpuMs += result.cpuMs;
  total.failures.push(...result.failures);
}

const countFailures = (totals: readonly SourceTotals[]): number =>
  totals.reduce((sum, { failures }) => sum + failures.length, 0);

/** Markdown, for a file in docs/. */
export function soakSummary(result: {
  readonly day: string;
  readonly minutes: number;
  readonly totals: readonly SourceTotals[];
  readonly mutants: readonly MutantVerdict[];
}): string {
  const { day, minutes, totals, mutants } = result;
  const rows = totals.map(({ source, seeds, events, virtualMs, cpuMs, failures }) => {
    const hours = (virtualMs / 3.6e6).toFixed(2);
    return `| ${source === '' ? 'swarm' : source} | ${seeds} | ${events} | ${hours} | ${Math.round(cpuMs / 1_000)} | ${failures.length} |`;
  });
  const seeds = totals.reduce((sum, total) => sum + total.seeds, 0);
  const found = totals.flatMap(({ source, failures }) =>
    failures.map(
      ({ seed, outcome }) =>
        `- \`sim run seed:${source === '' ? '' : `${source}:`}${seed}\`: ${describeOutcome(outcome)}`,
    ),
  );
  return [
    `# Soak of ${day}`,
    '',
    `**${found.length} ${found.length === 1 ? 'violation' : 'violations'} in ${seeds} seeds.${mutants.length === 0 ? '' : ` ${summaryOf(mutants)}.`}**`,
    '',
    `${minutes.toFixed(0)} minutes on ${cpus().length} cores (${cpus()[0]?.model ?? arch()}), Node ${process.version}. Every seed ran twice with equal traces.`,
    '',
    '| Swarm or profile | Seeds | Events | Simulated hours | CPU s | Violations |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    ...(found.length === 0 ? ['No violation.'] : ['Found:', '', ...found]),
    ...(mutants.length === 0 ? [] : ['', '## Seeded bugs', '', ...rowsOf(mutants)]),
    '',
  ].join('\n');
}
