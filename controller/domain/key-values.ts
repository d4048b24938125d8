/** Free maps for integrations. */
import type { Properties } from './properties.ts';

export interface KeyValues {
  readonly instance: string;
  readonly props: Properties;
}
