import { expect } from 'chai';
import fc from 'fast-check';
import type { NodeId, VolumeNumber } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import type { DesiredPeer, DesiredVolume, StoredResource } from '../../../satellite/provision/desired-state.ts';
import { planResource, type ResourceStep, type WantedResource } from '../../../satellite/provision/plan.ts';

function aVolume(number: number, changes: Partial<DesiredVolume> = {}): DesiredVolume {
  return {
    volume: number as VolumeNumber,
    sizeBytes: 1_048_576 as Bytes,
    diskful: true,
    pool: 'pool1',
    blockBytes: 4096 as Bytes,
    peerSlots: 7,
    initialGeneration: undefined,
    options: {},
    ...changes,
  };
}
function aPeer(node: number, changes: Partial<DesiredPeer> = {}): DesiredPeer {
  return {
    node: node as NodeId,
    name: `sat${node}`,
    host: '127.0.0.1',
    port: 7000,
    protocol: 'C',
    diskful: true,
    slot: node,
    options: {},
    ...changes,
  };
}
function stored(changes: Partial<StoredResource> = {}): StoredResource {
  return { format: 1, name: 'r0', node: 0 as NodeId, removing: false, volumes: [], peers: [], options: {}, ...changes };
}
function wanted(volumes: DesiredVolume[], peers: DesiredPeer[], removed: number[] = []): WantedResource {
  return {
    resource: { name: 'r0', node: 0 as NodeId, volumes, peers, options: {} },
    removed: removed as VolumeNumber[],
  };
}
const kinds = (steps: readonly ResourceStep[]): string[] => steps.map(({ kind }) => kind);

