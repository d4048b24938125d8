/** People and drivers: they ask whichever controller leads, and ask again with the same request id until one has answered. */
import type { Answer } from '../../controller/domain/answer.ts';
import type { Reply } from '../../controller/service/use-case.ts';
import type { Wish } from './plan.ts';
import { fulfil } from './wishes.ts';
import type { World } from './world.ts';

const RETRY_MS = 400;
const ATTEMPTS = 200;
const PATIENCE_MS = 2_000;
/** Answers that leave open what has happened, or come from a controller that does not lead. */
const UNDECIDED = ['STORE_FAILED', 'NOT_LEADER', 'INTERNAL'];

export class Users {
  /** Wishes without an answer. */
  pending = 0;
  private readonly world: World;
  private requests = 0;

  constructor(world: World) {
    this.world = world;
  }

  /** @returns whether it was acknowledged. */
  async ask(wish: Wish, again: boolean): Promise<boolean> {
    this.pending += 1;
    try {
      return await this.insist(wish, again);
    } catch (error) {
      this.world.report('ASSERT', error instanceof Error ? (error.stack ?? error.message) : String(error));
      return false;
    } finally {
      this.pending -= 1;
    }
  }

  private async insist(wish: Wish, again: boolean): Promise<boolean> {
    const { world } = this;
    const requestId = `request-${++this.requests}`;
    if (wish.kind === 'lost') this.throwAway(wish.node);
    world.watch.asked(wish);
    const asked = world.expectations.asked(wish);
    world.note(`${requestId} asks ${JSON.stringify(wish)}`);
    const reply = await this.answered(wish, requestId);
    const done = reply?.answers.some(({ severity }) => severity === 'SUCCESS') === true;
    world.note(
      `${requestId} ${done ? 'acknowledged' : 'refused'}: ${reply === undefined ? '' : textOf(reply.answers)}`,
    );
    if (!done || reply === undefined) {
      if (wish.kind === 'lost') this.bringBack(wish.node);
      return false;
    }
    if (wish.kind === 'lost') world.copies.giveUp(world.satellite(wish.node));
    world.expectations.acknowledged(asked);
    world.checkPromises();
    if (again) await this.repeat(wish, requestId, reply);
    return true;
  }

  /** Whoever declares a node lost has made sure that it does not come back. */
  private throwAway(node: string): void {
    this.world.satellite(node).kill();
    this.world.givenUp.add(node);
  }

  private bringBack(node: string): void {
    this.world.givenUp.delete(node);
    this.world.satellite(node).start();
  }

  private async repeat(wish: Wish, requestId: string, first: Reply): Promise<void> {
    const { world } = this;
    const second = await this.answered(wish, requestId);
    const told = first.answers[0]?.message;
    if (second === undefined || second.answers[0]?.message === told) return;
    world.report('O23', `${requestId} (${wish.kind}) was answered "${told}", and then "${second.answers[0]?.message}"`);
  }

  private async answered(wish: Wish, requestId: string): Promise<Reply | undefined> {
    const { world } = this;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { leader } = world;
      const { controller } = leader;
      if (controller !== undefined) {
        const call = { requestId, async: false, waitMs: PATIENCE_MS, signal: new AbortController().signal };
        const reply = await Promise.race([fulfil(controller.context, wish, call), leader.death]);
        if (reply !== undefined && !reply.answers.some(({ codeName }) => UNDECIDED.includes(codeName))) return reply;
        world.note(
          `${requestId} is open after ${leader.name}${reply === undefined ? '' : `: ${textOf(reply.answers)}`}`,
        );
      }
      await world.time.sleep(RETRY_MS);
    }
    return undefined;
  }
}

const textOf = (answers: readonly Answer[]): string =>
  answers.map(({ severity, codeName, message }) => `${severity} ${codeName} ${message}`).join('; ');
