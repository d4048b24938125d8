import { expect } from 'chai';
import { donePercent, renderStatus, statusJson } from '../../../cli/render/drbd-status.ts';
import { PLAIN } from '../../../cli/terminal.ts';
import { aConnection, aPeerDevice, aResource, aVolume } from '../status-builder.ts';

const BRIEF = { verbose: false, statistics: false };

describe('status text', () => {
  it('hides what has its usual value', () => {
    expect(renderStatus([aResource()], BRIEF, PLAIN)).to.equal(
      ['r0 role:Secondary', '  disk:UpToDate open:no', '  sat2 role:Secondary', '    peer-disk:UpToDate', '', ''].join(
        '\n',
      ),
    );
  });

  it('tells a lost peer, a resync and its progress', () => {
    const resource = aResource({
      role: 'Primary',
      volumes: [aVolume({ open: true })],
      connections: [
        aConnection({
          peerDevices: [
            aPeerDevice({
              replication: 'SyncSource',
              peerDisk: 'Inconsistent',
              resyncDoneBlocks: 333,
              resyncTotalBlocks: 1000,
            }),
          ],
        }),
        aConnection({
          peer: 2,
          name: 'sat3',
          state: 'Connecting',
          peerRole: 'Unknown',
          peerDevices: [aPeerDevice({ replication: 'Off', peerDisk: 'DUnknown' })],
        }),
      ],
    });
    expect(renderStatus([resource], BRIEF, PLAIN)).to.equal(
      [
        'r0 role:Primary',
        '  disk:UpToDate open:yes',
        '  sat2 role:Secondary',
        '    replication:SyncSource peer-disk:Inconsistent done:33.30',
        '  sat3 connection:Connecting',
        '',
        '',
      ].join('\n'),
    );
  });

  it('numbers the volumes when there are several', () => {
    const resource = aResource({
      volumes: [aVolume(), aVolume({ volume: 1, disk: 'Diskless', client: true })],
      connections: [
        aConnection({ peerDevices: [aPeerDevice(), aPeerDevice({ volume: 1, resyncSuspended: 'dependency' })] }),
      ],
    });
    expect(renderStatus([resource], BRIEF, PLAIN)).to.equal(
      [
        'r0 role:Secondary',
        '  volume:0 disk:UpToDate open:no',
        '  volume:1 disk:Diskless client:yes open:no',
        '  sat2 role:Secondary',
        '    volume:0 peer-disk:UpToDate',
        '    volume:1 peer-disk:UpToDate resync-suspended:dependency',
        '',
        '',
      ].join('\n'),
    );
  });

  it('shows everything with --verbose --statistics, amounts in KiB and requests in sectors', () => {
    const resource = aResource({
      volumes: [
        aVolume({ backingPath: '/pool/r0_00000', readBytes: 4096, writtenBytes: 8192, alWrites: 3, bmWrites: 2 }),
      ],
      connections: [
        aConnection({
          apInFlightBytes: 4096,
          peerDevices: [aPeerDevice({ sentBytes: 2048, outOfSyncBytes: 1_048_576, pending: 1 })],
        }),
      ],
    });
    expect(renderStatus([resource], { verbose: true, statistics: true }, PLAIN)).to.equal(
      [
        'r0 node-id:0 role:Secondary suspended:no force-io-failures:no',
        '    write-ordering:flush',
        '  volume:0 disk:UpToDate client:no backing_dev:/pool/r0_00000 quorum:yes open:no',
        '      size:262144 read:4 written:8 al-writes:3 bm-writes:2 upper-pending:0 lower-pending:0 al-suspended:no blocked:no',
        '  sat2 node-id:1 connection:Connected role:Secondary congested:no',
        '      ap-in-flight:8 rs-in-flight:0',
        '    volume:0 replication:Established peer-disk:UpToDate peer-client:no resync-suspended:no',
        '        received:0 sent:2 out-of-sync:1024 pending:1 unacked:0',
        '',
        '',
      ].join('\n'),
    );
  });

  it('tells what is wrong, why, and what to do', () => {
    const problem = {
      code: 'METADATA_FOREIGN',
      number: 1502,
      message: 'volume 0 has the disk of r1',
      cause: 'two disks\nswapped',
      correction: 'swap them',
    };
    expect(renderStatus([aResource({ connections: [], problems: [problem] })], BRIEF, PLAIN)).to.equal(
      [
        'r0 role:Secondary',
        '  problem: volume 0 has the disk of r1 (METADATA_FOREIGN, 1502)',
        '      cause: two disks swapped',
        '      correction: swap them',
        '  disk:UpToDate open:no',
        '',
        '',
      ].join('\n'),
    );
  });

  it('says so when there is no resource', () => {
    expect(renderStatus([], BRIEF, PLAIN)).to.equal('# No currently configured resources.\n');
  });

  it('shows 100 percent only at the end', () => {
    const running = { replication: 'SyncTarget', resyncTotalBlocks: 100_000 } as const;
    expect(donePercent(aPeerDevice({ ...running, resyncDoneBlocks: 99_999 }))).to.equal(99.99);
    expect(donePercent(aPeerDevice({ ...running, resyncDoneBlocks: 100_000 }))).to.equal(100);
    expect(donePercent(aPeerDevice())).to.equal(undefined);
  });

  it('has every key of drbdsetup status --json but the minor number, which does not exist here', () => {
    const words = (text: string): string[] => text.trim().split(/\s+/);
    const resource = first(statusJson([aResource()]));
    expect(resource).to.include.keys(
      words(`name node-id role suspended suspended-user suspended-no-data suspended-fencing suspended-quorum
        force-io-failures write-ordering devices connections`),
    );
    expect(first(resource['devices'])).to.include.keys(
      words(`volume disk-state client open quorum size read written al-writes bm-writes upper-pending lower-pending`),
    );
    const connection = first(resource['connections']);
    expect(connection).to.include.keys(
      words(`peer-node-id name connection-state congested peer-role ap-in-flight rs-in-flight paths peer_devices`),
    );
    expect(first(connection['paths'])).to.have.all.keys(words('this_host remote_host established'));
    expect(first(connection['peer_devices'])).to.include.keys(
      words(`volume replication-state peer-disk-state peer-client resync-suspended received sent out-of-sync pending
        unacked has-sync-details has-online-verify-details percent-in-sync`),
    );
  });

  it('tells how fast a resync runs and when it will be done, with --verbose --statistics and in JSON', () => {
    const MIB = 1_048_576;
    const syncing = aPeerDevice({
      replication: 'SyncTarget',
      outOfSyncBytes: 60 * MIB,
      resyncRates: [8 * MIB, 4 * MIB],
    });
    const resource = aResource({ connections: [aConnection({ peerDevices: [syncing] })] });
    const text = renderStatus([resource], { verbose: true, statistics: true }, PLAIN);
    expect(text).to.contain('unacked:0 dbdt0:8.00 dbdt1:4.00 eta:15');
    expect(first(first(first(statusJson([resource]))['connections'])['peer_devices'])).to.deep.include({
      dbdt0: 8,
      dbdt1: 4,
      eta: 15,
    });
  });

  it('tells a verify apart from a resync', () => {
    const detailsOf = (replication: 'VerifyS' | 'SyncTarget' | 'Established'): unknown[] => {
      const running = aPeerDevice({ replication, resyncDoneBlocks: 1, resyncTotalBlocks: 4 });
      const resource = first(statusJson([aResource({ connections: [aConnection({ peerDevices: [running] })] })]));
      const device = first(first(resource['connections'])['peer_devices']);
      return [device['has-sync-details'], device['has-online-verify-details'], device['percent-in-sync']];
    };
    expect(detailsOf('VerifyS')).to.deep.equal([false, true, 25]);
    expect(detailsOf('SyncTarget')).to.deep.equal([true, false, 25]);
    expect(detailsOf('Established')).to.deep.equal([false, false, 100]);
  });

  it('shows a congested peer, and one that is meant to have no disk, also without --verbose', () => {
    const client = aPeerDevice({ peerDisk: 'Diskless', peerClient: true });
    const lines = renderStatus(
      [aResource({ connections: [aConnection({ congested: true, peerDevices: [client] })] })],
      BRIEF,
      PLAIN,
    );
    expect(lines).to.contain('sat2 role:Secondary congested:yes').and.to.contain('peer-disk:Diskless peer-client:yes');
  });
});

function first(list: unknown): Record<string, unknown> {
  const [item] = list as Record<string, unknown>[];
  if (item === undefined) throw new Error('the list is empty');
  return item;
}
