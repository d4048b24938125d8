/** What is refused changes nothing: every core and every byte of every disk are as in a cluster that was never asked. */
import { expect } from 'chai';
import { nodeId, volumeNumber } from '../../../common/ids.ts';
import { bytes } from '../../../common/units.ts';
import type { ReplicationInput } from '../../../satellite/replication/events.ts';
import type { OptionChange } from '../../../common/options/option-table.ts';
import type { ClientRequestId } from '../../../satellite/replication/payload.ts';
import { type BytesPayload, Cluster } from './cluster.ts';

const VOLUME = volumeNumber(0);

/** With a jitter of a half, as in these clusters, they count from here. */
const isTransaction = (value: unknown): boolean =>
  typeof value === 'number' && value >= 2 ** 31 && value < 2 ** 31 + 1000;

/** Everything that a later input could depend on, but for the number of the next cluster-wide change: a refused one uses one up. */
function stateOf(cluster: Cluster): unknown[] {
  return cluster.members.map(({ core, data, metadata }) => {
    const state: unknown[] = [data.slice(), metadata.slice()];
    core?.visitState(
      (value) => state.push(isTransaction(value) ? undefined : value),
      (payload, visit) => visit((payload as BytesPayload).data[0]),
    );
    return state;
  });
}

interface Refusal {
  readonly what: string;
  readonly cluster: () => Cluster;
  /** Who is asked; without it node 0. */
  readonly node?: number;
  readonly request: (id: ClientRequestId, cluster: Cluster) => ReplicationInput;
  readonly code: string;
}

/** Two replicas that are in sync, the first of them Primary, with one write. */
function primaryOn0(options: ConstructorParameters<typeof Cluster>[0] = { nodes: 2 }): Cluster {
  const cluster = new Cluster(options);
  expect(cluster.open(0)).to.deep.equal({ ok: true });
  cluster.write(0, 1, 11);
  cluster.pass(2_000);
  return cluster;
}

function withoutNode1(options: ConstructorParameters<typeof Cluster>[0]): Cluster {
  const cluster = new Cluster(options);
  cluster.crash(1);
  cluster.settle();
  cluster.pass(60_000);
  return cluster;
}

function withDetached(id: number): Cluster {
  const cluster = primaryOn0();
  cluster.request(id, (client) => ({ kind: 'detach', id: client, volume: VOLUME, force: false }));
  cluster.pass(2_000);
  expect(cluster.disk(id)).to.equal('Diskless');
  return cluster;
}

const setOption =
  (scope: OptionChange['scope'], name: string, value: string) =>
  (id: ClientRequestId): ReplicationInput => ({
    kind: 'set-options',
    id,
    change: { scope, peer: undefined, volume: undefined, values: { [name]: value } },
  });
const promote = (id: ClientRequestId): ReplicationInput => ({ kind: 'promote', id, force: false });
const removePeer = (id: ClientRequestId): ReplicationInput => ({ kind: 'remove-peer', id, peer: nodeId(1) });
/** Node 1 gets a disk with this superblock of its own, changed. */
const attach =
  (change: (metadata: Uint8Array, cluster: Cluster) => Uint8Array, capacityBlocks = 64) =>
  (id: ClientRequestId, cluster: Cluster): ReplicationInput => ({
    kind: 'attach',
    id,
    volume: VOLUME,
    metadata: change(cluster.member(1).metadata.slice(), cluster),
    capacityBytes: bytes(capacityBlocks * 4096),
  });

