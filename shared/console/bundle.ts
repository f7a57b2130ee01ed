/** The page out of its sources: bundled by a thread of its own, which may only read. */
import type { PageFile } from "./asset.ts";

/** What the thread is told: the folder of the sources, as a file URL that ends with `/`. */
export interface BundleOrder {
  readonly source: string;
}

/** A bundled page. */
export interface Bundled {
  readonly files: readonly PageFile[];
  /** The paths of the project's own files that it was made from. */
  readonly inputs: readonly string[];
}

/** What the thread says: the page, or why there is none. */
export type BundleAnswer = Bundled | { readonly error: string };

/** Bundles the sources. Takes one to three seconds. @throws Error with what the bundler said of the sources */
export async function bundlePage(source: URL): Promise<Bundled> {
  const worker = new Worker(new URL("./bundle_worker.ts", import.meta.url), {
    type: "module",
    name: "console",
    deno: { permissions: { read: true } },
  });
  try {
    const answer = await new Promise<BundleAnswer>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<BundleAnswer>) => resolve(data);
      worker.onerror = (event) => {
        // It is reported to whoever waits, and not by ending the process.
        event.preventDefault();
        reject(new Error(`The thread that bundles the console failed: ${event.message}`));
      };
      const order: BundleOrder = { source: source.href };
      worker.postMessage(order);
    });
    if ("error" in answer) throw new Error(`Cannot bundle the console: ${answer.error}`);
    return answer;
  } finally {
    worker.terminate();
  }
}
