/** Typing mistakes: which of the known names somebody probably meant. */

const LENGTH_MAX = 128;

/** The one with the fewest changes of single characters, case ignored; the first of several. Empty when there are none. */
export function nearest(name: string, known: Iterable<string>): string {
  const wanted = name.slice(0, LENGTH_MAX).toLowerCase();
  let best = '';
  let least = Number.POSITIVE_INFINITY;
  for (const each of known) {
    const distance = editDistance(wanted, each.toLowerCase());
    if (distance >= least) continue;
    least = distance;
    best = each;
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
