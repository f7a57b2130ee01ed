/**
 * The load generator, a process of its own: plain TCP, requests that were built before the clock starts, and no more
 * parsing of answers than to know where they end. Started by `load.ts`; reads one order a line, answers one line each.
 */
import process from "node:process";
import { lines } from "./lines.ts";
import { Order, type Report } from "./order.ts";
import { requestBytes } from "./requests.ts";

/** Answers of the measured routes are far smaller. */
const ANSWER_BYTES_MAX = 16 * 1024;
const decoder = new TextDecoder("latin1");

/** One kept-alive connection. */
class Connection {
  readonly #conn: Deno.TcpConn;
  readonly #buffer = new Uint8Array(ANSWER_BYTES_MAX);

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
  }

  /** Sends a request and reads its answer whole. @returns the status */
  async exchange(request: Uint8Array): Promise<number> {
    for (let sent = 0; sent < request.length;) {
      sent += await this.#conn.write(sent === 0 ? request : request.subarray(sent));
    }
    let filled = 0;
    while (true) {
      const read = await this.#conn.read(this.#buffer.subarray(filled));
      if (read === null) throw new Error("Cannot go on: the server closed the connection");
      filled += read;
      const status = statusOf(this.#buffer, filled);
      if (status !== undefined) return status;
    }
  }

  close(): void {
    this.#conn.close();
  }
}

/** The status, once the answer is whole; undefined before. */
function statusOf(buffer: Uint8Array, filled: number): number | undefined {
  const text = decoder.decode(buffer.subarray(0, filled));
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  if (text.length < end + 4 + Number(length ?? 0)) return undefined;
  return Number(text.slice(9, 12));
}

/** Sends what was ordered over its connections, each of which waits for its answer before it sends again. */
async function load(order: Order): Promise<Report> {
  const requests = Array.from({ length: order.requests }, (_, at) => requestBytes(order, order.first + at));
  const connections = await Promise.all(Array.from({ length: order.connections }, async () => {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: order.port });
    conn.setNoDelay(true);
    return new Connection(conn);
  }));
  const statuses: Record<string, number> = {};
  const used = process.cpuUsage();
  const started = performance.now();
  let next = 0;
  await Promise.all(connections.map(async (connection) => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const status = await connection.exchange(request);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }));
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(used);
  for (const connection of connections) connection.close();
  return { seconds, statuses, cpu_seconds: (user + system) / 1_000_000 };
}

for await (const line of lines(Deno.stdin.readable)) {
  const report = await load(Order.parse(JSON.parse(line)));
  await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
}
