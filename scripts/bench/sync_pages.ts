/**
 * The baseline of first syncs, a process of its own: sends the same requests one after the other, and only parses the
 * JSON of the answers. Arguments: the file with the requests, a line each, and how many of them.
 */
import process from "node:process";
import { systemFetch } from "../../shared/system/mod.ts";
import { sayAndWait } from "./child.ts";
import { lines } from "./lines.ts";
import { SentRequest } from "./sync_order.ts";

/** The first bytes of a part's JSON, after its two heads. */
const PART = /\r\n\r\n(?=\{)/;

/** Parses an answer; of a multipart one, each part. */
function parse(text: string, type: string): void {
  const [, boundary] = /boundary="?([^";]+)/.exec(type) ?? [];
  if (boundary === undefined) {
    JSON.parse(text);
    return;
  }
  const parts = text.split(`--${boundary}`).slice(1, -1);
  for (const part of parts) JSON.parse(part.split(PART)[1] ?? "");
}

const [path = "", count = ""] = Deno.args;
const file = await Deno.open(path);
let left = Number(count), bytes = 0;
const started = performance.now();
for await (const line of lines(file.readable)) {
  const { url, method, headers, body } = SentRequest.parse(JSON.parse(line));
  const answer = await systemFetch(url, { method, headers, body });
  if (!answer.ok) throw new Error(`Cannot bench: the provider answers ${answer.status}`);
  const text = await answer.text();
  parse(text, answer.headers.get("content-type") ?? "");
  bytes += text.length;
  if (--left === 0) break;
}
const { user, system } = process.cpuUsage();
const seconds = (performance.now() - started) / 1_000;
await sayAndWait({ seconds, cpu_seconds: (user + system) / 1_000_000, bytes });
