import { expect } from 'chai';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import type { HandlerName } from '../../../satellite/replication/handlers/handler-calls.ts';
import type { ClientOutcome } from '../../../satellite/replication/ports.ts';
import type { ReplicationOptions } from '../../../common/options/options.ts';
import { Cluster } from './cluster.ts';

const VOLUME = volumeNumber(0);
type Policy = ReplicationOptions['fencing'];

const codeOf = (outcome: ClientOutcome | undefined) => (outcome?.ok === false ? outcome.error.code : outcome?.ok);
const callsOf = (cluster: Cluster, name: HandlerName) => cluster.calls.filter(({ call }) => call.name === name).length;
const frozen = (cluster: Cluster, id: number) => cluster.core(id).status().suspended;

/** Node 0 is Primary and has written block 1. */
function primary(fencing: Policy, nodes = 2, more: ConstructorParameters<typeof Cluster>[0] = { nodes }): Cluster {
  const cluster = new Cluster({ ...more, nodes, options: { fencing, ...more.options } });
  cluster.programs.add('fence-peer');
  expect(codeOf(cluster.open(0))).to.equal(true);
  expect(codeOf(cluster.write(0, 1, 11))).to.equal(true);
  return cluster;
}

function setFencing(cluster: Cluster, id: number, value: Policy): ClientOutcome | undefined {
  const change = { scope: 'net' as const, peer: undefined, volume: undefined, values: { fencing: value } };
  return cluster.request(id, (client) => ({ kind: 'set-options', id: client, change }));
}

