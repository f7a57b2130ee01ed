/** Problems as the API describes and answers them. */
import { z } from "@hono/zod-openapi";

export {
  detailsOf,
  errorAnswer,
  HttpProblem,
  missing,
  problem,
  type ProblemDetails,
  TOO_LARGE,
  validationAnswer,
} from "./problem_answer.ts";

/** One thing that is wrong with a request. */
const FieldProblem = z.object({ field: z.string(), detail: z.string() });
export type FieldProblem = z.infer<typeof FieldProblem>;

/** What an answer of 400 or more says. */
export const ProblemDocument = z.object({
  /** `urn:millrace:problem:` and a stable name. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** What happened and what to do, one or two sentences. */
  detail: z.string(),
  /** The field of the request that is wrong, as a dotted path; absent when no single one is. */
  field: z.string().optional(),
  /** Where in the text of `field` the wrong part begins and how long it is, in UTF-16 units from 0. */
  position: z.int().optional(),
  length: z.int().optional(),
  /** Each field that is wrong. */
  errors: z.array(FieldProblem).optional(),
  /** Repeated in the log. */
  request_id: z.string().optional(),
}).openapi("Problem");
export type ProblemDocument = z.infer<typeof ProblemDocument>;

const DESCRIPTIONS = {
  400: "The request is not valid.",
  401: "No valid API key or token was given.",
  403: "The caller may not do this.",
  404: "There is no such thing, or it belongs to another person.",
  409: "It can't be done in the present state.",
  413: "The body is too large.",
  429: "Too many requests; see Retry-After.",
  503: "Not possible at the moment; see Retry-After.",
} as const;

/** The `responses` of a route for these problems, to be spread beside its successes. 401, 429 and 503 are always among them. */
export function problems<S extends keyof typeof DESCRIPTIONS>(...statuses: readonly S[]) {
  type Answer = { description: string; content: { "application/problem+json": { schema: typeof ProblemDocument } } };
  const all = new Set<keyof typeof DESCRIPTIONS>([...statuses, 401, 429, 503]);
  const entries = [...all].map((status): [number, Answer] => [status, {
    description: DESCRIPTIONS[status],
    content: { "application/problem+json": { schema: ProblemDocument } },
  }]);
  return Object.fromEntries(entries) as Record<S | 401 | 429 | 503, Answer>;
}
