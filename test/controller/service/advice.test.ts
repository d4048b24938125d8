import { expect } from 'chai';
import type { ResourceGroup } from '../../../controller/domain/resource-group.ts';
import { DEFAULT_GROUP, NO_FILTER } from '../../../controller/domain/resource-group.ts';
import type { Resource } from '../../../controller/domain/resource.ts';
import { NO_PROPERTIES, type Properties } from '../../../controller/domain/properties.ts';
import { StatusCache } from '../../../controller/satellites/status-cache.ts';
import { type AdviceQuestion, advise } from '../../../controller/service/advice.ts';
import { tablesOf } from '../../../controller/state/tables.ts';
import { aDefinition, aNode, aResource, aVolumeDefinition } from '../objects.ts';

const NODES = ['alpha', 'bravo', 'charlie', 'delta'];
const diskless = (node: string, id: number) => aResource(node, id, { diskful: false, storagePool: undefined });

interface Scene {
  readonly placeCount?: number;
  readonly props?: Properties;
  readonly offline?: readonly string[];
  readonly stale?: readonly string[];
  readonly usedOn?: string;
  readonly waiting?: readonly string[];
}

/** @returns the kinds, or with `whole` everything that is said. */
function adviceFor(resources: readonly Resource[], scene: Scene = {}, question: Partial<AdviceQuestion> = {}) {
  const { placeCount, props = NO_PROPERTIES, offline = [], stale = [], usedOn, waiting = [] } = scene;
  const filter = placeCount === undefined ? NO_FILTER : { ...NO_FILTER, placeCount };
  const group: ResourceGroup = { name: DEFAULT_GROUP, description: '', filter, props, createdAtMs: 0 };
  const status = new StatusCache();
  for (const name of NODES) {
    status.setConnection(name, offline.includes(name) ? 'OFFLINE' : 'ONLINE');
    const here = resources.find(({ nodeName }) => nodeName === name);
    if (here === undefined) continue;
    const diskState = stale.includes(name) ? 'Outdated' : 'UpToDate';
    const volume = { volume: 0, diskState, sizeKib: 4096, allocatedKib: 0, backingPath: '', nbdExport: '' };
    const inUse = usedOn === name;
    const role = inUse ? 'Primary' : 'Secondary';
    const { nodeId } = here;
    const observed = {
      name: 'db',
      nodeId,
      role,
      inUse,
      connections: [],
      problems: [],
      volumes: [{ ...volume, open: inUse }],
    };
    status.report(name, { full: false, pools: [], removedPools: [], removedResources: [], resources: [observed] });
  }
  const view = tablesOf({
    nodes: NODES.map((name) => aNode(name)),
    groups: [group],
    definitions: [aDefinition()],
    volumeDefinitions: [aVolumeDefinition()],
    resources,
  });
  const all = { resourceNames: [], maintenanceNodeName: '', kinds: [] };
  return advise({ view, status, waitingOf: () => waiting }, { ...all, ...question });
}

const kinds = (...words: Parameters<typeof adviceFor>): string[] => adviceFor(...words).map(({ kind }) => kind);
const TWO = [aResource('alpha', 0), aResource('bravo', 1)];
const THREE = [...TWO, aResource('charlie', 2)];

describe('Advice about resources', () => {
  it('has nothing to say of three replicas, or two with a third voter, as the group wants them', () => {
    expect(kinds(THREE, { placeCount: 3 })).to.deep.equal([]);
    expect(kinds([...TWO, diskless('charlie', 2)], { placeCount: 2 })).to.deep.equal([]);
  });

  it('warns of a single copy, and of more or fewer than the group wants', () => {
    expect(kinds([aResource('alpha', 0)], { placeCount: 2 })).to.deep.equal(['single-replica', 'too-few-replicas']);
    expect(kinds(THREE, { placeCount: 2 })).to.deep.equal(['too-many-replicas']);
    const [advice] = adviceFor([aResource('alpha', 0)], { placeCount: 3 });
    expect(advice?.possibleFix).to.equal('lockstep resource-definition auto-place db --place-count 3');
  });

  it('warns of two sides that may both write, and of halves of which none may', () => {
    expect(kinds(TWO)).to.deep.equal(['pot-split-brain']);
    expect(kinds(THREE, { props: { 'DrbdOptions/Resource/quorum': 'off' } })).to.deep.equal(['pot-split-brain']);
    expect(kinds(TWO, { props: { 'DrbdOptions/Resource/quorum': 'majority' } })).to.deep.equal(['no-tiebreaker']);
    expect(kinds([...THREE, aResource('delta', 3)])).to.deep.equal(['no-tiebreaker']);
  });

  it('warns of use without a disk, and tells what is waited for', () => {
    const scene = { usedOn: 'charlie', waiting: ['no node has room'] };
    const advice = adviceFor([...TWO, diskless('charlie', 2)], scene);
    expect(advice.map(({ kind }) => kind)).to.deep.equal(['diskless-in-use', 'waiting']);
    expect(advice[0]?.possibleFix).to.equal('lockstep resource toggle-disk charlie db');
    expect(advice[1]?.issue).to.equal('no node has room');
  });

  it('keeps to the kinds and names that are asked for, and refuses what it does not know', () => {
    expect(kinds([aResource('alpha', 0)], { placeCount: 2 }, { kinds: ['too-few-replicas'] })).to.have.length(1);
    expect(kinds(TWO, {}, { resourceNames: ['DB'] })).to.have.length(1);
    expect(() => adviceFor(TWO, {}, { kinds: ['bogus'] })).to.throw('not a kind of issue');
    expect(() => adviceFor(TWO, {}, { resourceNames: ['nothing'] })).to.throw('no resource definition');
    expect(() => adviceFor(TWO, {}, { maintenanceNodeName: 'nowhere' })).to.throw('no node');
  });
});

describe('Advice about taking a node down', () => {
  const without = (nodeName: string, resources: readonly Resource[], scene: Scene = {}): string[] =>
    kinds(resources, scene, { maintenanceNodeName: nodeName });

  it('is silent where two good copies and a majority stay, and about resources that are elsewhere', () => {
    expect(without('alpha', THREE)).to.deep.equal([]);
    expect(without('delta', [aResource('alpha', 0)])).to.deep.equal([]);
  });

  it('counts only copies that are up to date on nodes that are online', () => {
    expect(without('alpha', THREE, { stale: ['bravo', 'charlie'] })).to.deep.equal(['single-replica']);
    expect(without('alpha', THREE, { stale: ['bravo'] })).to.deep.equal(['too-few-replicas']);
    expect(without('alpha', [aResource('alpha', 0)])).to.deep.equal(['single-replica']);
  });

  it('warns where the majority would be lost', () => {
    expect(without('alpha', THREE, { offline: ['bravo'] })).to.deep.equal(['no-tiebreaker']);
    expect(without('charlie', [...TWO, diskless('charlie', 2)], { offline: ['bravo'] })).to.deep.equal([
      'no-tiebreaker',
    ]);
  });

  it('names what is in use there, with a disk or without', () => {
    expect(without('alpha', THREE, { usedOn: 'alpha' })).to.deep.equal(['in-use']);
    expect(without('delta', [...THREE, diskless('delta', 3)], { usedOn: 'delta' })).to.deep.equal(['diskless-in-use']);
  });
});
