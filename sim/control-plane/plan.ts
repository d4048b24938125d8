/** What happens in a run of the control plane, as data: who asks for what, and what breaks when. */

/** What a person or a driver asks for. Names as in the API. */
export type Wish =
  | { readonly kind: 'node-create' | 'node-delete' | 'evacuate' | 'restore' | 'lost'; readonly node: string }
  | { readonly kind: 'pool-create' | 'pool-delete'; readonly node: string; readonly pool: string }
  | {
      readonly kind: 'group-create';
      readonly group: string;
      readonly places: number;
      readonly different: readonly string[];
    }
  | { readonly kind: 'define'; readonly resource: string; readonly group: string }
  | { readonly kind: 'volume-create' | 'volume-delete'; readonly resource: string; readonly volume: number }
  | { readonly kind: 'spawn'; readonly resource: string; readonly group: string }
  | { readonly kind: 'place' | 'definition-delete'; readonly resource: string }
  | { readonly kind: 'create'; readonly resource: string; readonly node: string; readonly diskless: boolean }
  | { readonly kind: 'delete'; readonly resource: string; readonly node: string }
  | { readonly kind: 'toggle'; readonly resource: string; readonly node: string; readonly diskless: boolean }
  | { readonly kind: 'migrate'; readonly resource: string; readonly from: string; readonly to: string }
  | { readonly kind: 'property'; readonly resource: string; readonly key: string; readonly value: string }
  | { readonly kind: 'node-property'; readonly node: string; readonly key: string; readonly value: string }
  | { readonly kind: 'setting'; readonly key: string; readonly value: string };

export type Fault =
  | { readonly kind: 'controller-crash'; readonly downMs: number }
  /** Another controller takes over; the old one goes on for this long. */
  | { readonly kind: 'second-controller'; readonly overlapMs: number }
  | { readonly kind: 'satellite-kill' | 'satellite-start'; readonly node: string }
  | { readonly kind: 'isolate' | 'rejoin'; readonly node: string }
  | { readonly kind: 'cut' | 'mend'; readonly a: string; readonly b: string }
  | { readonly kind: 'slow' | 'failing' | 'well'; readonly node: string }
  | { readonly kind: 'store-slow' | 'store-well' | 'store-fails' }
  | { readonly kind: 'open' | 'close'; readonly resource: string; readonly node: string }
  | { readonly kind: 'backup' | 'restore-backup' };

export type Entry =
  | { readonly at: number; readonly wish: Wish /** Asked once more after the answer. */; readonly again: boolean }
  | { readonly at: number; readonly fault: Fault };

export interface ControlPlan {
  readonly name: string;
  readonly seed: number;
  /** What it shows, for people. */
  readonly about?: string;
  /** Satellites that exist from the beginning; nodes of the cluster are made by wishes. */
  readonly satellites: readonly string[];
  readonly resyncMs: number;
  readonly entries: readonly Entry[];
  /** When faults and wishes are over and the cluster has to come to rest. */
  readonly endsAt: number;
  /** Evacuations and evictions are taken back at the end. */
  readonly restoreAtEnd: boolean;
  /** False: nobody can expect the cluster to come to rest by itself. */
  readonly converges?: boolean;
}
