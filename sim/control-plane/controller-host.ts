/** One process of the controller: the real code on virtual ports. Killing it means that none of its ports answers any more. */
import { type Controller, startController } from '../../controller/controller.ts';
import type { Log, Random } from '../../controller/ports.ts';
import type { ConnectSatellite } from '../../controller/satellites/satellite-client.ts';
import type { RandomStream } from '../prng.ts';
import type { SurvivingStore } from './surviving-store.ts';
import type { Life, VirtualTime } from './virtual-time.ts';

export interface HostPorts {
  readonly time: VirtualTime;
  readonly store: SurvivingStore;
  readonly stream: RandomStream;
  connect(life: Life): ConnectSatellite;
  /** Its log. */
  say(text: string): void;
}

export class ControllerHost implements Life {
  readonly name: string;
  alive = true;
  /** Once it has started. */
  controller: Controller | undefined;
  /** Resolves when it is dead. */
  readonly death: Promise<void>;
  private die: () => void = () => {};

  constructor(name: string) {
    this.name = name;
    this.death = new Promise((resolve) => {
      this.die = resolve;
    });
  }

  /** Dies by itself when the store says that another one has taken over, as its supervisor would see it. */
  async start(ports: HostPorts): Promise<void> {
    try {
      const controller = await startController({
        store: ports.store.open(this),
        connect: ports.connect(this),
        clock: ports.time.clockOf(this),
        random: this.random(ports.stream),
        log: this.log(ports),
      });
      if (this.alive) this.controller = controller;
    } catch (error) {
      ports.say(`${this.name} does not start: ${String(error)}`);
      this.kill();
    }
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.controller = undefined;
    this.die();
  }

  private random(stream: RandomStream): Random {
    let identities = 0;
    return {
      generation: () => {
        const text = (stream.next64() | 16n).toString(16).toUpperCase().padStart(16, '0');
        return `${text.slice(0, 15)}0`;
      },
      identity: () => `${this.name}-${++identities}`,
      jitter: () => stream.below(1_000) / 1_000,
    };
  }

  private log({ say }: HostPorts): Log {
    const line = (level: string) => (fields: object, message: string) => {
      if (this.alive) say(`${this.name} ${level} ${message} ${JSON.stringify(fields)}`);
    };
    return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  }
}
