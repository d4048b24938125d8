/**
 * What an I/O error means (option `on-io-error`, DRBD §7.1): the disk is given up (`detach`), that and a handler that
 * tells somebody (`call-local-io-error`), or only the blocks count as lost (`pass_on`). Errors of metadata and of
 * flushes always end the disk: the one is what everything rests on, and after the other nobody knows what is lost.
 */
import { diskAtLeast } from '../../../common/states.ts';
import { defer, deviceOf, type Io, type Resource, type TargetRequest, type Volume } from '../state.ts';
import { abandonSource } from '../resync/source.ts';
import { setDisk, setReplication } from '../transitions.ts';
import { tellHandler } from '../handlers/call.ts';
import { failIo, tellPeers } from './failure.ts';
import { markTowardsAll } from './marks.ts';
import { persistSuperblock } from './persistence.ts';
import type { IoId } from '../payload.ts';

/** `io` has been taken off the list already. */
export function onDiskError(r: Resource, id: IoId, io: Io): void {
  const { volume } = io;
  const policy = volume.options.onIoError;
  const range = rangeOf(io);
  if (policy === 'pass_on' && range !== undefined && diskAtLeast(volume.disk, 'Inconsistent')) {
    markTowardsAll(r, volume, range.offset, range.length);
    if (volume.disk !== 'Inconsistent' && isAnotherUpToDate(r, volume)) lower(r, volume);
    // Whoever took our refusal for the end of this disk hears that it is not.
    defer(r, { kind: 'announce' });
    failIo(r, io, []);
    return;
  }
  if (policy === 'call-local-io-error')
    tellHandler(r, { name: 'local-io-error', peer: undefined, volume: volume.number });
  // Put back so that it ends together with everything else that is under way on this disk.
  r.ios.set(id, io);
  volume.lowerPending += 1;
  defer(r, { kind: 'disk-failed', volume, io: id });
}

function rangeOf(io: Io): { readonly offset: number; readonly length: number } | undefined {
  switch (io.kind) {
    case 'own-write':
    case 'peer-write':
    case 'client-read':
    case 'peer-read':
    case 'rs-read':
    case 'rs-own-read':
    case 'rs-write':
    case 'verify-read':
      return io.owner;
    case 'rs-discard':
      return rangeOfRun(io.owners);
    default:
      return undefined;
  }
}

/** The requests of a run are adjacent, in order. */
function rangeOfRun(run: readonly TargetRequest[]): { readonly offset: number; readonly length: number } | undefined {
  const [first] = run;
  return first && { offset: first.offset, length: run.reduce((sum, { length }) => sum + length, 0) };
}

/** The last copy stays what it is: lowering it would turn one bad block into the loss of all (docs/decisions/0056). */
function isAnotherUpToDate(r: Resource, volume: Volume): boolean {
  for (const connection of r.connections.values())
    if (connection.state === 'Connected' && deviceOf(connection, volume).peerDisk === 'UpToDate') return true;
  return false;
}

/** Durable before the request that failed is answered by another copy: after a crash this disk must not pass for complete. */
function lower(r: Resource, volume: Volume): void {
  tellPeers(r, volume);
  for (const connection of r.connections.values()) {
    const device = deviceOf(connection, volume);
    abandonSource(r, device);
    if (device.replication !== 'Off') setReplication(r, device, 'Established');
  }
  setDisk(r, volume, 'Inconsistent', 'I/O error');
  volume.slotBusy += 1;
  persistSuperblock(r, volume, { kind: 'slot-persisted', volume });
}
