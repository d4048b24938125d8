/** Wire versions of two ends. Said twice: in the hello, before anything else, and again in FEATURES on the link itself. */

export interface WireVersions {
  readonly min: number;
  readonly max: number;
}

/** @returns why the two cannot talk, naming both ranges, or undefined. */
export function versionClash(
  who: string,
  theirs: { readonly versionMin: number; readonly versionMax: number },
  own: WireVersions,
): string | undefined {
  if (theirs.versionMin <= own.max && theirs.versionMax >= own.min) return undefined;
  return `${who} speaks wire versions ${theirs.versionMin} to ${theirs.versionMax}, this one ${own.min} to ${own.max}`;
}
