/** Requests a second of two servers, from the same generator. */
import { z } from "zod";
import { type Child, cpuSeconds, startChild } from "./child.ts";
import { compare, type Compared, figure, median, type Round, WARM_UP_ROUNDS } from "./compare.ts";
import type { Progress } from "./measure.ts";
import { type Order, Report } from "./order.ts";

/** Where a server of a bench answers. `token` is what its deliveries carry. */
export const Address = z.object({ port: z.int().positive(), token: z.string() });
export type Address = z.infer<typeof Address>;

/** As many as a provider or Pub/Sub would use at the same time. */
const CONNECTIONS = 64;
const BARE_ACCEPTED = 202;
/** The baseline's rounds are larger, so that both take about as long. */
const BASELINE_FACTOR = 3;

/** What is sent where. */
export interface LoadPlan {
  readonly kind: Order["kind"];
  readonly rounds: number;
  /** Of ours; none is sent twice. */
  readonly requests_a_round: number;
  readonly path: string;
  readonly address: Address;
  /** The status of an accepted request. Any other fails the bench. */
  readonly accepted: number;
}

/** How many requests a plan needs in all, with the rounds that do not count. */
export function requestsOf({ rounds, requests_a_round }: Pick<LoadPlan, "rounds" | "requests_a_round">): number {
  return (rounds + WARM_UP_ROUNDS) * requests_a_round;
}

/** The generator with its bookkeeping. */
export class Load {
  readonly #generator: Child = startChild("generator.ts", []);
  #cpu_seconds = 0;
  #seconds = 0;

  /** Requests a second. @throws Error when one is not accepted */
  async rate(order: Omit<Order, "connections">, accepted: number): Promise<number> {
    const text = await this.#generator.ask(JSON.stringify({ ...order, connections: CONNECTIONS }));
    const report = Report.parse(JSON.parse(text));
    const others = Object.keys(report.statuses).filter((status) => status !== String(accepted));
    if (others.length > 0) throw new Error(`Cannot bench: answers were ${JSON.stringify(report.statuses)}`);
    this.#cpu_seconds += report.cpu_seconds;
    this.#seconds += report.seconds;
    return order.requests / report.seconds;
  }

  /** How much of one processor the generator took since it was last asked, 0 to 1. */
  takeShare(): number {
    const share = this.#cpu_seconds / this.#seconds;
    this.#cpu_seconds = this.#seconds = 0;
    return share;
  }

  end(): Promise<void> {
    return this.#generator.end();
  }
}

/**
 * Compares a server with the bare route.
 * @returns the figures, and notes on what each request cost, which a busy machine changes less than the rates
 */
export async function compareWithBare(
  load: Load,
  server: Child,
  plan: LoadPlan,
  progress: Progress,
): Promise<Compared & { readonly notes: readonly string[] }> {
  const bare = startChild("bare_server.ts", []);
  try {
    const { port } = Address.parse(JSON.parse(await bare.line()));
    const address = plan.address;
    const costs = { ours: new Cost(server, load), bare: new Cost(bare, load) };
    let first = 0;
    const ours: Round = () => {
      const { kind, path, requests_a_round } = plan;
      const order = { ...address, kind, path, requests: requests_a_round, first };
      first += requests_a_round;
      return costs.ours.of(requests_a_round, () => load.rate(order, plan.accepted));
    };
    const baseline: Round = () => {
      const requests = plan.requests_a_round * BASELINE_FACTOR;
      const order = { port, token: address.token, kind: plan.kind, path: "/bare", requests, first: 0 };
      return costs.bare.of(requests, () => load.rate(order, BARE_ACCEPTED));
    };
    const compared = await compare(plan.rounds, { ours, baseline }, progress);
    const notes = [
      `processor time a request: ${costs.ours.micros()} µs, bare route ${costs.bare.micros()} µs`,
      `the load generator took ${costs.ours.share()} of one processor, ${costs.bare.share()} on the bare route`,
    ];
    return { ...compared, notes };
  } finally {
    await bare.end();
  }
}

/** What requests cost the server and the generator. */
class Cost {
  readonly #server: Child;
  readonly #load: Load;
  readonly #micros: number[] = [];
  readonly #shares: number[] = [];

  constructor(server: Child, load: Load) {
    this.#server = server;
    this.#load = load;
  }

  async of(requests: number, round: Round): Promise<number> {
    const before = await cpuSeconds(this.#server);
    const rate = await round();
    this.#micros.push((await cpuSeconds(this.#server) - before) * 1_000_000 / requests);
    this.#shares.push(this.#load.takeShare());
    return rate;
  }

  micros(): string {
    return figure(median(this.#micros));
  }

  share(): string {
    return `${Math.round(median(this.#shares) * 100)} %`;
  }
}
