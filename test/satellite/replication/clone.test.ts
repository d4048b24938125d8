/**
 * A clone of a core is fed what the original is fed, and has to say what the original says, word for word; another one is
 * fed something else meanwhile, and the original must not notice.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { type NodeId, nodeId } from '../../../common/ids.ts';
import { bytes } from '../../../common/units.ts';
import type { ReplicationInput } from '../../../satellite/replication/events.ts';
import type { ClientRequestId } from '../../../satellite/replication/payload.ts';
import type { Ports } from '../../../satellite/replication/ports.ts';
import type { ReplicatedResource } from '../../../satellite/replication/resource.ts';
import { type BytesPayload, Cluster } from './cluster.ts';

type Call = readonly [name: string, ...parts: unknown[]];

/** What a core has said, and what it was told in return. */
class Conversation {
  readonly calls: Call[] = [];
  readonly answers: unknown[] = [];

  through(ports: Ports): Ports {
    return this.wrap((name, parts) => {
      const answer: unknown = Reflect.apply(ports[name], ports, parts);
      this.answers.push(answer);
      return answer;
    });
  }

  /** Ports that answer the nth call with this. */
  answering(answer: (call: number, name: keyof Ports) => unknown): Ports {
    return this.wrap((name) => answer(this.calls.length - 1, name));
  }

  private wrap(answer: (name: keyof Ports, parts: unknown[]) => unknown): Ports {
    const port = (_: unknown, name: string | symbol) => {
      return (...parts: unknown[]): unknown => {
        this.calls.push([String(name), ...parts]);
        return answer(String(name) as keyof Ports, parts);
      };
    };
    return new Proxy({}, { get: port }) as Ports;
  }
}

function rowOf(core: ReplicatedResource): string {
  const row: string[] = [];
  core.visitState(
    (value) => row.push(String(value)),
    (payload, visit) => visit((payload as BytesPayload).data.join()),
  );
  return row.join(' ');
}

/** Follows every core of a cluster; compares after each input. */
class Watch {
  checked = 0;
  private readonly conversations = new Map<NodeId, Conversation>();
  private period = 1;

  readonly tap = (ports: Ports, id: NodeId): Ports => {
    const conversation = new Conversation();
    this.conversations.set(id, conversation);
    return conversation.through(ports);
  };

  follow(core: ReplicatedResource, id: NodeId, period: number): void {
    this.period = period;
    const handle = core.handle.bind(core);
    let inputs = 0;
    core.handle = (input: ReplicationInput): void => {
      inputs += 1;
      if (inputs % this.period === 0) this.compare(core, id, input, handle);
      else handle(input);
    };
  }

  private compare(
    core: ReplicatedResource,
    id: NodeId,
    input: ReplicationInput,
    handle: (input: ReplicationInput) => void,
  ): void {
    const conversation = this.conversations.get(id);
    if (conversation === undefined) throw new Error('every core has a conversation');
    const before = rowOf(core);
    const [answers, calls] = [conversation.answers.length, conversation.calls.length];
    const twin = new Conversation();
    // The twin's answers are those that the original is about to get.
    const twinCore = core.clone(twin.answering((call) => conversation.answers[answers + call]));
    const stranger = core.clone(new Conversation().answering((_, name) => (name === 'newGeneration' ? 77n : 7)));
    expect(rowOf(twinCore)).to.equal(before);
    disturb(stranger);
    expect(rowOf(core), 'the original does not notice').to.equal(before);
    handle(input);
    twinCore.handle(input);
    expect(twin.calls).to.deep.equal(conversation.calls.slice(calls));
    expect(twinCore.status()).to.deep.equal(core.status());
    expect(rowOf(twinCore)).to.equal(rowOf(core));
    this.checked += 1;
  }
}

function disturb(core: ReplicatedResource): void {
  for (const { peer, state } of core.status().connections) {
    if (state === 'StandAlone') continue;
    core.handle({ kind: 'disconnect', id: 9_999 as ClientRequestId, peer });
  }
  core.handle({ kind: 'promote', id: 9_998 as ClientRequestId, force: false });
  const payload: BytesPayload = { byteLength: 4096, data: new Uint8Array(4096) };
  const place = { volume: core.status().volumes[0]?.volume ?? (0 as never), offset: bytes(0) };
  core.handle({ kind: 'client-write', id: 9_997 as ClientRequestId, ...place, payload, fua: false });
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), block: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'heal' as const), block: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), block: fc.integer({ min: 1, max: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), block: fc.nat(9) }) },
);

describe('A clone of a core', function () {
  this.timeout(60_000);

  it('says to equal inputs what the original says, and leaves the original as it was', () => {
    let checked = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), fc.integer({ min: 1, max: 4 }), (steps, period) => {
        const watch = new Watch();
        const cluster = new Cluster({ nodes: 3, tap: watch.tap });
        for (const { id } of cluster.members) watch.follow(cluster.core(id), id, period);
        cluster.open(0);
        for (const each of steps) {
          if (each.do === 'write') cluster.write(0, each.block, each.block + 1);
          else if (each.do === 'pass') cluster.pass(each.block * 300);
          else if (each.do === 'cut') cluster.cutLink(each.block, (each.block + 1) % 3);
          else if (each.do === 'heal') cluster.healLink(each.block, (each.block + 1) % 3);
          else {
            cluster.crash(each.block);
            cluster.settle();
            cluster.boot(each.block);
            watch.follow(cluster.core(each.block), nodeId(each.block), period);
          }
          cluster.settle();
        }
        checked += watch.checked;
      }),
      { numRuns: 40 },
    );
    expect(checked).to.be.greaterThan(1_000);
  });
});
