/** Pure: which nodes have been away for so long that their replicas are made anew elsewhere (LINSTOR's auto-evict). */
import { type ClusterView, controllerProps, resourcesOf, resourcesOn } from '../domain/cluster-view.ts';
import { isGone, type Node, nameKey, sameName } from '../domain/node.ts';
import { type ClusterStatus, isAway, isOnline, observedResource } from '../domain/observed.ts';
import { firstValue, isYes } from '../domain/properties.ts';

const AFTER_MINUTES_DEFAULT = 720;
const DISCONNECTED_PERCENT_DEFAULT = 34;
const MINUTE_MS = 60_000;

export interface EvictionPlan {
  readonly evicted: readonly Node[];
  /** When it is worth another look; undefined: not before something changes. */
  readonly nextLookMs: number | undefined;
}

/** @param awaySinceMs by `nameKey`, on the clock of `nowMs`. */
export function planEvictions(
  view: ClusterView,
  status: ClusterStatus,
  awaySinceMs: ReadonlyMap<string, number>,
  nowMs: number,
): EvictionPlan {
  const nodes = view.nodes.all().filter((node) => !isGone(node));
  const away = nodes.filter(({ name }) => isAway(status, name));
  // Many at once: rather the network of the controller than so many nodes.
  if (away.length * 100 > nodes.length * mostPercent(view)) return { evicted: [], nextLookMs: undefined };
  const due = away
    .filter((node) => mayBeEvicted(view, node))
    .map((node) => ({ node, atMs: (awaySinceMs.get(nameKey(node.name)) ?? nowMs) + afterMs(view, node) }));
  const ripe = due.filter(({ atMs }) => atMs <= nowMs).map(({ node }) => node);
  const later = due.filter(({ atMs }) => atMs > nowMs).map(({ atMs }) => atMs);
  return {
    evicted: ripe.filter((node) => !isSeenByPeers(view, status, node)),
    nextLookMs: later.length === 0 ? undefined : Math.min(...later),
  };
}

const mayBeEvicted = (view: ClusterView, node: Node): boolean =>
  isYes(firstValue('DrbdOptions/AutoEvictAllowEviction', [node.props, controllerProps(view)]) ?? 'True');

const afterMs = (view: ClusterView, node: Node): number =>
  numberOr(firstValue('DrbdOptions/AutoEvictAfterTime', [node.props, controllerProps(view)]), AFTER_MINUTES_DEFAULT) *
  MINUTE_MS;

const mostPercent = (view: ClusterView): number =>
  numberOr(controllerProps(view)['DrbdOptions/AutoEvictMaxDisconnectedNodes'], DISCONNECTED_PERCENT_DEFAULT);

function numberOr(text: string | undefined, usual: number): number {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : usual;
}

/** The controller does not reach it, but some replica does: it lives, and its data is in use. */
function isSeenByPeers(view: ClusterView, status: ClusterStatus, node: Node): boolean {
  return resourcesOn(view, node.name).some(({ resourceName }) =>
    resourcesOf(view, resourceName)
      .filter((peer) => !sameName(peer.nodeName, node.name) && isOnline(status, peer.nodeName))
      .some((peer) =>
        observedResource(status, peer.nodeName, resourceName)?.connections.some(
          ({ peerName, state }) => sameName(peerName, node.name) && state === 'Connected',
        ),
      ),
  );
}
