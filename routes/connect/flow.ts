/** Connecting as a person does: our page asks, the provider asks, and the browser that confirmed comes back. */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { HttpConfig } from "../../shared/contracts/config.ts";
import type { Deps } from "../../shared/contracts/deps.ts";
import { PermanentError, TransientError } from "../../shared/contracts/errors.ts";
import { ResourceName, sha256 } from "../../shared/contracts/ids.ts";
import { ProviderName } from "../../shared/contracts/names.ts";
import type { Connection } from "../../shared/contracts/records.ts";
import type { Provider } from "../../shared/providers/port.ts";
import { equalInConstantTime } from "../../shared/security/mod.ts";
import type { AppEnv } from "../access.ts";
import type { Keep } from "../audited.ts";
import type { Page } from "../pages/layout.ts";
export { answerPage } from "../pages/layout.ts";
import { confirmPage, connectedPage, refusals } from "./pages.ts";
import { bindConsent, type Consent, CONSENT_MS_MAX, type ConsentPorts, findConsent, useConsent } from "./states.ts";
import { storeConnection } from "./store.ts";

/** What connecting rests on. */
export interface ConnectPorts extends ConsentPorts {
  readonly http: Pick<HttpConfig, "public_url">;
  readonly deps: Pick<Deps, "clock" | "random" | "log" | "counters">;
  /** The providers whose OAuth client is configured. */
  readonly providers: ReadonlyMap<ProviderName, Provider>;
  readonly keep: Keep;
  /** Called once the connection is stored: subscribes and starts the first sync. */
  readonly onConnected: (connection: Connection) => Promise<void>;
}

/** Microsoft's codes for "only an administrator may allow this". Source: AADSTS error codes of the identity platform. */
const NEEDS_ADMINISTRATOR = /\bAADSTS(65001|90093|90094|900941|900981)\b/;

const BROWSER_BYTES = 32;
const BROWSER = /^[A-Za-z0-9_-]{43}$/;

/** One cookie for each consent, so that two windows can connect two accounts. */
function cookieOf(ports: ConnectPorts, consent: Consent) {
  const secure = ports.http.public_url.startsWith("https:");
  const name = `millrace_connect_${consent.id.slice(0, 16)}`;
  // With the prefix no other host of the domain can set it (RFC 6265bis).
  return { name: secure ? `__Host-${name}` : name, secure };
}

/** Proves that the form came from our page in this browser: another site knows neither cookie nor ticket. */
function formToken(consent: Consent, browser: string): Promise<string> {
  return sha256(`connect-form:${consent.ticket}:${browser}`);
}

function request(ports: ConnectPorts, consent: Consent) {
  return {
    state: consent.ticket,
    code_verifier: consent.code_verifier,
    redirect_uri: `${ports.http.public_url}/oauth/${consent.provider}/callback`,
    resources: consent.resources,
  };
}

/** Asks the person, on a page of ours, before the provider does. */
export async function showConfirmation(ports: ConnectPorts, c: Context<AppEnv>): Promise<Page> {
  const consent = await findConsent(ports, c.req.param("ticket") ?? "");
  const provider = consent === null ? undefined : ports.providers.get(consent.provider);
  if (consent === null || provider === undefined) return refusals.expired;
  const cookie = cookieOf(ports, consent);
  const known = getCookie(c, cookie.name) ?? "";
  const browser = BROWSER.test(known)
    ? known
    : ports.deps.random.bytes(BROWSER_BYTES).toBase64({ alphabet: "base64url", omitPadding: true });
  setCookie(c, cookie.name, browser, {
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: cookie.secure,
    maxAge: CONSENT_MS_MAX / 1_000,
  });
  const { origin } = await provider.oauth.authorizeUrl({ ...request(ports, consent), hint: "" });
  return confirmPage(consent, { token: await formToken(consent, browser), origin });
}

