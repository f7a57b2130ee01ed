/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Bundles the page in a thread that may only read, and that ends with its work: esbuild as WebAssembly needs no program
 * to be run, but a quarter of a gigabyte while it works. Packages are found as Deno finds them.
 */
import * as esbuild from "esbuild-wasm/esm/browser.js";
import { PAGE } from "./asset.ts";
import type { BundleAnswer, Bundled, BundleOrder } from "./bundle.ts";

/** Files of the sources that something begins with. */
const ENTRIES = ["main.tsx", "style/main.css"];

/** What the page imports. Fetched before it is bundled: the page may be asked for before anybody has. */
const PACKAGES = [
  "preact",
  "preact/hooks",
  "preact/jsx-runtime",
  "@preact/signals",
  "@preact/signals-core",
  "openapi-fetch",
  "uplot",
];

const LOADERS: Readonly<Record<string, esbuild.Loader>> = { tsx: "tsx", ts: "ts", css: "css", svg: "dataurl" };

/** Where a package has files for browsers beside those for others. */
const FOR_BROWSERS: Readonly<Record<string, string>> = { uplot: "uplot/dist/uPlot.esm.js" };

function pathOf(specifier: string, importer: string): string {
  if (specifier.startsWith(".")) return new URL(specifier, `file://${importer}`).pathname;
  return new URL(import.meta.resolve(FOR_BROWSERS[specifier] ?? specifier)).pathname;
}

const fromDeno: esbuild.Plugin = {
  name: "deno",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path, importer }) => ({
      path: decodeURIComponent(kind === "entry-point" ? path : pathOf(path, importer)),
    }));
    build.onLoad({ filter: /./ }, async ({ path }) => ({
      contents: await Deno.readFile(path),
      loader: LOADERS[path.slice(path.lastIndexOf(".") + 1)] ?? "js",
    }));
  },
};

function pageOf(outputs: readonly string[]): string {
  const script = outputs.find((name) => name.startsWith("main-") && name.endsWith(".js"));
  const style = outputs.find((name) => name.startsWith("main-") && name.endsWith(".css"));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Millrace</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console/assets/${style}">
<script type="module" src="/console/assets/${script}"></script>
</head>
<body><div id="app"></div><noscript>The console needs JavaScript. The same can be done with the API: see /docs.</noscript></body>
</html>
`;
}

async function bundle({ source }: BundleOrder): Promise<Bundled> {
  // By a variable, for types of the browser must not mix with those of the server.
  await Promise.all(PACKAGES.map((name) => import(name)));
  const wasm = await Deno.readFile(new URL("../esbuild.wasm", import.meta.resolve("esbuild-wasm/esm/browser.js")));
  await esbuild.initialize({ wasmModule: await WebAssembly.compile(wasm), worker: false });
  const { outputFiles, metafile } = await esbuild.build({
    entryPoints: ENTRIES.map((entry) => ({ in: new URL(entry, source).pathname, out: "main" })),
    plugins: [fromDeno],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    outdir: "/",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const files = outputFiles.map(({ path, contents }) => ({ name: path.slice(1), bytes: new Uint8Array(contents) }));
  const page = new TextEncoder().encode(pageOf(files.map(({ name }) => name)));
  const root = new URL("../", source).pathname;
  // The packages are named, with their digests, by the lock file.
  const inputs = Object.keys(metafile.inputs).map((path) => path.startsWith("/") ? path : `/${path}`)
    .filter((path) => path.startsWith(decodeURIComponent(root)));
  return { files: [...files, { name: PAGE, bytes: page }], inputs };
}

self.onmessage = async ({ data }: MessageEvent<BundleOrder>) => {
  const answer: BundleAnswer = await bundle(data).catch((error) => ({
    error: error instanceof Error ? error.message : String(error),
  }));
  self.postMessage(answer);
};
