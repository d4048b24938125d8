/**
 * A Primary without quorum meets newer data: somebody else has gone on (drbd.md §6.1). It must not continue. With
 * `on-suspended-primary-outdated: force-secondary` it steps down under its clients, all I/O fails until the last of them
 * has closed, and it joins the others as a sync target; with `disconnect` it stays alone as it is.
 */
import { forgetUnusedStep } from '../generation/generations.ts';
import type { Handshaking } from '../handshake/progress.ts';
import { forgetFollowers } from '../resync/loss-cover.ts';
import { defer, type Resource } from '../state.ts';
import { isFrozen, setSuspended, tellSuspension } from './suspension.ts';
import { failWaiting } from './thaw.ts';

/** @returns true when this node has stepped down because of what the handshake told */
export function stepsDown(r: Resource, handshake: Handshaking): boolean {
  if (r.role !== 'Primary' || !isFrozen(r) || r.options.onSuspendedPrimaryOutdated !== 'force-secondary') return false;
  if (![...handshake.decisions.values()].some((decision) => decision.outcome === 'target')) return false;
  forceSecondary(r);
  return true;
}

function forceSecondary(r: Resource): void {
  r.forceIoFailures = true;
  r.role = 'Secondary';
  r.promotedByOpen = false;
  r.unconfirmed = 0;
  forgetFollowers(r);
  setSuspended(
    r,
    r.suspended.filter((reason) => reason === 'user'),
  );
  tellSuspension(r);
  failWaiting(r);
  for (const volume of r.volumes.values()) {
    volume.generationDue = false;
    forgetUnusedStep(r, volume);
  }
  r.ports.notify({ kind: 'role', role: 'Secondary' });
  defer(r, { kind: 'announce' });
  defer(r, { kind: 'reconsider-roles' });
}
