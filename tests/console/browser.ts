/** A real browser for tests, where this machine has one: a Chromium by CHROMIUM_PATH, or on the PATH. */
import type { Browser, BrowserContext, Page } from "playwright-core";

/** Names under which Linux and macOS have it. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];

async function chromiumPath(): Promise<string | undefined> {
  const given = Deno.env.get("CHROMIUM_PATH");
  if (given) return given;
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  for (const path of PROGRAMS.flatMap((program) => folders.map((folder) => `${folder}/${program}`))) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return undefined;
}

const executablePath = await chromiumPath();

/** Where a browser is, or undefined: then the tests that need one are skipped, or fail where services are required. */
export const hasBrowser = executablePath !== undefined;

/** Registers a test that needs a browser. */
export function browserTest(name: string, fn: () => Promise<void>): void {
  if (hasBrowser) {
    // The browser and the instance outlive the test: they are shared by all of the file.
    Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
    return;
  }
  const reason = "needs Chromium: install it, or set CHROMIUM_PATH";
  if (Deno.env.get("SERVICES_REQUIRED") === "1") Deno.test(name, () => Promise.reject(new Error(`The test ${reason}`)));
  else Deno.test.ignore(`${name} (skipped: ${reason})`, () => {});
}

/** Starts the browser. */
export async function openBrowser(): Promise<Browser> {
  // A package of Playwright looks for Windows behind Linux in /proc when it is loaded, which no permission short of all
  // of them allows; its own tests switch that off like this.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  // In a container neither root nor a stranger may open Chromium's own sandbox; what it shows is ours.
  return await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
}

export const PHONE = { width: 360, height: 740 } as const;
export const DESKTOP = { width: 1280, height: 860 } as const;

/** A page with what went wrong in it: messages of errors, exceptions, violations of the policy, foreign requests. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly wrong: string[];
}

/** Opens a tab. */
export async function openTab(
  browser: Browser,
  origin: string,
  options: { readonly viewport: typeof PHONE | typeof DESKTOP; readonly dark?: boolean },
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: options.viewport,
    hasTouch: options.viewport.width < 500,
    colorScheme: options.dark === true ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(`exception: ${error.message}`));
  // Violations of the policy are messages too.
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:")) wrong.push(`request to ${url}`);
    if (/mr_(user|admin)_/.test(url)) wrong.push(`a key in ${url}`);
  });
  return { page, context, wrong };
}
