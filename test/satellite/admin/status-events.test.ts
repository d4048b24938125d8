import { expect } from 'chai';
import type { NodeId, PeerMask, VolumeNumber } from '../../../common/ids.ts';
import type { Bytes } from '../../../common/units.ts';
import { changeEvents, existsEvents, helperEvent, statusObjects } from '../../../satellite/admin/status-events.ts';
import type {
  ConnectionStatus,
  PeerDeviceStatus,
  ResourceStatus,
  VolumeStatus,
} from '../../../satellite/replication/status.ts';

const NO_BYTES = 0 as Bytes;

function aPeerDevice(changes: Partial<PeerDeviceStatus> = {}): PeerDeviceStatus {
  return {
    volume: 0 as VolumeNumber,
    replication: 'Established',
    peerDisk: 'UpToDate',
    peerClient: false,
    resyncSuspended: 'no',
    outOfSyncBytes: NO_BYTES,
    resyncDoneBlocks: 0,
    resyncTotalBlocks: 0,
    resyncRates: [],
    receivedBytes: NO_BYTES,
    sentBytes: NO_BYTES,
    pending: 0,
    unacked: 0,
    bitmapGeneration: '0000000000000000',
    ...changes,
  };
}
function aConnection(changes: Partial<ConnectionStatus> = {}): ConnectionStatus {
  return {
    peer: 1 as NodeId,
    name: 'sat2',
    protocol: 'C',
    state: 'Connected',
    reason: '',
    peerRole: 'Secondary',
    apInFlightBytes: NO_BYTES,
    damagedFrames: 0,
    rsInFlightBytes: NO_BYTES,
    peerDevices: [aPeerDevice()],
    ...changes,
  };
}
function aVolume(changes: Partial<VolumeStatus> = {}): VolumeStatus {
  return {
    volume: 0 as VolumeNumber,
    disk: 'UpToDate',
    client: false,
    open: false,
    quorum: true,
    sizeBytes: 4096 as Bytes,
    blockBytes: 4096 as Bytes,
    readBytes: NO_BYTES,
    writtenBytes: NO_BYTES,
    alWrites: 0,
    bmWrites: 0,
    upperPending: 0,
    lowerPending: 0,
    alSuspended: false,
    blocked: 'no',
    currentGeneration: '0000000000000004',
    history: [],
    flags: [],
    ...changes,
  };
}
function aResource(changes: Partial<ResourceStatus> = {}): ResourceStatus {
  return {
    name: 'r0',
    node: 0 as NodeId,
    role: 'Secondary',
    mayPromote: true,
    promotionScore: 10_101,
    suspended: [],
    forceIoFailures: false,
    writeOrdering: 'flush',
    primaryNeighbours: 0 as PeerMask,
    volumes: [aVolume()],
    connections: [aConnection()],
    ...changes,
  };
}
const look = (...resources: ResourceStatus[]) =>
  statusObjects(
    resources.map((status) => ({
      knownAs: status.name === 'r9' ? 'r0' : status.name,
      status,
      backingPath: () => '/pool/r0_00000',
      paths: () => [{ local: '10.0.0.1:7000', peer: '10.0.0.2:7000', established: true }],
    })),
  );

describe('Status events', () => {
  it('dump every object with its keys in print order, and end with "exists -"', () => {
    const lines = existsEvents(look(aResource())).map(({ action, object, keys }) =>
      [action, object, ...Object.entries(keys).map(([key, value]) => `${key}:${value}`)].join(' '),
    );
    expect(lines).to.deep.equal([
      'exists resource name:r0 role:Secondary suspended:no force-io-failures:no may_promote:yes promotion_score:10101',
      'exists device name:r0 volume:0 backing_dev:/pool/r0_00000 disk:UpToDate client:no open:no quorum:yes',
      'exists connection name:r0 peer-node-id:1 conn-name:sat2 connection:Connected role:Secondary',
      'exists path name:r0 peer-node-id:1 conn-name:sat2 local:10.0.0.1:7000 peer:10.0.0.2:7000 established:yes',
      'exists peer-device name:r0 peer-node-id:1 conn-name:sat2 volume:0 replication:Established peer-disk:UpToDate peer-client:no resync-suspended:no',
      'exists -',
    ]);
  });

  it('tell nothing when nothing differs, and only the keys that differ otherwise', () => {
    const before = look(aResource());
    expect(changeEvents(before, look(aResource()))).to.deep.equal([]);
    const after = look(aResource({ role: 'Primary', mayPromote: false, volumes: [aVolume({ open: true })] }));
    expect(changeEvents(before, after)).to.deep.equal([
      { action: 'change', object: 'resource', keys: { name: 'r0', role: 'Primary', may_promote: 'no' } },
      { action: 'change', object: 'device', keys: { name: 'r0', volume: '0', open: 'yes' } },
    ]);
  });

  it('tell the progress of a resync, never 100 before its end', () => {
    const syncing = aPeerDevice({ replication: 'SyncTarget', resyncDoneBlocks: 99_999, resyncTotalBlocks: 100_000 });
    const events = changeEvents(
      look(aResource()),
      look(aResource({ connections: [aConnection({ peerDevices: [syncing] })] })),
    );
    expect(events).to.deep.equal([
      {
        action: 'change',
        object: 'peer-device',
        keys: {
          name: 'r0',
          'peer-node-id': '1',
          'conn-name': 'sat2',
          volume: '0',
          replication: 'SyncTarget',
          done: '99.99',
        },
      },
    ]);
  });

  it('create what is new and destroy what is gone, the contained before the containing', () => {
    const events = changeEvents(look(aResource()), look(aResource({ name: 'r1', connections: [] })));
    expect(events.map(({ action, object, keys }) => `${action} ${object} ${keys['name']}`)).to.deep.equal([
      'destroy peer-device r0',
      'destroy path r0',
      'destroy connection r0',
      'destroy device r0',
      'destroy resource r0',
      'create resource r1',
      'create device r1',
    ]);
  });

  it('tell a new name once, and what changed with it under the new one', () => {
    // The builder knows "r9" as the resource "r0".
    const renamed = aResource({ name: 'r9', role: 'Primary', volumes: [aVolume({ open: true })] });
    expect(changeEvents(look(aResource()), look(renamed))).to.deep.equal([
      { action: 'rename', object: 'resource', keys: { name: 'r0', new_name: 'r9' } },
      { action: 'change', object: 'resource', keys: { name: 'r9', role: 'Primary' } },
      { action: 'change', object: 'device', keys: { name: 'r9', volume: '0', open: 'yes' } },
    ]);
  });

  it('tell when a handler begins and with which code it has ended, and nothing where there is none', () => {
    const call = {
      kind: 'handler',
      name: 'before-resync-target',
      peer: 1 as NodeId,
      volume: 0 as VolumeNumber,
    } as const;
    const identity = { name: 'r0', 'peer-node-id': '1', 'conn-name': 'sat2', volume: '0' };
    expect(helperEvent(aResource(), { ...call, phase: 'none' })).to.equal(undefined);
    expect(helperEvent(aResource(), { ...call, phase: 'call' })).to.deep.equal({
      action: 'call',
      object: 'helper',
      keys: { ...identity, helper: 'before-resync-target' },
    });
    expect(helperEvent(aResource(), { ...call, phase: 'response', exitCode: 3 })).to.deep.equal({
      action: 'response',
      object: 'helper',
      keys: { ...identity, helper: 'before-resync-target', status: '3' },
    });
  });
});
