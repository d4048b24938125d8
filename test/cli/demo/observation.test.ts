import { expect } from 'chai';
import {
  isHealthy,
  LivePicture,
  type NodeObservation,
  observationLine,
  observationTable,
} from '../../../cli/demo/observation.ts';
import { PLAIN } from '../../../cli/terminal.ts';
import { aConnection, aPeerDevice, aResource } from '../status-builder.ts';

const HEALTHY: readonly NodeObservation[] = [
  { name: 'sat1', running: true, status: aResource({ role: 'Primary', connections: [aConnection({ name: 'sat2' })] }) },
  {
    name: 'sat2',
    running: true,
    status: aResource({ connections: [aConnection({ name: 'sat1', peerRole: 'Primary' })] }),
  },
];
const LOST: readonly NodeObservation[] = [
  {
    name: 'sat1',
    running: true,
    status: aResource({
      role: 'Primary',
      connections: [
        aConnection({
          name: 'sat2',
          state: 'Connecting',
          peerRole: 'Unknown',
          peerDevices: [aPeerDevice({ replication: 'Off', peerDisk: 'DUnknown', outOfSyncBytes: 12_582_912 })],
        }),
      ],
    }),
  },
  { name: 'sat2', running: false, status: undefined },
];

describe('the live picture', () => {
  it('shows a lost node, the connection to it and what it misses', () => {
    expect(observationTable(LOST, PLAIN)).to.equal(
      [
        '+-----------------------------------------------------------+',
        '| Node | Role    | Disk     | Peer | Connection | OutOfSync |',
        '|===========================================================|',
        '| sat1 | Primary | UpToDate | sat2 | Connecting |    12 MiB |',
        '| sat2 | killed  |          |      |            |           |',
        '+-----------------------------------------------------------+',
        '',
      ].join('\n'),
    );
    expect(observationLine(LOST)).to.equal('sat1 Primary UpToDate [sat2 Connecting 12 MiB] · sat2 killed');
  });

  it('calls a cluster healthy only when every replica and every link is', () => {
    expect(isHealthy(HEALTHY)).to.equal(true);
    expect(isHealthy(LOST)).to.equal(false);
    expect(isHealthy(HEALTHY.map((node) => ({ ...node, status: undefined })))).to.equal(false);
  });

  it('draws over itself on a terminal and prints lines elsewhere', () => {
    for (const redrawWidth of [80, undefined]) {
      let text = '';
      const sink = { write: (more: string) => (text += more) };
      const picture = new LivePicture({ out: sink, err: sink, style: PLAIN, animated: false, redrawWidth });
      picture.show('client: 1 MiB written', HEALTHY);
      picture.show('client: 2 MiB written', HEALTHY);
      expect(text.includes('\u001b[')).to.equal(redrawWidth !== undefined);
    }
  });
});