describe('Resource plan', () => {
  it('is empty when all is as wanted', () => {
    const had = stored({ volumes: [{ ...aVolume(0), phase: 'ready' }], peers: [aPeer(1)] });
    expect(planResource(had, wanted([aVolume(0)], [aPeer(1)]))).to.deep.equal([]);
  });

  it('sets options that differ, on their own, and gives a peer its options together with the rest of it', () => {
    const had = stored({ volumes: [{ ...aVolume(0), phase: 'ready' }], peers: [aPeer(1)], options: { quorum: 'off' } });
    const volume = aVolume(0, { options: { 'al-extents': '600' } });
    const peer = aPeer(1, { options: { 'ping-int': '5' } });
    expect(planResource(had, wanted([volume], [peer]))).to.deep.equal([
      { kind: 'set-options', volume: undefined, options: {} },
      { kind: 'update-peer', peer },
      { kind: 'set-options', volume: 0, options: { 'al-extents': '600' } },
    ]);
  });

  it('makes a volume without options first: a refused one must not keep it from being made', () => {
    const volume = aVolume(0, { options: { 'al-extents': '600' } });
    expect(planResource(stored(), wanted([volume], []))).to.deep.equal([
      { kind: 'add-volume', volume: aVolume(0) },
      { kind: 'set-options', volume: 0, options: { 'al-extents': '600' } },
    ]);
  });

  it('never removes a volume that is merely absent, and removes one that carries the delete flag', () => {
    const had = stored({
      volumes: [
        { ...aVolume(0), phase: 'ready' },
        { ...aVolume(1), phase: 'ready' },
      ],
    });
    expect(planResource(had, wanted([aVolume(0)], []))).to.deep.equal([]);
    expect(planResource(had, wanted([aVolume(0)], [], [1, 9]))).to.deep.equal([{ kind: 'remove-volume', volume: 1 }]);
  });

  it('goes on with what a crash left unfinished', () => {
    const had = stored({
      volumes: [
        { ...aVolume(0), phase: 'formatting' },
        { ...aVolume(1), phase: 'removing' },
      ],
    });
    expect(kinds(planResource(had, wanted([aVolume(0), aVolume(1)], [])))).to.deep.equal([
      'finish-volume',
      'remove-volume',
      'add-volume',
    ]);
  });

  it('updates a peer whose address or protocol changed, and renews one whose bitmap slot changed', () => {
    const had = stored({ volumes: [{ ...aVolume(0), phase: 'ready' }], peers: [aPeer(1), aPeer(2), aPeer(3)] });
    const steps = planResource(
      had,
      wanted([], [aPeer(1, { host: '10.0.0.1' }), aPeer(2, { slot: 9 }), aPeer(3, { protocol: 'A' })]),
    );
    expect(kinds(steps)).to.deep.equal(['remove-peer', 'update-peer', 'add-peer', 'update-peer']);
  });

  it('keeps the links while somebody who had no disk gets one', () => {
    const diskful = stored({
      volumes: [{ ...aVolume(0), phase: 'ready' }],
      peers: [aPeer(1, { diskful: false, slot: undefined })],
    });
    expect(kinds(planResource(diskful, wanted([aVolume(0)], [aPeer(1)])))).to.deep.equal(['update-peer']);
    const none = aVolume(0, { diskful: false, pool: undefined });
    const diskless = stored({ volumes: [{ ...none, phase: 'ready' }], peers: [aPeer(1, { slot: undefined })] });
    expect(kinds(planResource(diskless, wanted([aVolume(0)], [aPeer(1)])))).to.deep.equal([
      'update-peer',
      'place-volume',
    ]);
  });

  it('retires the disk of a volume that is to be diskless, and places one where it is to be diskful again', () => {
    const diskful = aVolume(0);
    const diskless = aVolume(0, { diskful: false, pool: undefined });
    const steps = (had: typeof diskful, to: typeof diskful) =>
      kinds(planResource(stored({ volumes: [{ ...had, phase: 'ready' }], peers: [] }), wanted([to], [])));
    expect(steps(diskful, diskless)).to.deep.equal(['retire-volume']);
    expect(steps(diskless, diskful)).to.deep.equal(['place-volume']);
    expect(steps(diskless, diskless)).to.deep.equal([]);
  });

  it('refuses what cannot change in place, and still does the rest', () => {
    const had = stored({ volumes: [{ ...aVolume(0), phase: 'ready' }] });
    const smaller = aVolume(0, { sizeBytes: 524_288 as Bytes });
    expect(kinds(planResource(had, wanted([smaller, aVolume(1)], [aPeer(1)])))).to.deep.equal([
      'add-peer',
      'refuse',
      'add-volume',
    ]);
    const other: WantedResource = { ...wanted([], []), resource: { ...wanted([], []).resource, node: 3 as NodeId } };
    expect(kinds(planResource(had, other))).to.deep.equal(['refuse']);
  });

  it('lets a volume grow, after it is made', () => {
    const larger = aVolume(0, { sizeBytes: 2_097_152 as Bytes });
    const ready = stored({ volumes: [{ ...aVolume(0), phase: 'ready' }] });
    expect(planResource(ready, wanted([larger], []))).to.deep.equal([
      { kind: 'grow-volume', volume: 0, sizeBytes: 2_097_152 },
    ]);
    const half = stored({ volumes: [{ ...aVolume(0), phase: 'formatting' }] });
    expect(kinds(planResource(half, wanted([larger], [])))).to.deep.equal(['finish-volume', 'grow-volume']);
  });

  it('is empty once its steps have been taken', () => {
    const peers = fc.uniqueArray(
      fc.record({
        node: fc.integer({ min: 1, max: 5 }),
        port: fc.constantFrom(7000, 7001),
        protocol: fc.constantFrom('A' as const, 'C' as const),
      }),
      { selector: ({ node }) => node },
    );
    const volumes = fc.uniqueArray(fc.integer({ min: 0, max: 4 }));
    fc.assert(
      fc.property(
        peers,
        peers,
        volumes,
        volumes,
        volumes,
        (hadPeers, wantedPeers, hadVolumes, wantedVolumes, deleted) => {
          const had = stored({
            volumes: hadVolumes.map((number) => ({ ...aVolume(number), phase: 'ready' })),
            peers: hadPeers.map(({ node, ...changes }) => aPeer(node, changes)),
          });
          const aim = wanted(
            wantedVolumes.filter((number) => !deleted.includes(number)).map((number) => aVolume(number)),
            wantedPeers.map(({ node, ...changes }) => aPeer(node, changes)),
            deleted,
          );
          expect(planResource(taken(had, planResource(had, aim)), aim)).to.deep.equal([]);
        },
      ),
    );
  });
});

/** What the record says after all steps succeeded. */
function taken(had: StoredResource, steps: readonly ResourceStep[]): StoredResource {
  let { volumes, peers } = had;
  for (const step of steps) {
    if (step.kind === 'remove-volume') volumes = volumes.filter(({ volume }) => volume !== step.volume);
    if (step.kind === 'add-volume') volumes = [...volumes, { ...step.volume, phase: 'ready' }];
    if (step.kind === 'remove-peer') peers = peers.filter(({ node }) => node !== step.node);
    if (step.kind === 'add-peer') peers = [...peers, step.peer];
    if (step.kind === 'update-peer') peers = peers.map((peer) => (peer.node === step.peer.node ? step.peer : peer));
  }
  return { ...had, volumes, peers };
}
