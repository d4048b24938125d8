import { expect } from 'chai';
import { loadPlan } from '../../sim/plan-files.ts';
import { type Plan, parsePlan } from '../../sim/plan.ts';
import { runPlan } from '../../sim/simulation.ts';
import { expandSteps } from '../../sim/steps.ts';

type Expectation = NonNullable<Plan['expect']>;

/** A pair of nodes: nine blocks missed, the last word of their resync lost, four blocks missed. */
const STAGED = loadPlan('parity:resync-finish');

function outcome(expectation: Expectation, entries = STAGED.entries): string {
  const { violation } = runPlan({ ...STAGED, entries, expect: { everyEntry: true, ...expectation } });
  return violation === undefined ? 'as expected' : `${violation.oracle}: ${violation.sentence}`;
}

describe('steps of a plan', () => {
  it('follow one another at once, on an event or on a state', () => {
    expect(
      expandSteps([
        { do: 'close' },
        { do: 'close', id: 'b' },
        { when: 'flush', do: 'close', afterMs: 2 },
        { wait: 'in-sync', do: 'close' },
      ]),
    ).to.deep.equal([
      { do: 'close', id: 'step 1', at: 0 },
      { do: 'close', id: 'b', when: { event: 'carried-out', after: 'step 1' } },
      { do: 'close', id: 'step 3', when: { event: 'flush', after: 'b' }, delayUs: 2_000 },
      { do: 'close', id: 'step 4', once: { that: ['in-sync'], after: 'step 3' } },
    ]);
  });

  it('leave what is malformed to the schema, which refuses it', () => {
    expect(() => parsePlan({ ...STAGED, entries: expandSteps('nonsense') })).to.throw('does not follow the format');
    expect(() => parsePlan({ ...STAGED, entries: expandSteps([{ wait: 'nonsense', do: 'close' }]) })).to.throw();
  });
});

describe('what a plan expects of itself', () => {
  it('counts resyncs and their blocks by direction and span', () => {
    expect(outcome({ resyncs: [{ from: 0, to: 1, before: 'next', blocks: 9 }] })).to.equal('as expected');
    expect(outcome({ resyncs: [{ from: 0, to: 1, after: 'next', times: 1, blocks: 4 }] })).to.equal('as expected');
    expect(outcome({ resyncs: [{ from: 0, to: 1, after: 'next', blocks: 5 }] })).to.match(
      /^EXPECT: blocks were copied/,
    );
    expect(outcome({ resyncs: [{ from: 1, atLeast: 1 }] })).to.match(/^EXPECT: resyncs from 1/);
  });

  it('counts generations, events by node and peer, and what is never to be seen', () => {
    expect(outcome({ generations: [{ after: 'lost', before: 'next', times: 1 }] })).to.equal('as expected');
    expect(outcome({ generations: [{ times: 0 }] })).to.match(/^EXPECT: generations were made: \d, expected 0$/);
    expect(outcome({ events: [{ event: 'replication:SyncTarget', node: 0, atLeast: 1 }] })).to.match(/^EXPECT/);
    expect(outcome({ never: [{ event: 'replication:SyncTarget', node: 0 }] })).to.equal('as expected');
    expect(outcome({ never: [{ event: 'replication:SyncTarget', node: 1, peer: 0 }] })).to.match(/^EXPECT/);
    expect(outcome({ errorsAtLeast: 1 })).to.equal('EXPECT: client requests failed: 0, expected at least 1');
  });

  it('fails when the situation did not come about, or a check does not hold', () => {
    const never = parsePlan({ ...STAGED, entries: expandSteps([{ when: 'client-error', do: 'close' }]) }).entries;
    expect(outcome({ everyEntry: true }, never)).to.match(/^EXPECT: entry 0 never happened/);
    const steps = [{ wait: 'in-sync', do: 'check', that: [{ node: 1, disk: 'Outdated' }] }];
    expect(outcome({}, parsePlan({ ...STAGED, entries: expandSteps(steps) }).entries)).to.equal(
      'EXPECT: n1: disk is UpToDate, not Outdated',
    );
  });
});
