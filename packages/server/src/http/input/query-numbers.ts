/** Finds the numbers among the fields of a query's schema. */
import { z } from 'zod';

/** Returns the names of the fields that become numbers. */
export function numbersOf(schema: z.ZodType): string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  return fields.filter(([, field]) => isNumber(field)).map(([name]) => name);
}

function isNumber(field: z.ZodType): boolean {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault || field instanceof z.ZodNullable)
    return isNumber(field.unwrap() as z.ZodType);
  return field instanceof z.ZodNumber;
}
