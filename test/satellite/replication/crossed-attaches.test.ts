import { expect } from 'chai';
import { volumeNumber } from '../../../common/ids.ts';
import { Cluster } from './cluster.ts';

const VOLUME = volumeNumber(0);

/** More than a few round trips of instant links, less than any patience: two attempts to connect at most. */
const A_MOMENT_MS = 400;

describe('Disks that are attached on all nodes at the same moment', () => {
  for (const nodes of [2, 3, 4, 6, 8]) {
    it(`leave Negotiating within a few round trips among ${nodes} connected nodes`, () => {
      const cluster = new Cluster({ nodes });
      const all = Array.from({ length: nodes }, (_, id) => id);
      for (const id of all)
        cluster.request(id, (client) => ({ kind: 'detach', id: client, volume: VOLUME, force: true }));
      cluster.pass(100);
      expect(all.map((id) => cluster.disk(id))).to.deep.equal(all.map(() => 'Diskless'));
      const clients = all.map((id) =>
        cluster.ask(id, (client) => ({
          kind: 'attach',
          id: client,
          volume: VOLUME,
          metadata: cluster.member(id).metadata.slice(),
        })),
      );
      cluster.settle();
      cluster.pass(A_MOMENT_MS);
      expect(clients.map((client) => cluster.outcomes.get(client)?.ok)).to.deep.equal(all.map(() => true));
      expect(all.map((id) => cluster.disk(id))).to.deep.equal(all.map(() => 'UpToDate'));
      for (const id of all) {
        const states = cluster
          .core(id)
          .status()
          .connections.map(({ state }) => state);
        expect(states, `links of node ${id}`).to.deep.equal(states.map(() => 'Connected'));
      }
    });
  }
});
