import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../sim/mutants/tree.ts';
import { loadPlan, scenarioNames } from '../../sim/plan-files.ts';

function sim(...args: string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const result = spawnSync(process.execPath, ['--import', 'tsx', 'sim/main.ts', ...args], {
    cwd: projectRoot(),
    encoding: 'utf8',
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

describe('lockstep sim', function () {
  this.timeout(60_000);
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lockstep-sim-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('lists every scenario with a sentence', () => {
    const { code, out } = sim('list');
    expect(code).to.equal(0);
    for (const name of scenarioNames()) expect(out).to.match(new RegExp(`^${name} +\\S.{20}`, 'm'));
  });

  it('runs a scenario, says what happened and leaves a report', () => {
    const { code, out } = sim('run', 'planned-failover', '--report', folder);
    expect(code).to.equal(0);
    expect(out).to.match(/no violation .* trace [0-9a-f]{16}/);
    expect(JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')).name).to.equal('planned-failover');
    const lines = readFileSync(join(folder, 'trace.ndjson'), 'utf8').trim().split('\n');
    expect(JSON.parse(lines[0] ?? '')).to.have.keys('at', 'node', 'text');
  });

  it('exits 1 with the oracle, the sentence and the last lines when a promise is broken', () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, JSON.stringify({ ...loadPlan('planned-failover'), expect: { completedAtLeast: 99_999 } }));
    const { code, err } = sim('replay', file);
    expect(code).to.equal(1);
    expect(err).to.contain('O26');
    expect(err).to.contain('expected at least 99999');
  });

  it('exits 2 on wrong usage, with what to do', () => {
    expect(sim('run', 'no-such-scenario')).to.include({ code: 2 });
    expect(sim('run', 'no-such-scenario').err).to.contain('lockstep sim list');
    expect(sim('explode').code).to.equal(2);
    expect(sim('mutants', 'M99').code).to.equal(2);
    const file = join(folder, 'garbage.yaml');
    writeFileSync(file, 'nodes: [}');
    expect(sim('run', file).code).to.equal(2);
  });
});
