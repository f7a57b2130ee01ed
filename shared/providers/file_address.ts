/** Where a provider redirects a request for a file: an address that needs no token, since it is the permission itself. */
import { PermanentError } from "../contracts/errors.ts";
import type { ProviderResponse } from "./port.ts";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The address of the file itself, on whatever host the provider keeps files; null for an answer that is no redirect.
 * The access token must not be sent there. Source: "download a file" in the Graph documentation.
 * @param asked the address that answered. Only when that one is plain, or on a private network, may the file's be too:
 *   else an answer could make this server ask its own neighbours.
 * @throws PermanentError `foreign_link`
 */
export function fileAddress(answer: Pick<ProviderResponse, "status" | "headers">, asked: string): string | null {
  if (!REDIRECTS.has(answer.status)) return null;
  const from = new URL(asked);
  const location = answer.headers.get("location") ?? "";
  const target = location === "" ? null : URL.parse(location, asked);
  const safe = target !== null && target.username === "" && target.password === "" &&
    (target.protocol === "https:" || (target.protocol === "http:" && from.protocol === "http:")) &&
    (!isPrivate(target.hostname) || isPrivate(from.hostname));
  if (target === null || !safe) throw new PermanentError("foreign_link", "A file is at an address that is not asked");
  return target.href;
}

const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|home\.arpa|lan|intranet)\.?$/i;

/** Whether a host's name or address is of a private network. `URL` has brought IPv4 addresses into their usual form. */
function isPrivate(host: string): boolean {
  if (host.startsWith("[")) return !isPublicIpv6(host.slice(1, -1));
  const parts = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
  if (parts === null) return PRIVATE_NAMES.test(host) || !host.includes(".");
  const [first, second] = [Number(parts[1]), Number(parts[2])];
  return first === 0 || first === 10 || first === 127 || first >= 224 ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254) || (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && (second === 168 || second === 0)) || (first === 198 && (second === 18 || second === 19));
}

/** Global unicast is 2000::/3; of it, 2002::/16 (6to4) and 64:ff9b::/96 (NAT64) can name private IPv4 addresses. */
function isPublicIpv6(address: string): boolean {
  return /^[23]/.test(address) && !address.startsWith("2002:");
}
