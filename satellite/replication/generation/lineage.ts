/** The generations of a volume: what its data is, was, and is about to become. Plain data. */
import type { Generation } from '../../../common/ids.ts';

export interface Lineage {
  /** Generation of the data; on a diskless node the one that it has exposed to its clients. */
  current: Generation;
  history: Generation[];
  /** The generation before the last change, while no write of the new one has completed (diskless Primary). */
  unusedPrevious: Generation | undefined;
  /** What this Primary told its peers to move on to while its own disk was behind. */
  issued: { readonly previous: Generation; readonly current: Generation }[];
  generationDue: boolean;
  generationBusy: boolean;
}