describe('Fencing', () => {
  it('dont-care calls nobody and goes on', () => {
    const cluster = primary('dont-care');
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(cluster.calls).to.deep.equal([]);
    expect(codeOf(cluster.write(0, 2, 22))).to.equal(true);
  });

  it('resource-only calls fence-peer and goes on meanwhile', () => {
    const cluster = primary('resource-only');
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(callsOf(cluster, 'fence-peer')).to.equal(1);
    expect(codeOf(cluster.write(0, 2, 22))).to.equal(true);
    expect(cluster.finish('fence-peer', 4)).to.equal(1);
    expect(cluster.device(0, 1).peerDisk).to.equal('Outdated');
  });

  for (const [code, state] of [
    [3, 'Inconsistent'],
    [4, 'Outdated'],
    [5, 'Outdated'],
    [7, 'Outdated'],
  ] as const) {
    it(`resource-and-stonith freezes I/O until exit code ${code} says that the peer is ${state}`, () => {
      const cluster = primary('resource-and-stonith');
      const before = cluster.core(0).status().volumes[0]?.currentGeneration;
      cluster.cutLink(0, 1);
      cluster.settle();
      expect(cluster.write(0, 2, 22), 'frozen').to.equal(undefined);
      expect(frozen(cluster, 0)).to.deep.equal(['fencing']);
      expect(cluster.core(0).status().volumes[0]?.currentGeneration, 'no generation while frozen').to.equal(before);
      cluster.finish('fence-peer', code);
      expect(frozen(cluster, 0)).to.deep.equal([]);
      expect(codeOf([...cluster.outcomes.values()].at(-1))).to.equal(true);
      expect(cluster.read(0, 2)).to.equal(22);
      expect(cluster.device(0, 1).peerDisk).to.equal(state);
      expect(cluster.core(0).status().volumes[0]?.currentGeneration).to.not.equal(before);
    });
  }

  for (const code of [0, 1, 2, 8, 127, 255]) {
    it(`stays frozen when the handler is broken: exit code ${code}`, () => {
      const cluster = primary('resource-and-stonith');
      cluster.cutLink(0, 1);
      cluster.settle();
      cluster.finish('fence-peer', code);
      expect(frozen(cluster, 0)).to.deep.equal(['fencing']);
      expect(cluster.write(0, 2, 22)).to.equal(undefined);
      expect(callsOf(cluster, 'fence-peer'), 'once per loss').to.equal(0);
    });
  }

  it('stays frozen when there is no handler at all', () => {
    const cluster = primary('resource-and-stonith');
    cluster.programs.clear();
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(cluster.write(0, 2, 22)).to.equal(undefined);
    const told = cluster.events.flatMap(({ event }) =>
      event.kind === 'handler' ? [`${event.name} ${event.phase}`] : [],
    );
    expect(told).to.include('fence-peer none');
  });

  it('a peer that is Primary makes this node outdate itself', () => {
    const cluster = primary('resource-and-stonith');
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.finish('fence-peer', 6);
    expect(cluster.disk(0)).to.equal('Outdated');
    expect(cluster.device(0, 1).peerDisk).to.equal('DUnknown');
  });

  it('thaws when the peer is back, with every frozen write on both, once', () => {
    const cluster = primary('resource-and-stonith');
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.write(0, 2, 22);
    cluster.healLink(0, 1);
    cluster.pass(200);
    expect(frozen(cluster, 0)).to.deep.equal([]);
    expect(cluster.member(1).data[2 * 4096]).to.equal(22);
    expect([...cluster.outcomes.values()].every((outcome) => outcome.ok)).to.equal(true);
  });

  it('ignores a result that comes when the link is back already', () => {
    const cluster = primary('resource-and-stonith');
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.healLink(0, 1);
    cluster.pass(200);
    cluster.finish('fence-peer', 4);
    expect(cluster.device(0, 1).peerDisk).to.equal('UpToDate');
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(frozen(cluster, 0), 'the late answer is no answer to this loss').to.deep.equal(['fencing']);
    expect(callsOf(cluster, 'fence-peer')).to.equal(1);
  });

  it('a change of the option counts at once, also while frozen', () => {
    const cluster = primary('resource-and-stonith');
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.write(0, 2, 22);
    expect(codeOf(setFencing(cluster, 0, 'dont-care'))).to.equal(true);
    expect(frozen(cluster, 0)).to.deep.equal([]);
    expect(cluster.read(0, 2)).to.equal(22);
    expect(codeOf(setFencing(cluster, 0, 'resource-and-stonith'))).to.equal(true);
    expect(frozen(cluster, 0), 'the handler still owes its answer').to.deep.equal(['fencing']);
    cluster.finish('fence-peer', 7);
    expect(frozen(cluster, 0)).to.deep.equal([]);
  });

  it('resume-io lets go what fencing has frozen; the end of a suspend-io alone does not', () => {
    const cluster = primary('resource-and-stonith');
    cluster.request(0, (id) => ({ kind: 'suspend-io', id }));
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.request(0, (id) => ({ kind: 'resume-io', id }));
    expect(frozen(cluster, 0)).to.deep.equal(['fencing']);
    cluster.request(0, (id) => ({ kind: 'resume-io', id }));
    expect(frozen(cluster, 0)).to.deep.equal([]);
    expect(codeOf(cluster.write(0, 2, 22))).to.equal(true);
  });

  it('needs all that are away: two peers, two answers', () => {
    const cluster = primary('resource-and-stonith', 3);
    cluster.cutLink(0, 1);
    cluster.cutLink(0, 2);
    cluster.settle();
    cluster.finish('fence-peer', 4);
    expect(frozen(cluster, 0)).to.deep.equal(['fencing']);
    cluster.finish('fence-peer', 7);
    expect(frozen(cluster, 0)).to.deep.equal([]);
  });

  it('excludes protocol A, whichever is set first', () => {
    const cluster = new Cluster({ nodes: 2, protocol: 'A' });
    expect(codeOf(setFencing(cluster, 0, 'resource-and-stonith'))).to.equal('OPTION_CONFLICT');
    expect(codeOf(setFencing(cluster, 0, 'resource-only'))).to.equal(true);
  });

  it('calls unfence-peer after a resync, on the source, and when none was needed', () => {
    const cluster = primary('resource-only');
    cluster.programs.add('unfence-peer');
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.write(0, 2, 22);
    cluster.healLink(0, 1);
    cluster.pass(2_000);
    expect(cluster.disk(1)).to.equal('UpToDate');
    const calls = cluster.calls.filter(({ call }) => call.name === 'unfence-peer');
    expect(calls.map(({ node, call }) => [node, call.peer])).to.deep.equal([[0, 1]]);
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.healLink(0, 1);
    cluster.pass(2_000);
    expect(cluster.calls.some(({ node, call }) => node === 0 && call.name === 'unfence-peer')).to.equal(true);
  });
});