/** The person confirmed. @returns where the provider asks, or a page that says why not */
export async function confirm(ports: ConnectPorts, c: Context<AppEnv>): Promise<Page | URL> {
  const consent = await findConsent(ports, c.req.param("ticket") ?? "");
  const provider = consent === null ? undefined : ports.providers.get(consent.provider);
  if (consent === null || provider === undefined) return refusals.expired;
  const browser = getCookie(c, cookieOf(ports, consent).name) ?? "";
  const { token } = await c.req.parseBody();
  const site = c.req.header("sec-fetch-site") ?? "same-origin";
  const own = (site === "same-origin" || site === "none") && BROWSER.test(browser) && typeof token === "string" &&
    equalInConstantTime(token, await formToken(consent, browser));
  if (!own) return refusals.unconfirmed;
  if (!await bindConsent(ports, consent, browser)) return refusals.used;
  return await provider.oauth.authorizeUrl({ ...request(ports, consent), hint: "" });
}

/** The callback as the provider was told to call it, whatever a proxy made of the host. */
function callbackUrl(ports: ConnectPorts, c: Context<AppEnv>): URL {
  const called = new URL(c.req.url);
  return new URL(`${called.pathname}${called.search}`, ports.http.public_url);
}

async function exchange(
  ports: ConnectPorts,
  provider: Provider,
  consent: Consent,
  { callback, request_id }: { readonly callback: URL; readonly request_id: string },
): Promise<Page> {
  const tokens = await provider.oauth.exchange(callback, request(ports, consent));
  const account = await provider.oauth.account(tokens.access_token);
  const connection = await storeConnection(ports, consent, { account, tokens, provider });
  const { user_id, connection_id } = connection;
  const granted = connection.resources.filter((status) => status.granted).map(({ resource }) => resource);
  const note = `${connection.provider}: ${granted.join(", ")}`;
  await ports.keep({ action: "connected", via: "consent", by: "", user_id, object: connection_id, note, request_id });
  ports.deps.counters.add("connections_made_total", { provider: connection.provider });
  ports.deps.log.info("connection.made", { user_id, connection_id, provider: connection.provider });
  try {
    await ports.onConnected(connection);
  } catch (error) {
    // It is stored, and the scheduled polls read whatever is due: only the first read is late.
    ports.deps.log.error("connection.start_failed", { user_id, connection_id, error });
  }
  const asked = consent.resources.length === 0 ? ResourceName.options : consent.resources;
  return connectedPage(connection, { granted, left_out: asked.filter((resource) => !granted.includes(resource)) });
}

function pageOf(error: unknown): Page | null {
  if (error instanceof TransientError) return refusals.away;
  if (!(error instanceof PermanentError)) return null;
  switch (error.code) {
    case "consent_refused":
      return refusals.denied;
    case "nothing_granted":
      return refusals.nothingGranted;
    case "erased":
      return refusals.erased;
    default:
      return refusals.failed;
  }
}

/** The page for a consent that was not given. @param description the provider's words, of which only a code is read */
function refusedPage(error: string, description: string): Page {
  if (NEEDS_ADMINISTRATOR.test(description)) return refusals.administrator;
  return error === "access_denied" || error === "consent_required" ? refusals.denied : refusals.failed;
}

/** The provider sent the browser back: stores the connection. @returns the page that says how it ended */
export async function comeBack(ports: ConnectPorts, c: Context<AppEnv>): Promise<Page> {
  const name = ProviderName.safeParse(c.req.param("provider"));
  const consent = await findConsent(ports, c.req.query("state") ?? "");
  const provider = name.success ? ports.providers.get(name.data) : undefined;
  if (consent === null || provider === undefined || consent.provider !== name.data) return refusals.expired;
  const cookie = cookieOf(ports, consent);
  const browser = getCookie(c, cookie.name) ?? "";
  // Before the consent is used up, so that nobody else can spoil it.
  const own = BROWSER.test(browser) && equalInConstantTime(await sha256(browser), consent.browser_hash);
  if (!own) return refusals.foreignBrowser;
  if (!await useConsent(ports, consent)) return refusals.used;
  deleteCookie(c, cookie.name, { path: "/", secure: cookie.secure });
  const refused = c.req.query("error");
  if (refused !== undefined) return refusedPage(refused, c.req.query("error_description") ?? "");
  try {
    return await exchange(ports, provider, consent, {
      callback: callbackUrl(ports, c),
      request_id: c.get("request_id") ?? "",
    });
  } catch (error) {
    const page = pageOf(error);
    if (page === null) throw error;
    ports.deps.log.warn("connection.refused", { user_id: consent.user_id, provider: consent.provider, error });
    return page;
  }
}
