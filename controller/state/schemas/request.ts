/** Answered requests as the store keeps them. */
import { z } from 'zod';
import type { RequestRecord } from '../../domain/request.ts';

export const answerSchema = z.object({
  severity: z.enum(['SUCCESS', 'INFO', 'WARN', 'ERROR']),
  code: z.number(),
  codeName: z.string(),
  message: z.string(),
  cause: z.string().optional(),
  correction: z.string().optional(),
  details: z.string().optional(),
  refs: z.record(z.string(), z.string()),
  placement: z
    .array(
      z.object({
        node: z.string(),
        pool: z.string(),
        filter: z.string(),
        reason: z.string(),
        score: z.number().optional(),
      }),
    )
    .optional(),
});

export const requestSchema: z.ZodType<RequestRecord> = z.object({
  id: z.string(),
  operation: z.string(),
  answers: z.array(answerSchema),
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