describe('A frozen Primary, and a node that is promoted by force meanwhile', () => {
  for (const policy of ['force-secondary', 'disconnect'] as const) {
    it(`meet with on-suspended-primary-outdated ${policy}: what was frozen is not answered as done`, () => {
      const cluster = primary('resource-and-stonith', 2, {
        nodes: 2,
        options: { onSuspendedPrimaryOutdated: policy },
      });
      cluster.cutLink(0, 1);
      cluster.settle();
      const before = cluster.outcomes.size;
      expect(cluster.write(0, 2, 22)).to.equal(undefined);
      expect(codeOf(cluster.request(1, (id) => ({ kind: 'promote', id, force: true })))).to.equal(true);
      expect(codeOf(cluster.write(1, 2, 99))).to.equal(true);
      cluster.healLink(0, 1);
      cluster.pass(5_000);
      const answers = [...cluster.outcomes.values()].slice(before);
      expect(answers.filter(({ ok }) => !ok).length).to.equal(policy === 'force-secondary' ? 1 : 0);
      expect(cluster.member(1).data[2 * 4096]).to.equal(99);
      expect(cluster.core(0).status().role).to.equal(policy === 'force-secondary' ? 'Secondary' : 'Primary');
      expect(frozen(cluster, 0)).to.deep.equal(policy === 'force-secondary' ? [] : ['fencing']);
    });
  }
});

describe('Promotion with fencing', () => {
  it('asks for peers that are away, and waits for the answer', () => {
    const cluster = new Cluster({ nodes: 2, options: { fencing: 'resource-only' } });
    cluster.programs.add('fence-peer');
    cluster.cutLink(0, 1);
    cluster.settle();
    const open = cluster.ask(0, (id) => ({ kind: 'open', id, volume: VOLUME, mode: 'read-write' }));
    cluster.pass(10_000);
    expect(cluster.outcomes.get(open), 'the handler is under way').to.equal(undefined);
    cluster.finish('fence-peer', 5);
    expect(codeOf(cluster.outcomes.get(open))).to.equal(true);
    expect(cluster.core(0).status().role).to.equal('Primary');
  });

  it('is refused when nobody knows about the peer, and asks anew the next time', () => {
    const cluster = new Cluster({ nodes: 2, options: { fencing: 'resource-only' } });
    cluster.programs.add('fence-peer');
    cluster.cutLink(0, 1);
    cluster.settle();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const open = cluster.ask(0, (id) => ({ kind: 'open', id, volume: VOLUME, mode: 'read-write' }));
      cluster.settle();
      cluster.finish('fence-peer', 1);
      cluster.pass(3_000);
      expect(codeOf(cluster.outcomes.get(open))).to.equal('PEER_NOT_FENCED');
    }
  });

  it('by force takes the absent for outdated, and is not frozen', () => {
    const cluster = new Cluster({ nodes: 2, options: { fencing: 'resource-and-stonith' } });
    cluster.programs.add('fence-peer');
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(codeOf(cluster.request(0, (id) => ({ kind: 'promote', id, force: true })))).to.equal(true);
    expect(frozen(cluster, 0)).to.deep.equal([]);
    expect(codeOf(cluster.write(0, 2, 22))).to.equal(true);
    expect(cluster.calls).to.deep.equal([]);
  });

  it('holds a disk at Consistent after a restart, until the peer is here or out', () => {
    const cluster = primary('resource-only');
    cluster.cutLink(0, 1);
    cluster.crash(0);
    cluster.crash(1);
    cluster.boot(1);
    cluster.pass(30_000);
    expect(cluster.disk(1)).to.equal('Consistent');
    const open = cluster.ask(1, (id) => ({ kind: 'open', id, volume: VOLUME, mode: 'read-write' }));
    cluster.settle();
    cluster.finish('fence-peer', 5);
    cluster.pass(3_000);
    expect(codeOf(cluster.outcomes.get(open)), '5 counts only for a disk that is UpToDate').to.equal('PEER_NOT_FENCED');
    cluster.healLink(0, 1);
    cluster.boot(0);
    cluster.settle();
    cluster.pass(2_000);
    expect([cluster.disk(0), cluster.disk(1)]).to.deep.equal(['UpToDate', 'UpToDate']);
  });

  it('remembers over a restart who was fenced', () => {
    const cluster = primary('resource-and-stonith');
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.finish('fence-peer', 7);
    cluster.pass(1_000);
    cluster.crash(0);
    cluster.boot(0);
    cluster.settle();
    expect(cluster.disk(0)).to.equal('UpToDate');
    expect(codeOf(cluster.open(0))).to.equal(true);
    expect(cluster.calls).to.deep.equal([]);
  });
});

