/** Disks on their way in (Negotiating) and out (Detaching), and states that are on their way to disk. Plain data. */
import type { NodeId, PeerMask } from '../../../common/ids.ts';
import type { DiskState, Role } from '../../../common/states.ts';
import type { Bytes } from '../../../common/units.ts';
import type { Judgement } from '../handshake/verdict.ts';
import type { MetadataLayout } from '../metadata/layout.ts';
import type { Superblock } from '../metadata/superblock.ts';
import type { ClientRequestId, IoId, LinkId } from '../payload.ts';
import type { VolumeHandshake } from '../wire/frames.ts';

/** A disk as it was found. */
export interface DiskImage {
  /** The whole metadata area. */
  readonly metadata: Uint8Array;
  /** What the data area holds; absent: what the superblock says. */
  readonly capacityBytes?: Bytes;
}

export interface DiskTransit {
  negotiation: Negotiation | undefined;
  leaving: Leaving | undefined;
  /** What a disk that was given up is still to say, once the superblock write before it has returned. */
  lastWord: LastWord | undefined;
  /** The detach that was asked for with this id is for good: the volume is meant to have no disk here afterwards. */
  retiring: ClientRequestId | undefined;
  /** The timer of disk-timeout runs. */
  diskTimer: boolean;
  /** An idle volume empties its activity log on disk. */
  quiescing: boolean;
  /** The superblock without the crashed-primary flag is on its way to disk (demotion). */
  crashFlagBusy: boolean;
  /** The end of a resync is being made durable: on disk the volume is UpToDate already. */
  adopting: boolean;
  /** Consistent for no other reason than that a peer may have gone on without this disk (fencing). */
  heldByFencing: boolean;
}

export interface Negotiation {
  readonly client: ClientRequestId;
  /** What the disk becomes if no peer knows better. */
  readonly candidate: DiskState;
  /** As it was told to the peers. */
  readonly role: Role;
  readonly lastPrimary: NodeId | undefined;
  readonly lastDagtag: number;
  readonly told: Map<NodeId, VolumeHandshake>;
  /** Peers that still owe an answer. */
  waiting: PeerMask;
  readonly answers: NegotiationAnswer[];
}

export interface NegotiationAnswer {
  readonly peer: NodeId;
  readonly link: LinkId;
  readonly judgement: Judgement;
  readonly theirs: VolumeHandshake;
}

/** drain: no new I/O, what is under way ends; then bitmap, log and superblock are written. */
export interface Leaving {
  readonly client: ClientRequestId;
  stage: 'drain' | 'write';
}

/** Writes without the activity log (al-updates no): see unlogged.ts. */
export interface UnloggedWrites {
  /** Whether the superblock says that there may be some; `flagging`: it will once it is written, and none may go before. */
  unlogged: 'no' | 'flagging' | 'yes';
  /** Under way, or not known to be everywhere. */
  unloggedWrites: number;
  /** What they have left behind is being made durable: none may join them meanwhile. */
  unloggedSettling: boolean;
}

/** Follows the superblock write that was under way when the disk was given up (last-word.ts). */
export interface LastWord {
  readonly after: IoId;
  readonly layout: MetadataLayout;
  readonly superblock: Superblock;
}
