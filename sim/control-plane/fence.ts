/** Who may command a simulated satellite: as the real one, it obeys no older epoch, no other cluster, no older revision. */
import { type Answer, problem } from '../../controller/domain/answer.ts';
import type { Commander } from '../../controller/satellites/satellite-client.ts';

export class Fence {
  epoch = 0;
  private controllerId: string | undefined;
  private revision = 0;

  admit(commander: Commander): Answer[] {
    this.controllerId ??= commander.controllerId;
    if (commander.controllerId !== this.controllerId) {
      return [problem('ERROR', 'STALE_CONTROLLER', 'this satellite belongs to another cluster')];
    }
    if (commander.epoch < this.epoch) return [problem('ERROR', 'STALE_CONTROLLER', 'the epoch is over')];
    if (commander.epoch > this.epoch) this.revision = 0;
    this.epoch = commander.epoch;
    return [];
  }

  advance(revision: number): Answer[] {
    if (revision < this.revision) return [problem('ERROR', 'STALE_CONTROLLER', 'the revision is older')];
    this.revision = revision;
    return [];
  }
}
