/** The schema of an error response. */
import { ERRORS, type ErrorCode } from '@banter/protocol';
import { z } from 'zod';

/** The body of an error response (RFC 9457). */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    requestId: z.string(),
    retryAfterMs: z.number().nonnegative().exactOptional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).exactOptional(),
  })
  .meta({ id: 'Problem' });
