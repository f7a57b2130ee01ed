import type { z } from "@hono/zod-openapi";

/**
 * A contract under a name in the OpenAPI document. The library gives `.openapi` only to schemas that are made after it
 * was loaded, and contracts know nothing of it: a copy has it, whatever was loaded first.
 */
export function named<S extends z.ZodType>(schema: S, name: string): S {
  return schema.clone().openapi(name);
}
