import { expect } from 'chai';
import fc from 'fast-check';
import { Agenda, EVENT_CLASS } from '../../sim/agenda.ts';
import { RandomStream } from '../../sim/prng.ts';

const CLASSES = Object.values(EVENT_CLASS);

describe('the agenda', () => {
  it('runs entries by time, then class, then order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.constantFrom(...CLASSES)), { maxLength: 200 }), (entries) => {
        const agenda = new Agenda();
        const ran: number[] = [];
        entries.forEach(([time, eventClass], index) => {
          agenda.schedule(time, eventClass, () => ran.push(index));
        });
        while (agenda.step());
        const expected = entries
          .map(([time, eventClass], index) => ({ time, eventClass, index }))
          .sort((a, b) => a.time - b.time || a.eventClass - b.eventClass || a.index - b.index)
          .map(({ index }) => index);
        expect(ran).to.deep.equal(expected);
      }),
    );
  });

  it('never runs a cancelled entry, and cancelling one that ran touches nobody else', () => {
    const agenda = new Agenda();
    const ran: string[] = [];
    const first = agenda.schedule(1, EVENT_CLASS.timer, () => ran.push('first'));
    const second = agenda.schedule(2, EVENT_CLASS.timer, () => ran.push('second'));
    agenda.cancel(second);
    expect(agenda.step()).to.equal(true);
    const reused = agenda.schedule(3, EVENT_CLASS.timer, () => ran.push('third'));
    agenda.cancel(first);
    expect(reused).not.to.equal(first);
    while (agenda.step());
    expect(ran).to.deep.equal(['first', 'third']);
  });

  it('stops before what is due later, and takes entries for the past as due now', () => {
    const agenda = new Agenda();
    const ran: number[] = [];
    agenda.schedule(10, EVENT_CLASS.client, () => agenda.schedule(3, EVENT_CLASS.client, () => ran.push(agenda.now)));
    agenda.schedule(100, EVENT_CLASS.client, () => ran.push(agenda.now));
    while (agenda.step(50));
    expect(ran).to.deep.equal([10]);
    expect(agenda.pending).to.equal(1);
  });

  it('grows beyond its first capacity without losing the order', () => {
    const agenda = new Agenda();
    const random = new RandomStream(1, 'agenda');
    let last = -1;
    let ran = 0;
    for (let i = 0; i < 5_000; i += 1) {
      const at = random.below(100_000);
      agenda.schedule(at, EVENT_CLASS.disk, () => {
        expect(agenda.now).to.be.at.least(last);
        last = agenda.now;
        ran += 1;
      });
    }
    while (agenda.step());
    expect(ran).to.equal(5_000);
  });

  it('may draw the order of what is due at once', () => {
    const order = (seed: number): number[] => {
      const random = new RandomStream(seed, 'schedule');
      const agenda = new Agenda({ tiebreak: () => random.next() });
      const ran: number[] = [];
      for (let i = 0; i < 20; i += 1) agenda.schedule(5, EVENT_CLASS.network, () => ran.push(i));
      while (agenda.step());
      return ran;
    };
    expect(order(1)).to.deep.equal(order(1));
    expect(order(1)).not.to.deep.equal(order(2));
  });
});
