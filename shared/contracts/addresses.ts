/** Addresses as an operator writes them: hosts, URLs of other services, Redis. */
import { z } from "zod";
import { Secret } from "./secret.ts";

/** One Redis node. */
export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is, taken apart. */
export interface RedisAddress {
  readonly kind: "single" | "cluster";
  /** One for `single`; the seeds of a cluster. */
  readonly hosts: readonly RedisHost[];
  readonly tls: boolean;
  /** `""` when the address names none. */
  readonly username: string;
  readonly password: Secret | null;
  /** Always 0 in a cluster, which knows no other. */
  readonly database: number;
}

const REDIS_PORT = 6379;
const REDIS_FORM = /^(rediss?)(\+cluster)?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^/?#]*))?$/;
const HOST_FORM = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+)(?::([0-9]{1,5}))?$/;

function redisHost(text: string): RedisHost | null {
  const found = HOST_FORM.exec(text);
  if (found === null || found[1] === undefined) return null;
  const port = found[2] === undefined ? REDIS_PORT : Number(found[2]);
  if (port < 1 || port > 65_535) return null;
  return { host: found[1].replace(/^\[|\]$/g, ""), port };
}

/** Undefined for what percent-encoding does not allow. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function redisUser(text: string | undefined): { username: string; password: Secret | null } | undefined {
  if (text === undefined || text === "") return { username: "", password: null };
  const colon = text.indexOf(":");
  const username = decoded(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? "" : decoded(text.slice(colon + 1));
  if (username === undefined || password === undefined) return undefined;
  return { username, password: password === "" ? null : new Secret(password) };
}

/**
 * `redis://[user:password@]host:port/db`, `rediss://` for TLS, `redis+cluster://host:port,host:port` for a cluster.
 * User and password are percent-encoded. Messages never repeat the address, since it holds the password.
 */
export const RedisUrl = z.string().transform((text, context): RedisAddress => {
  const refuse = (message: string) => {
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  const found = REDIS_FORM.exec(text);
  if (found === null) {
    return refuse("must be redis://[user:password@]host:port/db, rediss://… or redis+cluster://host:port,host:port");
  }
  const [, scheme, cluster, user, list = "", path = ""] = found;
  const hosts = list.split(",").map(redisHost);
  if (hosts.some((host) => host === null)) return refuse("must name each host as host:port with a port up to 65535");
  if (cluster === undefined && hosts.length > 1) {
    return refuse("names several hosts: write redis+cluster:// for a cluster");
  }
  const known = redisUser(user);
  if (known === undefined) return refuse("has a user or password that is not percent-encoded");
  const database = path === "" ? 0 : Number(path);
  if (!/^[0-9]{0,5}$/.test(path)) return refuse("must end in a database number such as /0");
  if (cluster !== undefined && database !== 0) return refuse("must use database 0: a cluster has no other");
  return {
    kind: cluster === undefined ? "single" : "cluster",
    hosts: hosts.filter((host) => host !== null),
    tls: scheme === "rediss",
    ...known,
    database,
  };
});

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

function isLocalIpv4(host: string, loopbackOnly: boolean): boolean {
  const found = IPV4.exec(host);
  if (found === null) return false;
  const [first = 0, second = 0] = [Number(found[1]), Number(found[2])];
  if (first === 127) return true;
  if (loopbackOnly) return false;
  return first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168) ||
    (first === 169 && second === 254);
}

function bare(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$/g, "").replace(/^::ffff:(?=\d+\.)/, "");
}

/** True for this machine: `localhost`, 127.0.0.0/8, `::1`. */
export function isLoopbackHost(host: string): boolean {
  const name = bare(host);
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || isLocalIpv4(name, true);
}

/**
 * True for this machine and for hosts that the internet can't reach: RFC 1918 and link-local addresses, RFC 4193,
 * `.internal` and `.local` names, and names without a dot (a compose file's services).
 */
export function isPrivateHost(host: string): boolean {
  const name = bare(host);
  if (isLoopbackHost(name) || isLocalIpv4(name, false)) return true;
  if (name.includes(":")) return /^f[cd][0-9a-f]{2}:/.test(name) || /^fe[89ab][0-9a-f]:/.test(name);
  return name.endsWith(".internal") || name.endsWith(".local") || /^[a-z][a-z0-9_-]*$/.test(name);
}

function parsedUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** The parts of a base URL that would be lost or harmful when a path is put behind it. */
function isPlain(url: URL): boolean {
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

/** A base URL of ours, without a slash at its end: https, or http on a private host. */
export const OwnUrl = z.string().transform((text, context) => {
  const url = parsedUrl(text);
  const allowed = url !== null && isPlain(url) && url.pathname === "/" &&
    (url.protocol === "https:" || (url.protocol === "http:" && isPrivateHost(url.hostname)));
  if (allowed) return url.origin;
  context.addIssue({
    code: "custom",
    message: "must be https://host[:port] without a path (http only for a local host)",
  });
  return z.NEVER;
});

/** An address of another service: https, or http on a host other than the public one. Without a slash at its end. */
export function serviceUrl(publicUrl: string) {
  const usual = parsedUrl(publicUrl)?.hostname ?? "";
  return z.string().transform((text, context) => {
    const url = parsedUrl(text);
    const allowed = url !== null && isPlain(url) &&
      (url.protocol === "https:" || (url.protocol === "http:" && url.hostname !== usual));
    if (allowed) return url.href.replace(/\/+$/, "");
    const message = usual === ""
      ? "must be an http or https address"
      : `must be https on ${usual}, http or https elsewhere`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

/** `host:port`, without a scheme. */
export const HostPort = z.string().transform((text) => text.replace(/^https?:\/\//, "")).refine(
  (text) => /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):[0-9]{1,5}$/.test(text),
  "must be host:port",
);

/** The host of a `host:port`. */
export function hostOf(host_port: string): string {
  return host_port.slice(0, host_port.lastIndexOf(":"));
}
