/** What the load generator is told, and what it answers: one line of JSON each. */
import { z } from "zod";

/** So many requests of one kind to a port of this machine. */
export const Order = z.object({
  port: z.int().positive(),
  connections: z.int().positive(),
  requests: z.int().positive(),
  /** The number of the first request; no two requests with different numbers are the same. */
  first: z.int().nonnegative(),
  kind: z.enum(["webhook", "push"]),
  /** The path in front of what the kind adds, such as `/webhooks/microsoft`; the bare route is told apart by it. */
  path: z.string().startsWith("/"),
  /** The bearer token, `""` for none. */
  token: z.string(),
});
export type Order = z.infer<typeof Order>;

/** What came of it. */
export const Report = z.object({
  seconds: z.number().positive(),
  /** How many answers of each status. */
  statuses: z.record(z.string(), z.int().positive()),
  /** Processor time that the generator itself took. */
  cpu_seconds: z.number().nonnegative(),
});
export type Report = z.infer<typeof Report>;
