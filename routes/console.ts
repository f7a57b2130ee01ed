/** `/console`: the web page, and the files it is made of. What it shows it asks of the API like any other client. */
import type { Context } from "hono";
import { allow, type App } from "./access.ts";
import { missing } from "./problem.ts";

/** A file of the page. */
interface ConsoleFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** Where the page comes from. */
export interface ConsolePorts {
  /** All files by name, the page itself as `index.html`; loaded with the first request. */
  readonly console: () => Promise<ReadonlyMap<string, ConsoleFile>>;
}

/**
 * Nothing but what comes from here; texts never become markup, for which the browser itself vouches: no script of the
 * page may hand one over as HTML.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** The names of these files change with what is in them. */
const FOR_EVER = "public, max-age=31536000, immutable";

function answer(c: Context, file: ConsoleFile, headers: Readonly<Record<string, string>>): Response {
  const packed = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "");
  return c.body(packed ? file.gzip : file.bytes, 200, {
    "content-type": file.type,
    vary: "accept-encoding",
    ...(packed ? { "content-encoding": "gzip" } : {}),
    ...headers,
  });
}

/** Puts the page into the app. Each of its addresses gives the same page, which looks at the address by itself. */
export function addConsoleRoutes(app: App, ports: ConsolePorts): void {
  async function file(name: string): Promise<ConsoleFile> {
    const found = (await ports.console()).get(name);
    if (found === undefined) throw missing("file of the console");
    return found;
  }

  app.get("/console/assets/:name", allow("public"), async (c) => {
    return answer(c, await file(c.req.param("name")), { "cache-control": FOR_EVER });
  });
  for (const path of ["/console", "/console/:page{.+}"] as const) {
    app.get(path, allow("public"), async (c) => {
      return answer(c, await file("index.html"), {
        "cache-control": "no-cache",
        "content-security-policy": POLICY,
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
      });
    });
  }
}
