/** Fresh generation identifiers: 64 random bits. A repeated one would make two different data sets look alike. */
import { randomBytes } from 'node:crypto';
import type { Generation } from '../../common/ids.ts';

/** Values below are spoken for: 0 = none, 4 = JUST_CREATED, each with or without the lowest bit ("written by a Primary"). */
const RESERVED_BELOW = 8n;

export function newGeneration(): Generation {
  for (;;) {
    const value = randomBytes(8).readBigUInt64BE();
    if (value >= RESERVED_BELOW) return value as Generation;
  }
}
