import type { Hono } from "hono";
import type { GoogleContext, GoogleDeps, GoogleEnv } from "./context.ts";
import { GoogleError, invalid } from "./errors.ts";
import { googleErrorAnswer, type GoogleGuard } from "./guard.ts";

/** How many calls a batch may hold, and the paths that it may call. */
const BATCHES = {
  gmail: { version: "v1", requests_max: 100 },
  calendar: { version: "v3", requests_max: 1_000 },
  drive: { version: "v3", requests_max: 100 },
} as const;

interface BatchPart {
  readonly contentId: string | undefined;
  readonly method: string;
  readonly path: string;
}

/** `POST /batch/{api}/{version}`: many calls in multipart/mixed; answers come in another order (PROTOCOLS C2, C4). */
export function batchRoutes(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps): void {
  for (const api of ["gmail", "calendar", "drive"] as const) batchRoute(app, guard, deps, api);
}

function batchRoute(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps, api: keyof typeof BATCHES): void {
  const { version, requests_max } = BATCHES[api];
  app.post(
    `/google/batch/${api}/${version}`,
    guard(`${api}.batch`, [], async (c) => {
      const boundary = /boundary="?([^";]+)"?/i.exec(c.req.header("content-type") ?? "")?.[1];
      if (boundary === undefined) throw invalid("Failed to parse batch request: no boundary.");
      const parts = (await c.req.text()).split(`--${boundary}`).slice(1, -1).map(readPart);
      if (parts.length > requests_max) throw invalid("The batch request has too many parts.");
      const answers: string[] = [];
      for (const part of deps.chance.shuffle(parts)) {
        answers.push(await writeAnswer(part, await run(app, c, part, deps)));
      }
      const outer = `batch_${deps.chance.uuid().replaceAll("-", "")}`;
      const body = answers.map((answer) => `--${outer}\r\n${answer}\r\n`).join("") + `--${outer}--\r\n`;
      return c.body(body, 200, { "content-type": `multipart/mixed; boundary=${outer}` });
    }),
  );
}

function readPart(text: string): BatchPart {
  const [head = "", request = ""] = text.replaceAll("\r\n", "\n").replace(/^\n/, "").split(/\n\n([\s\S]*)/);
  const [, method = "", path = ""] = /^\s*([A-Z]+)\s+(\S+)/.exec(request) ?? [];
  if (method === "") throw invalid("Failed to parse batch request: a part has no request line.");
  return { contentId: /^content-id:\s*(.+)$/im.exec(head)?.[1]?.trim(), method, path };
}

async function run(app: Hono<GoogleEnv>, c: GoogleContext, part: BatchPart, deps: GoogleDeps): Promise<Response> {
  const path = URL.canParse(part.path) ? new URL(part.path).pathname + new URL(part.path).search : part.path;
  if (part.method !== "GET") {
    return googleErrorAnswer(deps, new GoogleError(400, "badRequest", "Only reading calls can be batched here."));
  }
  const url = new URL(path.startsWith("/google/") ? path : `/google${path}`, c.req.url);
  const headers = { authorization: c.req.header("authorization") ?? "" };
  return await app.fetch(new Request(url, { headers }), { inner: true });
}

async function writeAnswer(part: BatchPart, response: Response): Promise<string> {
  const id = part.contentId === undefined ? "" : `Content-ID: <response-${part.contentId.replace(/^<|>$/g, "")}>\r\n`;
  const body = await response.text();
  const wait = response.headers.get("retry-after");
  const lines = [
    `HTTP/1.1 ${response.status} ${response.statusText || (response.ok ? "OK" : "Error")}`,
    `Content-Type: ${response.headers.get("content-type") ?? "application/json"}`,
    ...(wait === null ? [] : [`Retry-After: ${wait}`]),
    `Content-Length: ${new TextEncoder().encode(body).length}`,
  ];
  return `Content-Type: application/http\r\n${id}\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}
