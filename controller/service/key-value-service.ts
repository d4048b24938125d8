/** Use cases of key-value stores. */
import { OperationError } from '../../common/errors.ts';
import { success } from '../domain/answer.ts';
import type { KeyValues } from '../domain/key-values.ts';
import { NO_PROPERTIES } from '../domain/properties.ts';
import { changedFreely, type PropertyChange } from '../properties/change.ts';
import { type CallOptions, type Reply, runUseCase, type ServiceContext } from './use-case.ts';

const NAME_LENGTH_MAX = 128;

export class KeyValueService {
  private readonly context: ServiceContext;

  constructor(context: ServiceContext) {
    this.context = context;
  }

  list(names: readonly string[]): readonly KeyValues[] {
    return this.context.state.view.keyValues
      .all()
      .filter(({ instance }) => names.length === 0 || names.includes(instance));
  }

  modify(name: string, change: PropertyChange, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `key-value-store modify ${name}`, call, (draft) => {
      const before = draft.keyValues.get(parseInstance(name));
      const props = changedFreely(before?.props ?? NO_PROPERTIES, change);
      const left = Object.keys(props).length;
      if (left > 0) draft.put('keyValues', { instance: name, props });
      else if (before !== undefined) draft.delete('keyValues', before);
      const message = left > 0 ? `Key-value store "${name}" changed` : `Key-value store "${name}" is empty`;
      return { answers: [success('MODIFIED', message)], targets: [] };
    });
  }

  delete(name: string, call: CallOptions): Promise<Reply> {
    return runUseCase(this.context, `key-value-store delete ${name}`, call, (draft) => {
      const found = draft.keyValues.get(name);
      if (found === undefined) {
        throw new OperationError('KEY_VALUES_NOT_FOUND', `There is no key-value store "${name.slice(0, 64)}"`, {
          correction: 'Look at: lockstep key-value-store list',
        });
      }
      draft.delete('keyValues', found);
      return { answers: [success('DELETED', `Key-value store "${name}" deleted`)], targets: [] };
    });
  }
}

/** Drivers put anything readable here; a slash would end the name. @throws OperationError INVALID_NAME. */
function parseInstance(name: string): string {
  if (name.length >= 1 && name.length <= NAME_LENGTH_MAX && /^[^\s/\p{C}]+$/u.test(name)) return name;
  throw new OperationError('INVALID_NAME', `"${name.slice(0, 64)}" is not a name of a key-value store`, {
    correction: `Use 1 to ${NAME_LENGTH_MAX} characters without spaces and "/".`,
  });
}
