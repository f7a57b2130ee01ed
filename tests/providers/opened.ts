/** Providers opened for tests that answer for the network themselves. */
import type { Deps } from "../../shared/contracts/deps.ts";
import { type GoogleConfig, type MicrosoftConfig, openGoogle, openMicrosoft } from "../../shared/providers/mod.ts";
import type { OpenedProvider } from "../../shared/providers/port.ts";
import { openCounters } from "../../shared/telemetry/counters.ts";
import { SimulatedClock } from "../simulation/clock.ts";
import { seededRandom } from "../simulation/random.ts";
import { SILENT_LOG } from "./account.ts";

export const MICROSOFT_CONFIG: MicrosoftConfig = {
  client_id: "client",
  client_secret: "secret",
  graph_url: "https://graph.microsoft.com",
  login_url: "https://login.microsoftonline.com",
  tenant: "common",
  public_url: "https://millrace.example",
};

export const GOOGLE_CONFIG: GoogleConfig = {
  client_id: "client",
  client_secret: "secret",
  api_url: "",
  authorize_url: "https://accounts.google.com/o/oauth2/v2/auth",
  token_url: "https://oauth2.googleapis.com/token",
  revoke_url: "https://oauth2.googleapis.com/revoke",
  gmail_topic: "projects/millrace/topics/gmail",
  quota_factor: 1,
  public_url: "https://millrace.example",
};

/** The outside world with a network that answers by `fetch`. */
export function testDeps(fetch: Deps["fetch"] = () => Promise.reject(new TypeError("There is no network here"))) {
  const clock = new SimulatedClock({ settlePauses: 0 });
  const counters = openCounters();
  return { clock, counters, random: seededRandom(1), log: SILENT_LOG, fetch };
}

export function openedMicrosoft(deps: Deps = testDeps(), config: Partial<MicrosoftConfig> = {}): OpenedProvider {
  return openMicrosoft({ deps, config: { ...MICROSOFT_CONFIG, ...config } });
}

export function openedGoogle(deps: Deps = testDeps(), config: Partial<GoogleConfig> = {}): OpenedProvider {
  return openGoogle({ deps, config: { ...GOOGLE_CONFIG, ...config } });
}
