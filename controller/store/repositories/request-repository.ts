/** Answers of finished requests that carried an id, so that a retry gets the same answer: `requests/<id>`. */
import { z } from 'zod';
import type { Answer } from '../../domain/answer.ts';
import { Table } from './table.ts';

export interface RequestRecord {
  readonly id: string;
  readonly operation: string;
  readonly answers: readonly Answer[];
  readonly nodeNames: readonly string[];
  readonly volumeNumber?: number | undefined;
  readonly targets: readonly RequestTarget[];
  readonly atMs: number;
}

/** What the caller waits for after the transaction. */
export interface RequestTarget {
  readonly kind: 'resource' | 'storage-pool';
  readonly node: string;
  readonly name: string;
  readonly goal: 'applied' | 'gone';
}

const SCHEMA: z.ZodType<RequestRecord> = z.object({
  id: z.string(),
  operation: z.string(),
  answers: z.array(
    z.object({
      severity: z.enum(['SUCCESS', 'INFO', 'WARN', 'ERROR']),
      code: z.number(),
      codeName: z.string(),
      message: z.string(),
      cause: z.string().optional(),
      correction: z.string().optional(),
      details: z.string().optional(),
      refs: z.record(z.string(), z.string()),
    }),
  ),
  nodeNames: z.array(z.string()),
  volumeNumber: z.number().optional(),
  targets: z.array(
    z.object({
      kind: z.enum(['resource', 'storage-pool']),
      node: z.string(),
      name: z.string(),
      goal: z.enum(['applied', 'gone']),
    }),
  ),
  atMs: z.number(),
});

export const requestTable = (): Table<RequestRecord> => new Table('requests/', SCHEMA, (record) => record.id);
