import type { Hono } from "hono";
import type { GraphContext, GraphDeps, GraphEnv } from "./context.ts";
import { badRequest, GraphError } from "./errors.ts";
import { errorAnswer, type graphGuard, tooMany } from "./guard.ts";
import { z } from "zod";

const REQUESTS_MAX = 20;
/** How many requests of a batch Outlook runs at once. */
const AT_ONCE = 4;

const Batch = z.object({
  requests: z.array(z.object({
    id: z.string().min(1),
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
    dependsOn: z.array(z.string()).optional(),
  })),
});
type BatchRequest = z.infer<typeof Batch>["requests"][number];

interface Answered {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** `POST /$batch`: up to twenty requests in one; answers come in another order (PROTOCOLS B6). */
export function batchRoute(app: Hono<GraphEnv>, guard: ReturnType<typeof graphGuard>, deps: GraphDeps): void {
  app.post(
    "/v1.0/$batch",
    guard("graph.batch", [], async (c, { me }) => {
      const requests = readBatch(await c.req.json().catch(() => undefined));
      const sequential = requests.every((one, index) => index === 0 || (one.dependsOn?.length ?? 0) > 0);
      const weight = (sequential ? 1 : Math.min(AT_ONCE, requests.length)) - 1;
      const over = deps.counts.enter(me.user, weight) - deps.faults.concurrencyPerMailbox;
      try {
        const answers: Answered[] = [];
        for (const [index, request] of requests.entries()) {
          const failed = (request.dependsOn ?? []).some((id) =>
            (answers.find((one) => one.id === id)?.status ?? 0) >= 400
          );
          if (failed) answers.push(await answered(request.id, failedDependency(deps)));
          else if (index < over) answers.push(await answered(request.id, overLimit(deps)));
          else answers.push(await answered(request.id, await run(app, c, request)));
        }
        return c.json({ responses: deps.chance.shuffle(answers) });
      } finally {
        deps.counts.leave(me.user, weight);
      }
    }),
  );
}

function readBatch(body: unknown): BatchRequest[] {
  const parsed = Batch.safeParse(body);
  if (!parsed.success) throw badRequest("Invalid batch payload format.");
  const { requests } = parsed.data;
  if (requests.length === 0 || requests.length > REQUESTS_MAX) {
    throw badRequest(`The number of batch requests must be between 1 and ${REQUESTS_MAX}.`);
  }
  const ids = new Set(requests.map((one) => one.id.toLowerCase()));
  if (ids.size < requests.length) throw badRequest("The id values of the batch requests are not unique.");
  for (const one of requests) {
    const type = Object.keys(one.headers ?? {}).some((name) => name.toLowerCase() === "content-type");
    if (one.body !== undefined && !type) throw badRequest("A request with a body needs a Content-Type header.");
  }
  return requests;
}

async function run(app: Hono<GraphEnv>, c: GraphContext, request: BatchRequest): Promise<Response> {
  const url = new URL(`/graph/v1.0/${request.url.replace(/^\//, "")}`, c.req.url);
  const headers = new Headers(request.headers);
  headers.set("authorization", c.req.header("authorization") ?? "");
  const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
  return await app.fetch(new Request(url, { method: request.method, headers, ...body }), { inner: true });
}

async function answered(id: string, response: Response): Promise<Answered> {
  const headers: Record<string, string> = {
    "Content-Type": response.headers.get("content-type") ?? "application/json",
  };
  const wait = response.headers.get("retry-after");
  if (wait !== null) headers["Retry-After"] = wait;
  const text = await response.text();
  return { id, status: response.status, headers, body: text === "" ? null : JSON.parse(text) };
}

function failedDependency(deps: GraphDeps): Response {
  return errorAnswer(deps, new GraphError(424, "FailedDependency", "A request this one depends on has failed."));
}

function overLimit(deps: GraphDeps): Response {
  const message = "Application is over its MailboxConcurrency limit.";
  return errorAnswer(deps, tooMany("ApplicationThrottled", message, deps.faults.throttleInner.retryAfterSeconds));
}
