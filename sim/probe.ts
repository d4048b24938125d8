/** A client at the end of a run: writes to every volume, flushes, reads back. The oracles watch it like any other client. */
import type { VolumeNumber } from '../common/ids.ts';
import type { Bytes } from '../common/units.ts';
import type { ClientOutcome } from '../satellite/replication/ports.ts';
import type { AckOracle } from './oracles/acknowledgement.ts';
import type { History } from './oracles/history.ts';
import type { SimNode } from './sim-node.ts';
import { SimPayload, simPayload } from './sim-payload.ts';

export interface ProbeWorld {
  readonly history: History;
  readonly acks: AckOracle;
  readonly sectorBytes: number;
}

/** @param done told the first refusal, or undefined when all volumes were served and are closed again */
export function probe(world: ProbeWorld, node: SimNode, done: (refusal: string | undefined) => void): void {
  const { history, acks, sectorBytes } = world;
  const length = sectorBytes as Bytes;
  const offset = 0 as Bytes;
  let left = node.config.volumes.length;
  let over = false;
  const end = (refusal: string | undefined): void => {
    if (over) return;
    over = true;
    for (const { volume } of node.config.volumes) node.input({ kind: 'close', volume, mode: 'read-write' });
    done(refusal);
  };
  const need = (what: string, next: (outcome: ClientOutcome & { ok: true }) => void) => (outcome: ClientOutcome) => {
    if (outcome.ok) next(outcome);
    else end(`${what} on n${node.id} failed: ${outcome.error.message}`);
  };
  const read = (volume: VolumeNumber): void => {
    const invoked = history.invokeRead();
    const check = need('a read', ({ payload }) => {
      if (payload !== undefined) history.completeRead(volume, 0, simPayload(payload).versions, invoked);
      left -= 1;
      if (left === 0) end(undefined);
    });
    node.request((id) => ({ kind: 'client-read', id, volume, offset, length }), check);
  };
  const flush = (volume: VolumeNumber): void => {
    const invoked = history.invokeRead();
    const check = need('a flush', () => {
      history.completeFlush(volume, invoked);
      acks.flushAcknowledged(node, volume, invoked);
      read(volume);
    });
    node.request((id) => ({ kind: 'client-flush', id, volume }), check);
  };
  const write = (volume: VolumeNumber): void => {
    const record = history.invokeWrite(volume, 0, 1, false);
    const payload = new SimPayload(length, Uint32Array.of(record.id), record.id);
    const check = need('a write', () => {
      history.completeWrite(record, true, false);
      acks.writeAcknowledged(node, record, false);
      flush(volume);
    });
    node.request((id) => ({ kind: 'client-write', id, volume, offset, payload, fua: false }), check);
  };
  for (const { volume } of node.config.volumes) {
    const check = need('opening', () => write(volume));
    node.request((id) => ({ kind: 'open', id, volume, mode: 'read-write' }), check);
  }
}
