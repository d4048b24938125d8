/** All that there is in a run of the control plane: one store, controllers that come and go, satellites, and who watches them. */
import { nameKey } from '../../controller/domain/node.ts';
import { OperationError } from '../../common/errors.ts';
import type { OracleId } from '../oracles/violation.ts';
import { RandomStream } from '../prng.ts';
import { Trace } from '../trace.ts';
import { ControllerHost } from './controller-host.ts';
import { Copies, TICK_MS } from './copies.ts';
import { Expectations } from './expectations.ts';
import { Links } from './links.ts';
import type { ControlPlan } from './plan.ts';
import { SimSatellite } from './sim-satellite.ts';
import { SurvivingStore } from './surviving-store.ts';
import { VirtualTime } from './virtual-time.ts';
import { Watch } from './watch.ts';

const RESTART_MS = 500;

export class World {
  readonly time = new VirtualTime();
  readonly links = new Links();
  readonly satellites = new Map<string, SimSatellite>();
  readonly trace: Trace;
  readonly store: SurvivingStore;
  readonly expectations: Expectations;
  readonly watch: Watch;
  readonly copies: Copies;
  /** Nodes that were thrown away. */
  readonly givenUp = new Set<string>();
  violation: { readonly oracle: OracleId; readonly sentence: string } | undefined;
  /** The controller that users talk to. */
  leader: ControllerHost;
  private readonly plan: ControlPlan;
  private hosts = 0;

  constructor(plan: ControlPlan, recording: boolean) {
    this.plan = plan;
    this.trace = new Trace(recording);
    this.trace.useClock(() => Math.round(this.time.now * 1_000));
    this.store = new SurvivingStore(this.time, this.stream('store'));
    this.expectations = new Expectations(this.store);
    const report = (oracle: OracleId, sentence: string): void => this.report(oracle, sentence);
    this.watch = new Watch({ store: this.store, satellites: this.satellites, copies: () => this.copies, report });
    this.copies = new Copies(this.satellites, { links: this.links, stream: this.stream('copies'), report });
    this.copies.resyncMs = plan.resyncMs;
    this.store.onCommit = (writes) => {
      for (const write of writes)
        this.note(`store ${write.kind} ${write.key} ${write.kind === 'put' ? write.value : ''}`);
      this.watch.onCommit(writes);
    };
    const { time, links, satellites, watch: watcher } = this;
    for (const name of plan.satellites) {
      const stream = this.stream(`satellite/${name}`);
      satellites.set(name, new SimSatellite(name, { time, links, stream, watcher, satellites }));
    }
    this.links.onChange = () => {
      for (const satellite of satellites.values()) satellite.changed();
    };
    this.leader = this.startController();
    this.tick();
  }

  stream(name: string): RandomStream {
    return new RandomStream(this.plan.seed, `control/${name}`);
  }

  satellite(name: string): SimSatellite {
    const found = this.satellites.get(name);
    if (found === undefined) throw new OperationError('PLAN_INVALID', `there is no satellite "${name}"`);
    return found;
  }

  report(oracle: OracleId, sentence: string): void {
    this.note(`VIOLATION ${oracle} ${sentence}`);
    this.violation ??= { oracle, sentence };
  }

  note(text: string): void {
    let a = this.time.events;
    let b = text.length;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      a = Math.imul(a ^ code, 0x9e3779b1);
      b = (Math.imul(b, 31) + code) | 0;
    }
    this.trace.mix(Math.round(this.time.now), a, b);
    this.trace.line(undefined, text);
  }

  /** Takes over from whichever has been there; a supervisor starts it again when it ends by itself. */
  startController(): ControllerHost {
    const host = new ControllerHost(`c${++this.hosts}`);
    this.leader = host;
    const started = host.start({
      time: this.time,
      store: this.store,
      stream: this.stream(host.name),
      connect: (life) => (satellite, commander) => {
        const found = [...this.satellites.values()].find(({ name }) => nameKey(name) === nameKey(satellite.name));
        if (found === undefined) throw new OperationError('SATELLITE_UNREACHABLE', 'nobody has this address');
        return found.client(commander, life);
      },
      say: (text) => {
        this.note(text);
        if (text.includes('nothing can be changed any more')) host.kill();
      },
    });
    started
      .then(() => {
        if (host.alive) this.checkPromises();
      })
      .catch((error: unknown) => this.report('ASSERT', String(error)));
    void host.death.then(() => {
      this.note(`${host.name} is dead`);
      this.time.after(RESTART_MS, () => {
        if (this.leader === host) this.startController();
      });
    });
    return host;
  }

  checkPromises(): void {
    const broken = this.expectations.broken();
    if (broken !== undefined) this.report(broken.oracle, broken.sentence);
  }

  private tick(): void {
    this.copies.tick();
    this.time.after(TICK_MS, () => this.tick());
  }
}
