/** `/mcp`: the Model Context Protocol, by which assistants read what a person has. Nothing can be changed through it. */
import type { HttpConfig } from "../shared/contracts/config.ts";
import type { Random } from "../shared/contracts/deps.ts";
import { allow, type App } from "./access.ts";
import { HttpProblem } from "./problem.ts";

/** What the route rests on. */
export interface McpPorts {
  readonly http: Pick<HttpConfig, "public_url">;
  readonly deps: { readonly random: Pick<Random, "bytes"> };
  readonly version: string;
}

/** The headers that say who asks; each tool asks the API as the same. */
const WHO = ["authorization", "millrace-user"] as const;

/**
 * A page of another site that a person looks at must not speak for them.
 * Source: modelcontextprotocol.io, "Transports", security warning.
 */
function checkOrigin(origin: string | undefined, public_url: string): void {
  if (origin === undefined || (public_url !== "" && origin === new URL(public_url).origin)) return;
  throw new HttpProblem({
    type: "origin_refused",
    status: 403,
    title: "Origin refused",
    detail: "Assistants call this address, and pages of other sites do not.",
  });
}

/** Puts the route into the app. Each request stands for itself: there are no sessions, so any instance answers. */
export function addMcpRoutes(app: App, { http, deps, version }: McpPorts): void {
  app.post("/mcp", allow("user"), async (c) => {
    checkOrigin(c.req.header("origin"), http.public_url);
    const headers = new Headers({ "content-type": "application/json" });
    for (const name of WHO) {
      const value = c.req.header(name);
      if (value !== undefined) headers.set(name, value);
    }
    const { answerMcp } = await import("./mcp/answer.ts");
    return await answerMcp(c.req.raw, {
      version,
      random: deps.random,
      ask: async (path, body) => {
        const init = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
        // Without a peer's address: the guards go by the credentials alone.
        return await app.request(path, init);
      },
    });
  });
}
