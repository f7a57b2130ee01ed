/** Serves an instance on a port, with its note in the data folder, and stops it in order. */
import { openContent } from "./adapters.ts";
import { type Instance, type InstanceDeps, openInstance } from "./open_instance.ts";
import { readInstanceFile, removeInstanceFile, writeInstanceFile } from "./instance_file.ts";
import type { Config } from "./shared/contracts/config.ts";
import { StoreAwayError } from "./shared/contracts/errors.ts";
import { answeringInTurns } from "./shared/system/mod.ts";
import { folderError } from "./start_error.ts";

/** How long what is in flight may take when the instance stops, milliseconds; platforms give at least ten seconds. */
const GRACE_MS = 8_000;

/** How an instance is served. */
export interface ServeOptions {
  /** Where it listens; every address of the machine by default. */
  readonly hostname?: string;
}

/** An instance that answers. */
export interface Served {
  readonly url: string;
  readonly instance: Instance;
  /** Accepts nothing new, finishes or releases what is in flight, closes the stores. */
  stop(grace_ms?: number): Promise<void>;
}

/** The data folder belongs to another process. The message says which, and what to do. */
export class FolderHeldError extends StoreAwayError {
  override readonly name = "FolderHeldError";

  constructor(data_dir: string, holder: { readonly url: string; readonly pid: number } | null) {
    super(`The data folder ${data_dir}`);
    const who = holder === null ? "another process" : `the Millrace at ${holder.url} (process ${holder.pid})`;
    this.message = `Cannot open ${data_dir}: ${who} holds it. Stop that one first, or set DATA_DIR to another folder.`;
  }
}

/**
 * Opens an instance and serves it. Without a configured `PUBLIC_URL` the instance is addressed where it listens.
 * @throws FolderHeldError when another process holds the data folder
 * @throws StartError when the data folder can't be used
 * @throws Deno.errors.AddrInUse when the port is taken
 */
export async function serveInstance(config: Config, deps: InstanceDeps, options: ServeOptions = {}): Promise<Served> {
  let handle: (request: Request, remote_address: string) => Response | Promise<Response> = () =>
    new Response(null, { status: 503, headers: { "retry-after": "1" } });
  // The port first: the provider must be told an address, and it is known only now.
  const server = Deno.serve(
    { port: config.port, hostname: options.hostname ?? "0.0.0.0", onListen: () => {} },
    answeringInTurns((request, info) =>
      handle(request, info.remoteAddr.transport === "tcp" ? info.remoteAddr.hostname : "")
    ),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const public_url = config.http.public_url === "" ? url : config.http.public_url;
  const content = openContent(deps.clock);
  const world = { ...deps, extract: content.extract };
  const instance = await openHeld({ ...config, http: { ...config.http, public_url } }, world).catch(async (error) => {
    await server.shutdown();
    throw error;
  });
  handle = (request, remote_address) => instance.app.fetch(request, { remote_address });
  if (config.adapters === "embedded") {
    await writeInstanceFile(config.data_dir, { url, token: instance.operator_token, pid: Deno.pid });
  }
  instance.start();
  return {
    url,
    instance,
    async stop(grace_ms = GRACE_MS) {
      // Streams stay open as long as their readers do: they don't hold up the end.
      const drained = server.shutdown();
      const grace = new AbortController();
      await instance.stop(grace_ms);
      await Promise.race([drained, deps.clock.sleep(500, grace.signal).catch(() => {})]);
      grace.abort();
      content.close();
      if (config.adapters === "embedded") await removeInstanceFile(config.data_dir);
    },
  };
}

async function openHeld(config: Config, deps: InstanceDeps): Promise<Instance> {
  try {
    return await openInstance(config, deps);
  } catch (error) {
    const unusable = folderError(config.data_dir, error);
    if (unusable !== null) throw unusable;
    if (!(error instanceof StoreAwayError) || config.adapters !== "embedded") throw error;
    throw new FolderHeldError(config.data_dir, await readInstanceFile(config.data_dir));
  }
}
