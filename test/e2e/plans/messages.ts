/** What the runner of a plan and a satellite under test say to each other over the channel that Node gives a child. */
import type { VolumeNumber } from '../../../common/ids.ts';
import type { HostRequest } from '../../../satellite/engine/resource-host.ts';
import type { ReplicationEvent } from '../../../satellite/replication/events.ts';
import type { ResourceStatus } from '../../../satellite/replication/status.ts';
import type { DeviceOperation } from '../../../satellite/storage/decorators/fault-device.ts';
import type { SurvivorKind } from '../../../sim/survivors.ts';

export const RESOURCE = 'planned';
/** Environment variables of the satellite under test. */
export const ENV = { options: 'LOCKSTEP_PLAN_OPTIONS', cache: 'LOCKSTEP_PLAN_CACHE' } as const;

/**
 * Who keeps what a disk has accepted and not flushed: `kernel`, as in production: it survives SIGKILL; `process`: the death of the
 * process is a power cut; `lying`: as that, and a flush only says that it was done.
 */
export const CACHES = ['kernel', 'process', 'lying'] as const;
export type DiskCache = (typeof CACHES)[number];

export type Command =
  | { readonly do: 'perform'; readonly request: HostRequest }
  | { readonly do: 'attach' | 'detach'; readonly volume: VolumeNumber }
  | { readonly do: 'status' }
  | {
      readonly do: 'fail';
      readonly volume: VolumeNumber;
      readonly area: 'data' | 'metadata';
      readonly operation: DeviceOperation;
      readonly nth: number;
    }
  /** From now on no disk answers; or all do again. */
  | { readonly do: 'stall' | 'resume' | 'heal-disks' }
  /** Answered when the files hold what survives; nothing else happens after that: to be killed. */
  | { readonly do: 'cut-power'; readonly survivors: SurvivorKind; readonly seed: number };

export interface Call {
  readonly id: number;
  readonly command: Command;
}

export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answer'; readonly id: number; readonly error?: string; readonly status?: ResourceStatus }
  | { readonly kind: 'event'; readonly event: ReplicationEvent };