const REFUSALS: readonly Refusal[] = [
  {
    what: 'an option out of its range',
    cluster: primaryOn0,
    request: setOption('net', 'ping-timeout', '301'),
    code: 'OPTION_OUT_OF_RANGE',
  },
  {
    what: 'an option that there is not',
    cluster: primaryOn0,
    request: setOption('net', 'ping', '1'),
    code: 'OPTION_UNKNOWN',
  },
  {
    what: 'two Primaries with protocol A',
    cluster: () => primaryOn0({ nodes: 2, protocol: 'A' }),
    request: setOption('net', 'allow-two-primaries', 'yes'),
    code: 'OPTION_CONFLICT',
  },
  {
    what: 'the end of two Primaries while there are two',
    cluster: () => {
      const cluster = primaryOn0({ nodes: 2, options: { allowTwoPrimaries: true } });
      expect(cluster.open(1)).to.deep.equal({ ok: true });
      return cluster;
    },
    request: setOption('net', 'allow-two-primaries', 'no'),
    code: 'TWO_PRIMARIES',
  },
  {
    what: 'fencing that has to freeze under protocol A, where writes are answered before anybody has them',
    cluster: () => primaryOn0({ nodes: 2, protocol: 'A' }),
    request: setOption('net', 'fencing', 'resource-and-stonith'),
    code: 'OPTION_CONFLICT',
  },
  {
    what: 'a promotion beside another Primary',
    cluster: primaryOn0,
    node: 1,
    request: promote,
    code: 'OTHER_PRIMARY',
  },
  {
    what: 'a promotion without data',
    cluster: () => withoutNode1({ nodes: 2, fresh: [0] }),
    request: promote,
    code: 'NO_UP_TO_DATE_DATA',
  },
  {
    what: 'a promotion without quorum',
    cluster: () => withoutNode1({ nodes: 2, options: { quorum: 'majority' } }),
    request: promote,
    code: 'NO_QUORUM',
  },
  {
    what: 'the removal of the last UpToDate copy',
    cluster: () => withDetached(0),
    request: removePeer,
    code: 'LAST_UP_TO_DATE_COPY',
  },
  {
    what: 'the detachment of the last UpToDate copy in use',
    cluster: () => withDetached(1),
    request: (id) => ({ kind: 'detach', id, volume: VOLUME, force: false }),
    code: 'LAST_UP_TO_DATE_COPY',
  },
  {
    what: 'a size that would cut off data',
    cluster: primaryOn0,
    request: (id) => ({
      kind: 'resize',
      id,
      volume: VOLUME,
      sizeBytes: bytes(32 * 4096),
      force: false,
      assumeClean: false,
      assumePeerHasSpace: false,
    }),
    code: 'SHRINK_REFUSED',
  },
  {
    what: 'the disk of another node',
    cluster: () => withDetached(1),
    node: 1,
    request: attach((_, cluster) => cluster.member(0).metadata.slice()),
    code: 'METADATA_FOREIGN',
  },
  {
    what: 'a disk that has shrunk',
    cluster: () => withDetached(1),
    node: 1,
    request: attach((metadata) => metadata, 63),
    code: 'BACKING_STORE_TOO_SMALL',
  },
  {
    what: 'a disk whose superblock is torn in both copies',
    cluster: () => withDetached(1),
    node: 1,
    request: attach((metadata) => {
      for (const copy of [0, 4096]) metadata.fill(0x5a, copy + 100, copy + 200);
      return metadata;
    }),
    code: 'METADATA_CORRUPT',
  },
  {
    what: 'a disk whose metadata ends too early',
    cluster: () => withDetached(1),
    node: 1,
    request: attach((metadata) => metadata.subarray(0, metadata.length - 4096)),
    code: 'METADATA_TOO_SMALL',
  },
  {
    what: 'a disk without metadata',
    cluster: () => withDetached(1),
    node: 1,
    request: attach((metadata) => metadata.fill(0)),
    code: 'METADATA_MISSING',
  },
  {
    what: 'a peer under the id of another one',
    cluster: primaryOn0,
    request: (id) => ({
      kind: 'add-peer',
      id,
      peer: { node: nodeId(1), name: 'other', protocol: 'C', diskful: true, slot: 0 },
    }),
    code: 'NODE_ID_IN_USE',
  },
];

describe('What is refused leaves every core and every disk as if nobody had asked:', () => {
  for (const { what, cluster: start, node = 0, request, code } of REFUSALS) {
    it(what, () => {
      const [cluster, neverAsked] = [start(), start()];
      const client = cluster.ask(node, (id) => request(id, cluster));
      for (const each of [cluster, neverAsked]) {
        each.settle();
        each.pass(60_000);
      }
      const outcome = cluster.outcomes.get(client);
      expect(outcome?.ok === false ? outcome.error.code : outcome).to.equal(code);
      expect(outcome?.ok === false && outcome.error.message).to.have.length.above(10);
      expect(stateOf(cluster)).to.deep.equal(stateOf(neverAsked));
    });
  }
});
