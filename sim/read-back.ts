/** The end of a run: the client closes, everything is read through one node, and after a partial heal one more client is served. */
import type { Bytes } from '../common/units.ts';
import type { Agenda } from './agenda.ts';
import type { Client } from './clients.ts';
import type { Fencing } from './fencing.ts';
import type { AckOracle } from './oracles/acknowledgement.ts';
import type { History } from './oracles/history.ts';
import { Violation } from './oracles/violation.ts';
import type { Plan } from './plan.ts';
import { probe } from './probe.ts';
import type { SimNode } from './sim-node.ts';
import { simPayload } from './sim-payload.ts';

const LIMIT_US = 60_000_000;
const FINAL_READ_BYTES = 262_144;

interface ConvergedWorld {
  readonly plan: Plan;
  readonly agenda: Agenda;
  readonly nodes: readonly SimNode[];
  readonly fencing: Fencing;
  readonly client: Client;
  readonly history: History;
  readonly acks: AckOracle;
  /** @returns false when nothing is left to happen until then */
  step(until: number): boolean;
}

/** @throws Violation O26, or whatever the oracles of reads find */
export function readBack(world: ConvergedWorld): void {
  const { plan, agenda, nodes, fencing, client, history, acks, step } = world;
  const deadline = agenda.now + LIMIT_US;
  while (!client.wrapUp()) {
    if (!step(deadline)) throw new Violation('O26', 'after convergence the client cannot close');
  }
  const readsOnlyItsOwn = plan.options?.['allowRemoteRead'] === false;
  const reader = nodes.find((node) => fencing.eligibility(node) !== 'no' && (node.diskful || !readsOnlyItsOwn));
  if (reader === undefined) throw new Violation('O26', 'after convergence no node may be opened');
  mustEnd(step, 'reading everything', deadline, (done) => readEverything(world, reader, done));
  if (plan.heal === undefined) return;
  mustEnd(step, 'serving a client', deadline, (done) =>
    probe({ history, acks, sectorBytes: plan.sectorBytes }, reader, done),
  );
}

function mustEnd(
  step: ConvergedWorld['step'],
  what: string,
  deadline: number,
  begin: (done: (refusal: string | undefined) => void) => void,
): void {
  let finished = false;
  begin((refusal) => {
    if (refusal !== undefined) throw new Violation('O26', `after convergence ${refusal}`);
    finished = true;
  });
  while (!finished) if (!step(deadline)) throw new Violation('O26', `after convergence ${what} does not end`);
}

/** Opens `node` once more and reads every volume in full; O3 and O4 apply. */
function readEverything(
  { plan, history }: Pick<ConvergedWorld, 'plan' | 'history'>,
  node: SimNode,
  done: (refusal: string | undefined) => void,
): void {
  const unit = plan.sectorBytes;
  const volumes = node.config.volumes.map(({ volume }) => volume);
  let left = 0;
  const readAll = (): void => {
    for (const { volume } of node.config.volumes) {
      const sizeBytes = node.sectorsOf(volume) * unit;
      for (let offset = 0; offset < sizeBytes; offset += FINAL_READ_BYTES) {
        const length = Math.min(FINAL_READ_BYTES, sizeBytes - offset);
        const invoked = history.invokeRead();
        left += 1;
        node.request(
          (id) => ({ kind: 'client-read', id, volume, offset: offset as Bytes, length: length as Bytes }),
          (outcome) => {
            if (!outcome.ok) return done(`a final read failed: ${outcome.error.message}`);
            if (outcome.payload !== undefined) {
              history.completeRead(volume, offset / unit, simPayload(outcome.payload).versions, invoked);
            }
            left -= 1;
            if (left === 0) finish();
          },
        );
      }
    }
  };
  const finish = (): void => {
    for (const volume of volumes) node.input({ kind: 'close', volume, mode: 'read-write' });
    done(undefined);
  };
  let opening = volumes.length;
  for (const volume of volumes) {
    node.request(
      (id) => ({ kind: 'open', id, volume, mode: 'read-write' }),
      (outcome) => {
        if (!outcome.ok) return done(`opening n${node.id} failed: ${outcome.error.message}`);
        opening -= 1;
        if (opening === 0) readAll();
      },
    );
  }
}
