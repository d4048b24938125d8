/**
 * Who may command this satellite: the cluster that it met first, and in it the controller process with the highest
 * epoch seen. Both are remembered durably before the command of a higher epoch is obeyed, so that an older controller
 * stays locked out even after a restart.
 */
import { z } from 'zod';
import { OperationError } from '../../common/errors.ts';
import { readIfPresent, writeDurably } from './durable-file.ts';

const schema = z.object({ format: z.literal(1), controllerId: z.string().max(256), epoch: z.int().min(0) });

export interface ControllerClaim {
  readonly controllerId: string;
  readonly epoch: number;
}

export class ControllerFence {
  readonly #path: string;
  #known: ControllerClaim | undefined;
  #revision = 0;
  #turn: Promise<void> = Promise.resolve();

  private constructor(path: string, known: ControllerClaim | undefined) {
    this.#path = path;
    this.#known = known;
  }

  /** @throws OperationError STORE_FAILED when the file exists and cannot be understood: obeying anyone then is a guess. */
  static async open(path: string): Promise<ControllerFence> {
    const text = await readIfPresent(path);
    if (text === undefined) return new ControllerFence(path, undefined);
    let known: ControllerClaim;
    try {
      known = schema.parse(JSON.parse(text));
    } catch {
      throw new OperationError('STORE_FAILED', `the file ${path} cannot be read`, {
        cause: 'it is not what this satellite writes',
        correction: 'Remove it if you know which controller is the right one; that one is then accepted as the first.',
      });
    }
    return new ControllerFence(path, known);
  }

  get epoch(): number {
    return this.#known?.epoch ?? 0;
  }

  /** Concurrent callers are judged one after the other. @throws OperationError STALE_CONTROLLER, INVALID_ARGUMENT. */
  admit(claim: ControllerClaim): Promise<void> {
    const verdict = this.#turn.then(() => this.#judge(claim));
    this.#turn = verdict.catch(() => undefined);
    return verdict;
  }

  async #judge(claim: ControllerClaim): Promise<void> {
    if (
      !Number.isSafeInteger(claim.epoch) ||
      claim.epoch < 0 ||
      claim.controllerId === '' ||
      claim.controllerId.length > 256
    ) {
      throw new OperationError('INVALID_ARGUMENT', 'a controller must state its id and its epoch');
    }
    const known = this.#known;
    if (known !== undefined && known.controllerId !== claim.controllerId) {
      throw new OperationError('STALE_CONTROLLER', 'this satellite belongs to another cluster', {
        cause: `it has served the controller ${known.controllerId}, the caller is ${claim.controllerId}`,
        correction: `To move the node, stop the satellite, remove ${this.#path}, and start it again.`,
      });
    }
    if (known !== undefined && claim.epoch < known.epoch) {
      throw new OperationError('STALE_CONTROLLER', `epoch ${claim.epoch} of the controller is over`, {
        cause: `a newer controller process with epoch ${known.epoch} commands this satellite`,
        correction: 'Stop the older controller process.',
      });
    }
    if (known !== undefined && claim.epoch === known.epoch) return;
    await writeDurably(this.#path, JSON.stringify({ format: 1, controllerId: claim.controllerId, epoch: claim.epoch }));
    this.#known = { controllerId: claim.controllerId, epoch: claim.epoch };
    this.#revision = 0;
  }

  /** After `admit`. @throws OperationError STALE_CONTROLLER for a state older than one already applied in this epoch. */
  advance(revision: number): void {
    if (revision < this.#revision) {
      throw new OperationError('STALE_CONTROLLER', `revision ${revision} is older than what is applied`, {
        cause: `revision ${this.#revision} of this epoch came before`,
      });
    }
    this.#revision = revision;
  }
}
