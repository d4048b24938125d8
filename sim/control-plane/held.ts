/** What a simulated satellite has of a resource. */
import type { DesiredPool, DesiredResource } from '../../controller/domain/desired.ts';

export interface Disk {
  /** Of the first generation that all copies descend from; undefined: just created, holds nothing. */
  lineage: string | undefined;
  state: 'UpToDate' | 'Inconsistent';
  /** Number of writes that it has seen. */
  version: number;
  syncedMs: number;
}

export interface HeldResource {
  desired: DesiredResource;
  readonly disks: Map<number, Disk>;
  /** A client has it open. */
  open: boolean;
}

/** As far as reports show it. */
export interface Holder {
  readonly name: string;
  readonly pools: ReadonlyMap<string, DesiredPool>;
  readonly resources: ReadonlyMap<string, HeldResource>;
  isOpenOn(peer: string, resource: string): boolean;
}
