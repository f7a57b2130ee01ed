/** What the world outside sees of us, and we of it: PUBLIC_URL, the doors that must be shut, Vespa, clocks, the disk. */
import { statfs } from "node:fs/promises";
import type { Config } from "../../shared/contracts/config.ts";
import type { Clock, Fetch } from "../../shared/contracts/deps.ts";
import type { Finding } from "../../shared/contracts/findings.ts";

/** What these checks ask. */
export interface OutsidePorts {
  readonly config: Config;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

const ANSWER_MS_MAX = 5_000;
/** Tokens are refused beyond half a minute. */
const SKEW_MS_MAX = 10_000;
const FREE_PART_MIN = 0.05;
const FREE_BYTES_MIN = 1024 ** 3;

async function ask({ fetch }: OutsidePorts, url: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(url, { redirect: "manual", ...init, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
}

const reason = (error: unknown) => error instanceof Error ? error.message.split("\n")[0] ?? "" : "unknown";

/** Whether PUBLIC_URL leads to a Millrace, with a certificate that providers accept. */
export async function publicUrl(ports: OutsidePorts): Promise<readonly Finding[]> {
  const { public_url } = ports.config.http;
  if (public_url === "") return [];
  try {
    const answer = await ask(ports, `${public_url}/healthz`);
    const body = await answer.text();
    if (answer.status === 200 && body.includes("alive")) return await doors(ports, public_url);
    return [{
      code: "public_url.other",
      severity: "error",
      problem: `PUBLIC_URL answers ${answer.status}, and not as Millrace does.`,
      mend: `curl -i ${public_url}/healthz; the proxy before it must hand on every path unchanged`,
    }];
  } catch (error) {
    const tls = /certificate|tls|ssl|handshake/i.test(reason(error));
    return [{
      code: tls ? "public_url.tls" : "public_url.unreachable",
      severity: "error",
      problem: `PUBLIC_URL can't be reached from here: ${reason(error)}.`,
      mend: tls ? `openssl s_client -connect ${new URL(public_url).host}` : `curl -i ${public_url}/healthz`,
    }];
  }
}

/** A delivery without a token must be refused: else anybody may send events. */
async function doors(ports: OutsidePorts, public_url: string): Promise<readonly Finding[]> {
  const answer = await ask(ports, `${public_url}/push/vespa-loader-emails`, { method: "POST", body: "{}" });
  await answer.body?.cancel();
  if (answer.status === 401) return [];
  const open = answer.status !== 404;
  return [{
    code: open ? "push.open" : "push.missing",
    severity: open ? "error" : "warning",
    problem: open
      ? `A delivery without a token was answered ${answer.status} instead of 401.`
      : "There is no /push/vespa-loader-emails behind PUBLIC_URL: this instance does not serve vespa-loader.",
    mend: open
      ? "start without --insecure-emulator, and set PUBSUB_PUSH_SERVICE_ACCOUNT"
      : "see SERVICES of each instance",
  }];
}

/** Whether our clock agrees with a server that must be right. */
export async function clockSkew(ports: OutsidePorts): Promise<readonly Finding[]> {
  const { microsoft, google } = ports.config;
  const url = google.client !== null && google.api_url === ""
    ? google.certs_url
    : microsoft.client !== null
    ? `${microsoft.login_url}/common/v2.0/.well-known/openid-configuration`
    : "";
  if (url === "") return [];
  try {
    const answer = await ask(ports, url, { method: "HEAD" });
    const theirs = Date.parse(answer.headers.get("date") ?? "");
    const skew_ms = ports.clock.now() - theirs;
    if (!(Math.abs(skew_ms) > SKEW_MS_MAX)) return [];
    return [{
      code: "clock.skew",
      severity: "error",
      problem: `This machine's clock is ${(skew_ms / 1_000).toFixed(0)} s away from ${new URL(url).host}'s.`,
      mend: "timedatectl set-ntp true",
    }];
  } catch (error) {
    return [{
      code: "provider.unreachable",
      severity: "error",
      problem: `${new URL(url).host} can't be reached from here: ${reason(error)}.`,
      mend: `curl -I ${url}`,
    }];
  }
}

/** Whether Vespa answers, and takes writes. */
export async function vespa(ports: OutsidePorts): Promise<readonly Finding[]> {
  const endpoint = ports.config.vespa?.endpoint;
  // With a client certificate only the instance can ask; its index is among its parts.
  if (endpoint === undefined || ports.config.vespa?.cert_path !== "") return [];
  try {
    const answer = await ask(ports, `${endpoint}/metrics/v2/values`);
    const blocked = /"content\.proton\.resource_usage\.feeding_blocked(?:\.\w+)?"\s*:\s*(?!0[,}\s.])\d/.exec(
      await answer.text(),
    );
    if (blocked === null) return [];
    return [{
      code: "vespa.feed_blocked",
      severity: "error",
      problem: "Vespa takes no writes: its memory or disk is beyond its limit.",
      mend: `curl ${endpoint}/metrics/v2/values; add memory, disk or nodes`,
    }];
  } catch (error) {
    return [{
      code: "vespa.away",
      severity: "error",
      problem: `Vespa does not answer: ${reason(error)}.`,
      mend: `curl ${endpoint}/state/v1/health`,
    }];
  }
}

/** Whether the data folder's disk has room. */
export async function disk({ config }: OutsidePorts): Promise<readonly Finding[]> {
  const found = await statfs(config.data_dir).catch(() => null);
  // There is no folder before the first start.
  if (found === null) return [];
  const free = found.bavail * found.bsize;
  const part = found.blocks === 0 ? 1 : found.bavail / found.blocks;
  if (free >= FREE_BYTES_MIN || part >= FREE_PART_MIN) return [];
  return [{
    code: "disk.full",
    severity: "error",
    problem: `The disk of ${config.data_dir} has ${Math.floor(free / 1024 ** 2)} MiB left.`,
    mend: `df -h ${config.data_dir}; du -sh ${config.data_dir}/*`,
  }];
}
