/**
 * What the answers of the controller have promised (O20): which objects are there, which are not, which values count. A promise
 * ends when somebody asks for something that may change it.
 */
import { unreachable } from '../../common/assert.ts';
import type { OracleId } from '../oracles/violation.ts';
import type { Wish } from './plan.ts';
import type { SurvivingStore } from './surviving-store.ts';

/** The key of a record, or of one property of it: `resource-definitions/R1#Aux/x`. */
type Key = string;
type Promised = 'there' | 'gone' | { readonly value: string };

interface Stake {
  readonly key: Key;
  readonly promised: Promised;
}

export interface Asked {
  readonly wish: Wish;
  /** How often somebody had asked for something about each key, this time included. */
  readonly turns: ReadonlyMap<Key, number>;
}

export class Expectations {
  private readonly promises = new Map<Key, Promised>();
  private readonly turns = new Map<Key, number>();
  private readonly store: SurvivingStore;

  constructor(store: SurvivingStore) {
    this.store = store;
  }

  /** From now on nobody knows how it is, until the answer comes. */
  asked(wish: Wish): Asked {
    const touched = [...stakesOf(wish).map(({ key }) => key), ...this.alsoEnded(wish)];
    for (const key of touched) {
      this.promises.delete(key);
      this.turns.set(key, (this.turns.get(key) ?? 0) + 1);
    }
    return { wish, turns: new Map(touched.map((key) => [key, this.turns.get(key) ?? 0])) };
  }

  acknowledged({ wish, turns }: Asked): void {
    for (const { key, promised } of stakesOf(wish)) {
      if (turns.get(key) === this.turns.get(key)) this.promises.set(key, promised);
    }
  }

  /** Everybody knows that what came after a backup is lost with it. */
  forgetAll(): void {
    this.promises.clear();
  }

  /** @returns what is not as it was promised. */
  broken(): { readonly oracle: OracleId; readonly sentence: string } | undefined {
    for (const [key, promised] of this.promises) {
      const [record = '', property] = key.split('#');
      const stored = this.store.get(record);
      const value: unknown = stored === undefined ? undefined : JSON.parse(stored);
      const there = isRecord(value) && value['deletionRequestedAtMs'] === undefined;
      if (promised === 'gone' && there) return { oracle: 'O22', sentence: `${key} was deleted, and is there again` };
      if (promised === 'there' && !there)
        return { oracle: 'O20', sentence: `${key} was acknowledged, and is not there` };
      if (typeof promised === 'string') continue;
      const props = isRecord(value) && isRecord(value['props']) ? value['props'] : {};
      if (props[property ?? ''] !== promised.value) {
        return {
          oracle: 'O20',
          sentence: `${key} was set to ${promised.value} and is ${String(props[property ?? ''])}`,
        };
      }
    }
    return undefined;
  }

  private alsoEnded(wish: Wish): Key[] {
    const below = (prefix: string): Key[] => [...this.promises.keys()].filter((key) => key.startsWith(prefix));
    switch (wish.kind) {
      case 'lost':
      case 'node-delete':
        return [...below(`storage-pools/${wish.node.toUpperCase()}/`), ...below(`nodes/${wish.node.toUpperCase()}#`)];
      case 'definition-delete': {
        const name = wish.resource.toUpperCase();
        return [...below(`volume-definitions/${name}/`), ...below(`resource-definitions/${name}#`)];
      }
      default:
        return [];
    }
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What an acknowledgement of this wish promises. */
function stakesOf(wish: Wish): Stake[] {
  switch (wish.kind) {
    case 'node-create':
      return [{ key: `nodes/${wish.node.toUpperCase()}`, promised: 'there' }];
    case 'node-delete':
    case 'lost':
      return [{ key: `nodes/${wish.node.toUpperCase()}`, promised: 'gone' }];
    case 'pool-create':
    case 'pool-delete': {
      const key = `storage-pools/${wish.node.toUpperCase()}/${wish.pool.toUpperCase()}`;
      return [{ key, promised: wish.kind === 'pool-create' ? 'there' : 'gone' }];
    }
    case 'group-create':
      return [{ key: `resource-groups/${wish.group.toUpperCase()}`, promised: 'there' }];
    case 'node-property':
      return [{ key: `nodes/${wish.node.toUpperCase()}#${wish.key}`, promised: { value: wish.value } }];
    case 'setting':
    case 'evacuate':
    case 'restore':
      return [];
    default:
      return stakesOfResource(wish);
  }
}

function stakesOfResource(wish: Extract<Wish, { readonly resource: string }>): Stake[] {
  const definition = `resource-definitions/${wish.resource.toUpperCase()}`;
  const volumeKey = (volume: number): Key =>
    `volume-definitions/${wish.resource.toUpperCase()}/${String(volume).padStart(5, '0')}`;
  switch (wish.kind) {
    case 'define':
      return [{ key: definition, promised: 'there' }];
    case 'definition-delete':
      return [{ key: definition, promised: 'gone' }];
    case 'volume-create':
      return [{ key: volumeKey(wish.volume), promised: 'there' }];
    case 'volume-delete':
      return [{ key: volumeKey(wish.volume), promised: 'gone' }];
    case 'spawn':
      return [
        { key: definition, promised: 'there' },
        { key: volumeKey(0), promised: 'there' },
      ];
    case 'property':
      return [{ key: `${definition}#${wish.key}`, promised: { value: wish.value } }];
    case 'place':
    case 'create':
    case 'delete':
    case 'toggle':
    case 'migrate':
      return [];
    default:
      return unreachable(wish);
  }
}
