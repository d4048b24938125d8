import { expect } from 'chai';
import { copyQuality, NEVER_SEEN, type ObservedResource } from '../../../controller/domain/observed.ts';
import { aResource } from '../objects.ts';

describe('The quality of a copy', () => {
  const report: ObservedResource = {
    name: 'db',
    nodeId: 1,
    role: 'Secondary',
    inUse: false,
    volumes: [
      {
        volume: 0,
        diskState: 'UpToDate',
        sizeKib: 4096,
        allocatedKib: 4096,
        backingPath: '',
        nbdExport: 'db/0',
        open: false,
      },
    ],
    connections: [],
    problems: [],
  };
  const status = {
    node: () => ({ ...NEVER_SEEN, connection: 'ONLINE' as const, resources: new Map([['DB', report]]) }),
  };

  it('is not known from what an earlier replica on the same node has reported last', () => {
    expect(copyQuality(status, aResource('alpha', 1), [0])).to.equal('up-to-date');
    expect(copyQuality(status, aResource('alpha', 2), [0])).to.equal('unknown');
  });
});
