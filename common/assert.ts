/** Invariant checks that stay on in production: a node that died can resync, one that went on writing cannot. */

export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** @throws InvariantError. Pass static text: a template literal would be built on every call. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Ends an exhaustive `switch`: a compile error for us, an InvariantError for impossible input. */
export function unreachable(value: never): never {
  throw new InvariantError(`unhandled variant: ${String(value)}`);
}
