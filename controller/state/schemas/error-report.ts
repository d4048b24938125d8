/** Error reports as the store keeps them. */
import { z } from 'zod';
import type { ErrorReport } from '../../domain/error-report.ts';
import { answerSchema } from './request.ts';

export const errorReportSchema: z.ZodType<ErrorReport> = z.object({
  id: z.string(),
  atMs: z.number(),
  operation: z.string(),
  internal: z.boolean(),
  answer: answerSchema,
});
