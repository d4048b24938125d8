/** Makes the faults of a plan happen, and takes all of them back at the end. */
import { unreachable } from '../../common/assert.ts';
import { nameKey } from '../../controller/domain/node.ts';
import { CONTROLLER } from './links.ts';
import type { Fault } from './plan.ts';
import type { World } from './world.ts';

const WELL = { applyMs: 5, failPermille: 0 };
const SLOW = { applyMs: 900, failPermille: 0 };
const FAILING = { applyMs: 5, failPermille: 400 };
const STORE_WELL_MS = 2;
const STORE_SLOW_MS = 300;

export class Faults {
  private readonly world: World;
  private backup: ReturnType<World['store']['image']> | undefined;

  constructor(world: World) {
    this.world = world;
  }

  happen(fault: Fault): void {
    const { world } = this;
    world.note(`fault ${JSON.stringify(fault)}`);
    switch (fault.kind) {
      case 'controller-crash':
        return this.crash(fault.downMs);
      case 'second-controller': {
        const old = world.leader;
        world.startController();
        world.time.after(fault.overlapMs, () => old.kill());
        return;
      }
      case 'satellite-kill':
        return world.satellite(fault.node).kill();
      case 'satellite-start':
        if (!world.givenUp.has(fault.node)) world.satellite(fault.node).start();
        return;
      case 'isolate':
      case 'rejoin':
        return world.links.set(CONTROLLER, fault.node, fault.kind === 'rejoin');
      case 'cut':
      case 'mend':
        return world.links.set(fault.a, fault.b, fault.kind === 'mend');
      case 'slow':
      case 'failing':
      case 'well':
        Object.assign(world.satellite(fault.node), { slow: SLOW, failing: FAILING, well: WELL }[fault.kind]);
        return;
      default:
        return this.storeOrClient(fault);
    }
  }

  private storeOrClient(
    fault: Extract<Fault, { kind: `store-${string}` | 'open' | 'close' | 'backup' | 'restore-backup' }>,
  ): void {
    const { world } = this;
    switch (fault.kind) {
      case 'store-slow':
        world.store.latencyMs = STORE_SLOW_MS;
        return;
      case 'store-well':
        world.store.latencyMs = STORE_WELL_MS;
        return;
      case 'store-fails':
        world.store.failures += 1;
        return;
      case 'open':
      case 'close':
        return this.use(fault.resource, fault.node, fault.kind === 'open');
      case 'backup':
        this.backup = world.store.image();
        return;
      case 'restore-backup':
        world.leader.kill();
        if (this.backup !== undefined) world.store.restore(this.backup);
        world.expectations.forgetAll();
        world.watch.storeIsOld = true;
        return;
      default:
        return unreachable(fault);
    }
  }

  /** Everything works again, and nobody has anything open. */
  heal(): void {
    const { world } = this;
    world.links.mendAll();
    world.store.latencyMs = STORE_WELL_MS;
    world.store.failures = 0;
    for (const satellite of world.satellites.values()) {
      Object.assign(satellite, WELL);
      for (const held of satellite.resources.values()) held.open = false;
      if (!world.givenUp.has(satellite.name)) satellite.start();
      satellite.changed();
    }
  }

  private crash(downMs: number): void {
    const { world } = this;
    const { leader } = world;
    leader.kill();
    // The supervisor comes at its own time; this one may come before.
    world.time.after(downMs, () => {
      if (world.leader === leader) world.startController();
    });
  }

  /** There is one writer, where there is a good copy or a connection to one. */
  private use(resource: string, node: string, open: boolean): void {
    const { world } = this;
    for (const satellite of world.satellites.values()) {
      const held = satellite.resources.get(nameKey(resource));
      if (held === undefined) continue;
      held.open = open && satellite.name === node && world.links.isUp(node);
      satellite.changed();
    }
  }
}
