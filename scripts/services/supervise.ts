import { join } from "node:path";
import { type Child, startChild } from "./child.ts";
import type { Service } from "./service.ts";

/** How often a service that starts is asked whether it answers. */
const POLL_MS = 25;
/** How often another free port is tried, when somebody took it between the look and the start. */
const STARTS_MAX = 3;

/** A server program as this file runs it. */
export interface Server {
  /** For messages and the name of its folder. */
  readonly name: string;
  readonly program: string;
  args(port: number, folder: string): string[];
  /** True when it answers as it should; false or a rejection when it does not yet. */
  answers(port: number): Promise<boolean>;
  readonly startMsMax: number;
}

/** A port of the loopback interface that nobody listens on at this moment. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

function outputEnd(file: string): string {
  try {
    return Deno.readTextFileSync(file).trim().split("\n").slice(-8).join("\n");
  } catch {
    return "";
  }
}

async function untilItAnswers(server: Server, child: Child, port: number, outputFile: string): Promise<void> {
  const deadline = Date.now() + server.startMsMax;
  while (!child.hasEnded) {
    if (await server.answers(port).catch(() => false)) return;
    if (Date.now() > deadline) {
      await child.kill();
      throw new Error(`Cannot start ${server.name}: no answer in ${server.startMsMax} ms\n${outputEnd(outputFile)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Cannot start ${server.name}: it ended at once\n${outputEnd(outputFile)}`);
}

/** Starts the server in a folder of its own on a free port and waits until it answers. */
export async function supervise(server: Server): Promise<Service & { readonly port: number }> {
  const folder = await Deno.makeTempDir({ prefix: `millrace-${server.name}-` });
  const outputFile = join(folder, "output.log");
  let child: Child | undefined;
  let port = 0;

  async function start(onPort: number): Promise<void> {
    const started = startChild({ program: server.program, args: server.args(onPort, folder), folder, outputFile });
    await untilItAnswers(server, started, onPort, outputFile);
    child = started;
    port = onPort;
  }

  async function startSomewhere(): Promise<void> {
    for (let attempt = 1;; attempt++) {
      try {
        return await start(freePort());
      } catch (error) {
        if (attempt < STARTS_MAX) continue;
        await Deno.remove(folder, { recursive: true });
        throw error;
      }
    }
  }

  let closed: Promise<void> | undefined;
  await startSomewhere();
  return {
    get pid() {
      return child?.pid ?? 0;
    },
    get port() {
      return port;
    },
    close() {
      closed ??= (async () => {
        await child?.end();
        await Deno.remove(folder, { recursive: true });
      })();
      return closed;
    },
    async kill() {
      await child?.kill();
    },
    async restart() {
      await child?.end();
      await start(port);
    },
  };
}
