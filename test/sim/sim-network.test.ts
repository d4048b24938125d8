import { expect } from 'chai';
import type { NodeId } from '../../common/ids.ts';
import type { LinkId } from '../../satellite/replication/payload.ts';
import type { Frame } from '../../satellite/replication/wire/frames.ts';
import { Agenda } from '../../sim/agenda.ts';
import { RandomStream } from '../../sim/prng.ts';
import { CORRUPT_VERSION, SimPayload } from '../../sim/sim-payload.ts';
import { type NetworkEnd, SimNetwork } from '../../sim/sim-network.ts';

const A = 0 as NodeId;
const B = 1 as NodeId;

class RecordingEnd implements NetworkEnd {
  alive = true;
  link: LinkId | undefined;
  readonly events: string[] = [];
  readonly frames: Frame[] = [];

  linkUp(_peer: NodeId, link: LinkId): void {
    this.link = link;
    this.events.push('up');
  }
  linkFailed(): void {
    this.events.push('failed');
  }
  linkDown(_peer: NodeId, link: LinkId, reason: string): void {
    if (this.link === link) this.link = undefined;
    this.events.push(`down:${reason}`);
  }
  knock(): void {
    this.events.push('knock');
  }
  frame(_peer: NodeId, _link: LinkId, frame: Frame): void {
    this.frames.push(frame);
  }
}

function makeNetwork(seed = 1) {
  const agenda = new Agenda();
  const ends = [new RecordingEnd(), new RecordingEnd()];
  const streams = new Map<number, RandomStream>();
  const network = new SimNetwork({
    agenda,
    profile: {
      delayUs: 100,
      jitterUs: 300,
      bytesPerMs: 10_000,
      spikePermille: 50,
      spikeUs: 5_000,
      connectTimeoutUs: 50_000,
    },
    ends,
    random: (from, to) => {
      const key = from * 64 + to;
      const stream = streams.get(key) ?? new RandomStream(seed, `net/${key}`);
      streams.set(key, stream);
      return stream;
    },
    filter: (frame) => frame,
  });
  const [a, b] = ends as [RecordingEnd, RecordingEnd];
  const run = (until?: number): void => {
    while (agenda.step(until));
  };
  const connect = (): void => {
    network.connect(A, B);
    network.connect(B, A);
    run();
  };
  const barrier = (epoch: number): Frame => ({ type: 'BARRIER', epoch });
  const send = (epoch: number): void => {
    if (a.link !== undefined) network.send(A, B, a.link, 'data', barrier(epoch));
  };
  const epochs = (end: RecordingEnd): number[] =>
    end.frames.map((frame) => (frame.type === 'BARRIER' ? frame.epoch : -1));
  return { agenda, network, a, b, run, connect, send, epochs };
}

describe('the simulated network', () => {
  it('brings a link up when both ends want it, with ids of their own', () => {
    const { a, b, connect } = makeNetwork();
    connect();
    expect(a.events.at(-1)).to.equal('up');
    expect(b.events.at(-1)).to.equal('up');
    expect(a.link).not.to.equal(b.link);
  });

  it('tells an end whose attempt meets nobody, and lets the lower node knock', () => {
    const { a, b, network, run } = makeNetwork();
    network.connect(A, B);
    run();
    expect(b.events).to.deep.equal(['knock']);
    expect(a.events).to.deep.equal(['failed']);
    b.alive = false;
    network.connect(A, B);
    run();
    expect(a.events).to.deep.equal(['failed', 'failed']);
  });

  it('keeps the frames of a stream in order, whatever the delays', () => {
    const { b, connect, send, run, epochs } = makeNetwork(3);
    connect();
    for (let i = 0; i < 200; i += 1) send(i);
    run();
    expect(epochs(b)).to.deep.equal(Array.from({ length: 200 }, (_, i) => i));
  });

  it('delivers a prefix before a reset, and tells both ends once', () => {
    for (let seed = 1; seed < 30; seed += 1) {
      const { a, b, network, connect, send, run, epochs } = makeNetwork(seed);
      connect();
      for (let i = 0; i < 10; i += 1) send(i);
      network.reset(A, B);
      for (let i = 10; i < 15; i += 1) send(i);
      run();
      const seen = epochs(b);
      expect(seen).to.deep.equal(Array.from({ length: seen.length }, (_, i) => i));
      expect(seen.length).to.be.at.most(10);
      expect(a.events.filter((event) => event.startsWith('down'))).to.deep.equal(['down:reset']);
      expect(b.events.filter((event) => event.startsWith('down'))).to.deep.equal(['down:reset']);
    }
  });

  it('holds what a blocked path carries and delivers it after the heal, in order', () => {
    const { b, network, connect, send, run, epochs } = makeNetwork();
    connect();
    network.block(A, B);
    for (let i = 0; i < 5; i += 1) send(i);
    run();
    expect(epochs(b)).to.deep.equal([]);
    network.unblock(A, B);
    send(5);
    run();
    expect(epochs(b)).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('leaves one end of a half-open link in the dark until the other dials again', () => {
    const { a, b, network, connect, run } = makeNetwork();
    connect();
    network.halfOpen(A, B);
    run();
    expect(a.events.at(-1)).to.equal('down:reset');
    expect(b.events.at(-1)).to.equal('up');
    network.connect(A, B);
    run();
    expect(b.events).to.include('down:reset');
  });

  it('says nothing to the end that disconnected, and "closed" to the other', () => {
    const { a, b, network, connect, run } = makeNetwork();
    connect();
    network.disconnect(A, B);
    run();
    expect(a.events.filter((event) => event.startsWith('down'))).to.deep.equal([]);
    expect(b.events.at(-1)).to.equal('down:closed');
  });

  it('damages exactly one payload, visibly to a checksum', () => {
    const { a, b, network, connect, run } = makeNetwork();
    connect();
    network.corruptNext(A, B, 'payload');
    const payload = new SimPayload(1_024, Uint32Array.of(5, 5), 5);
    const frame: Frame = { type: 'DATA_REPLY', request: 1, payloadChecksum: 1, integrity: undefined, payload };
    for (let i = 0; i < 2; i += 1) if (a.link !== undefined) network.send(A, B, a.link, 'data', frame);
    run();
    const damaged = b.frames.map((each) =>
      'payload' in each && each.payload instanceof SimPayload
        ? [...each.payload.versions].includes(CORRUPT_VERSION)
        : undefined,
    );
    expect(damaged).to.deep.equal([true, false]);
    expect([...payload.versions]).to.deep.equal([5, 5]);
  });

  it('ends a link whose header was damaged as a protocol error at the receiver', () => {
    const { a, b, network, connect, send, run } = makeNetwork();
    connect();
    network.corruptNext(A, B, 'header');
    send(1);
    run();
    expect(b.events.at(-1)).to.equal('down:protocol-error');
    expect(a.events.at(-1)).to.equal('down:reset');
    expect(b.frames).to.deep.equal([]);
  });
});
