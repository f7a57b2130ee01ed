/**
 * The baseline of first syncs, a process of its own: sends the same requests one after the other, and only parses the
 * JSON of the answers. Argument: the file with the requests, a line each. Reads one order a line, answers one line each.
 */
import process from "node:process";
import { systemFetch } from "../../shared/system/mod.ts";
import { lines } from "./lines.ts";
import { PagesOrder, type PagesTaken, SentRequest } from "./sync_order.ts";

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

async function sendAgain(requests: readonly SentRequest[]): Promise<PagesTaken> {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  let bytes = 0;
  for (const { url, method, headers, body } of requests) {
    const answer = await systemFetch(url, { method, headers, body });
    if (!answer.ok) throw new Error(`Cannot bench: the provider answers ${answer.status}`);
    const text = await answer.text();
    parse(text, answer.headers.get("content-type") ?? "");
    bytes += text.length;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - started) / 1_000, cpu_seconds: (user + system) / 1_000_000, bytes };
}

const path = Deno.args[0] ?? "";
for await (const line of lines(Deno.stdin.readable)) {
  const { first, count } = PagesOrder.parse(JSON.parse(line));
  const sent = (await Deno.readTextFile(path)).split("\n").slice(first, first + count);
  const taken = await sendAgain(sent.map((text) => SentRequest.parse(JSON.parse(text))));
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(taken)}\n`));
}
