import { expect } from 'chai';
import { apiJson } from '../../../cli/render/api-json.ts';
import {
  connectionsCell,
  nodeState,
  replicationCell,
  usageCell,
  type VolumeCells,
  volumeState,
} from '../../../cli/render/object-states.ts';

const aVolumeCell = (fields: Partial<VolumeCells> = {}): VolumeCells => ({
  flags: [],
  resourceFlags: [],
  diskState: 'UpToDate',
  peers: [],
  current: true,
  ...fields,
});
const aPeer = (replicationState: string, donePercent?: number) => ({
  peerNodeName: 'bravo',
  replicationState,
  peerDiskState: 'UpToDate',
  outOfSyncKib: 0,
  ...(donePercent === undefined ? {} : { donePercent }),
});

describe('state cells', () => {
  it("show the first of the conditions that holds, in LINSTOR's words and colours", () => {
    const table: [Partial<VolumeCells>, string, string | undefined][] = [
      [{ flags: ['DELETE'] }, 'DELETING', 'red'],
      [{ resourceFlags: ['DELETE'], current: false }, 'DELETING', 'red'],
      [{ current: false }, 'Unknown', 'yellow'],
      [{ diskState: 'DUnknown' }, 'Unknown', 'yellow'],
      [{ diskState: 'Diskless' }, 'Diskless', 'red'],
      [{ diskState: 'Diskless', resourceFlags: ['DISKLESS', 'DRBD_DISKLESS'] }, 'Diskless', 'green'],
      [{ diskState: 'Diskless', resourceFlags: ['DISKLESS', 'TIE_BREAKER'] }, 'TieBreaker', undefined],
      [{ diskState: 'Inconsistent' }, 'Inconsistent', 'red'],
      [{ diskState: 'Inconsistent', peers: [aPeer('SyncTarget', 42)] }, 'SyncTarget(42.00%)', 'yellow'],
      [{ diskState: 'Failed' }, 'Failed', 'red'],
      [{}, 'UpToDate', 'green'],
      [{ diskState: 'Outdated' }, 'Outdated', 'yellow'],
      [{ diskState: 'Consistent' }, 'Consistent', 'yellow'],
    ];
    for (const [fields, text, colour] of table)
      expect(volumeState(aVolumeCell(fields))).to.deep.equal({ text, colour });
    const { diskState: _absent, ...unreported } = aVolumeCell();
    expect(volumeState(unreported)).to.deep.equal({ text: 'Unknown', colour: 'yellow' });
  });

  it('group peers by the word for their connection', () => {
    const connection = (peerNodeName: string, connectionState: string) => ({
      peerNodeName,
      connectionState,
      peerRole: 'Unknown',
      protocol: 'C',
    });
    expect(connectionsCell({ current: true, connections: [connection('a', 'Connected')] }).text).to.equal('Ok');
    expect(connectionsCell({ current: true, connections: [] }).text).to.equal('Ok');
    const broken = [
      connection('a', 'StandAlone'),
      connection('b', 'Connecting'),
      connection('c', 'StandAlone'),
      connection('d', 'Connected'),
    ];
    expect(connectionsCell({ current: true, connections: broken })).to.deep.equal({
      text: 'StandAlone(a,c),Connecting(b)',
      colour: 'red',
    });
  });

  it('sum up replication, or name each peer with its progress', () => {
    expect(replicationCell({ current: true, peers: [aPeer('Established'), aPeer('Established')] }).text).to.equal(
      'Established(2)',
    );
    const peers = [
      aPeer('SyncTarget', 42),
      { ...aPeer('SyncSource', 10), peerNodeName: 'c' },
      { ...aPeer('Established'), peerNodeName: 'd' },
    ];
    expect(replicationCell({ current: true, peers }).text).to.equal(
      'bravo: SyncTarget(42.00%)\nc: SyncSource\nd: Established',
    );
  });

  it('claim nothing about a node that is away', () => {
    expect(usageCell({ inUse: true, current: false }).text).to.equal('');
    expect(usageCell({ inUse: true, current: true }).text).to.equal('InUse');
    expect(usageCell({ inUse: false, current: true }).text).to.equal('Unused');
    expect(replicationCell({ current: false, peers: [aPeer('Established')] }).text).to.equal('');
  });

  it("have LINSTOR's words for nodes, a flag before the connection", () => {
    const text = (connectionStatus: string, ...flags: string[]) => nodeState({ connectionStatus, flags }).text;
    expect(
      ['ONLINE', 'CONNECTED', 'OFFLINE', 'VERSION_MISMATCH', 'OTHER_CONTROLLER', 'UNKNOWN'].map((word) => text(word)),
    ).to.deep.equal([
      'Online',
      'Connected',
      'OFFLINE',
      'OFFLINE(VERSION MISMATCH)',
      'OFFLINE(OTHER_CONTROLLER)',
      'Unknown',
    ]);
    expect(text('ONLINE', 'DELETE', 'EVICTED')).to.equal('EVICTED');
    expect(text('SOMETHING_NEW')).to.equal('SOMETHING_NEW');
  });
});

describe('JSON of API objects', () => {
  it('has the field names of the contract, without bookkeeping, and leaves map keys alone', () => {
    expect(
      apiJson({
        nodeName: 'a',
        sizeKib: 5,
        _inUse: 'inUse',
        absent: undefined,
        problem: null,
        answers: [{ severity: 'SEVERITY_WARN', refs: { storagePool: 'p' } }],
      }),
    ).to.deep.equal({ node_name: 'a', size_kib: 5, answers: [{ severity: 'WARN', refs: { storagePool: 'p' } }] });
  });
});