describe('Leaving a Primary that fences', () => {
  for (const [initiator, peer] of [
    [0, 1],
    [1, 0],
  ] as const) {
    it(`is Outdated with the disconnect by node ${initiator}: nobody is fenced, nothing is frozen`, () => {
      const cluster = primary('resource-and-stonith');
      const outcome = cluster.request(initiator, (id) => ({ kind: 'disconnect', id, peer: nodeId(peer) }));
      expect(codeOf(outcome)).to.equal(true);
      cluster.pass(1_000);
      expect(cluster.disk(1)).to.equal('Outdated');
      expect(cluster.calls).to.deep.equal([]);
      expect(frozen(cluster, 0)).to.deep.equal([]);
      expect(codeOf(cluster.write(0, 2, 22))).to.equal(true);
    });
  }

  it('over a link that breaks in that moment assumes nothing', () => {
    const cluster = primary('resource-and-stonith');
    cluster.filter = (_from, _to, frame) => frame.type !== 'TWOPC_COMMIT';
    const client = cluster.ask(0, (id) => ({ kind: 'disconnect', id, peer: nodeId(1) }));
    cluster.settle();
    expect(cluster.outcomes.get(client)).to.equal(undefined);
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(codeOf(cluster.outcomes.get(client))).to.equal(true);
    expect(callsOf(cluster, 'fence-peer')).to.equal(1);
    expect(frozen(cluster, 0)).to.deep.equal(['fencing']);
  });
});

describe('The command outdate', () => {
  const outdate = (cluster: Cluster, id: number) => cluster.request(id, (client) => ({ kind: 'outdate', id: client }));

  it('is refused on a Primary and beside one', () => {
    const cluster = primary('dont-care');
    expect(codeOf(outdate(cluster, 0))).to.equal('OUTDATE_REFUSED');
    expect(codeOf(outdate(cluster, 1))).to.equal('OUTDATE_REFUSED');
  });

  it('keeps a node that is cut off from being promoted', () => {
    const cluster = primary('dont-care');
    cluster.cutLink(0, 1);
    cluster.settle();
    expect(codeOf(outdate(cluster, 1))).to.equal(true);
    expect(cluster.disk(1)).to.equal('Outdated');
    const open = cluster.ask(1, (id) => ({ kind: 'open', id, volume: VOLUME, mode: 'read-write' }));
    cluster.pass(5_000);
    expect(codeOf(cluster.outcomes.get(open))).to.equal('NO_UP_TO_DATE_DATA');
  });
});

describe('Handlers around a resync', () => {
  function outage(name: HandlerName): Cluster {
    const cluster = primary('dont-care');
    cluster.programs.add(name);
    cluster.cutLink(0, 1);
    cluster.settle();
    cluster.write(0, 2, 22);
    cluster.healLink(0, 1);
    cluster.pass(1_000);
    return cluster;
  }

  it('before-resync-target runs on the old, consistent data, as long as it likes', () => {
    const cluster = outage('before-resync-target');
    cluster.pass(120_000);
    expect(cluster.disk(1)).to.equal('Outdated');
    expect(cluster.member(1).data[2 * 4096]).to.equal(0);
    expect(callsOf(cluster, 'before-resync-target'), 'nobody takes it for stuck').to.equal(1);
    cluster.finish('before-resync-target', 0);
    cluster.pass(2_000);
    expect(cluster.disk(1)).to.equal('UpToDate');
    expect(cluster.member(1).data[2 * 4096]).to.equal(22);
  });

  it('before-resync-source runs before anything is said or copied', () => {
    const cluster = outage('before-resync-source');
    cluster.pass(60_000);
    expect(cluster.disk(1)).to.not.equal('UpToDate');
    expect(cluster.member(1).data[2 * 4096]).to.equal(0);
    cluster.finish('before-resync-source', 0);
    cluster.pass(2_000);
    expect(cluster.disk(1)).to.equal('UpToDate');
  });

  for (const name of ['before-resync-target', 'before-resync-source'] as const) {
    it(`${name} drops the link with any other exit code, until an administrator connects`, () => {
      const cluster = outage(name);
      const at = name === 'before-resync-target' ? 1 : 0;
      cluster.finish(name, 1);
      cluster.pass(5_000);
      expect(cluster.core(at).status().connections[0]?.state).to.equal('StandAlone');
      expect(cluster.disk(1), 'nothing was overwritten').to.equal('Outdated');
      cluster.programs.clear();
      cluster.request(at, (id) => ({ kind: 'connect', id, peer: nodeId(1 - at) }));
      cluster.pass(2_000);
      expect(cluster.disk(1)).to.equal('UpToDate');
    });
  }

  it('after-resync-target is called when the data is good', () => {
    const cluster = outage('after-resync-target');
    expect(cluster.calls.map(({ node, call }) => [node, call.name, call.peer])).to.deep.equal([
      [1, 'after-resync-target', 0],
    ]);
  });
});
