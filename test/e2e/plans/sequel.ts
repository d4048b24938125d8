/** The second half of an action: the restart after a crash, the end of a partition. */
export interface Sequel {
  /** In the time of the plan. */
  readonly afterMs: number;
  readonly act: () => Promise<readonly Sequel[]>;
}

/** An administrator may be refused; the plan goes on. @returns whether it was done */
export async function allow(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch {
    return false;
  }
}
