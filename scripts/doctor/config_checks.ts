/** What is wrong with an environment before anything is asked. */
import { isPrivateHost } from "../../shared/contracts/addresses.ts";
import type { Config, ConfigError } from "../../shared/contracts/config.ts";
import type { Finding } from "../../shared/contracts/findings.ts";

/** An environment that can't be used: each problem with an example of how to mend it. */
export function invalidConfig(error: ConfigError): readonly Finding[] {
  return error.problems.map(({ variable, message, example }) => ({
    code: "config.invalid",
    severity: "error",
    problem: `${variable}: ${message}`,
    mend: `set it as in ${example}`,
  }));
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const ADMIN_KEY_CHARACTERS_MIN = 24;

/** What can be used, and is probably not what was meant. */
export function suspectConfig(config: Config): readonly Finding[] {
  const found: Finding[] = config.warnings.map((problem) => ({
    code: "config.typo",
    severity: "warning",
    problem,
    mend: "correct its name, or take it out of the environment",
  }));
  const add = (code: string, severity: Finding["severity"], problem: string, mend: string) =>
    found.push({ code, severity, problem, mend });
  const { microsoft, google, redis, http } = config;
  if (UUID.test(microsoft.client?.secret.reveal() ?? "")) {
    add(
      "config.secret_id",
      "error",
      "MICROSOFT_CLIENT_SECRET is the secret's id, not its value.",
      "make a new secret in the Entra admin centre and copy the column Value",
    );
  }
  if (google.client !== null && google.api_url === "" && !google.client.id.endsWith(".apps.googleusercontent.com")) {
    add(
      "config.google_client",
      "warning",
      "GOOGLE_CLIENT_ID does not end in .apps.googleusercontent.com.",
      "copy the client id of the Google Cloud console, APIs and services, Credentials",
    );
  }
  if ((http.admin_api_key?.reveal().length ?? ADMIN_KEY_CHARACTERS_MIN) < ADMIN_KEY_CHARACTERS_MIN) {
    add("config.weak_key", "warning", "ADMIN_API_KEY is short enough to be guessed.", "openssl rand -base64 32");
  }
  const open = redis?.hosts.find(({ host }) => !isPrivateHost(host));
  if (redis !== null && !redis.tls && open !== undefined) {
    add(
      "redis.plain",
      "error",
      `REDIS_URL speaks to ${open.host} without TLS over a public network.`,
      "use rediss:// in REDIS_URL, or a private address",
    );
  }
  const url = http.public_url === "" ? null : new URL(http.public_url);
  if (url !== null && url.protocol === "http:" && !isPrivateHost(url.hostname)) {
    add(
      "public_url.plain",
      "error",
      "PUBLIC_URL is http: neither provider sends notifications to it, and tokens travel open.",
      "put a proxy with a certificate before it, and set PUBLIC_URL to https://…",
    );
  }
  return found;
}
