import { expect } from 'chai';
import { loadPlan } from '../../sim/plan-files.ts';
import { runPlan } from '../../sim/simulation.ts';

describe('a peer that does not answer', () => {
  it('loses its link: after timeout × ko-count when it owes an acknowledgement, after ping-timeout when it is silent', () => {
    const { violation, statistics, lines } = runPlan(loadPlan('slow-and-silent-peers'), { recording: true });
    expect(violation).to.equal(undefined);
    const reasons = (to: string): string[] =>
      lines.filter(({ node, text }) => node === 0 && text.includes(`to=${to} `)).map(({ text }) => text);
    expect(reasons('Timeout').some((text) => text.includes('peer=1') && text.includes('ko-count'))).to.equal(true);
    expect(reasons('NetworkFailure').some((text) => text.includes('peer=2') && text.includes('ping-timeout'))).to.equal(
      true,
    );
    expect(statistics.failed, 'requests of the client').to.equal(0);
  });
});
