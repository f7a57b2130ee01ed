/** Requests a second of two servers, from the same generator. */
import { z } from "zod";
import { type Child, startChild } from "./child.ts";
import { compare, type Compared, figure, type Round } from "./compare.ts";
import type { Progress } from "./measure.ts";
import { type Order, Report } from "./order.ts";

/** Where a server of a bench answers. `token` is what its deliveries carry. */
export const Address = z.object({ port: z.int().positive(), token: z.string() });
export type Address = z.infer<typeof Address>;

/** As many as a provider or Pub/Sub would use at the same time. */
const CONNECTIONS = 64;
/** The baseline's rounds are larger, so that both take about as long. */
const BASELINE_FACTOR = 3;

/** What is sent where. */
export interface LoadPlan {
  readonly kind: Order["kind"];
  readonly rounds: number;
  /** Of ours; none is sent twice. */
  readonly requests_a_round: number;
  readonly path: string;
  /** The status of an accepted request. Any other fails the bench. */
  readonly accepted: number;
}

/** How many requests a plan needs in all, the round that does not count included. */
export function requestsOf({ rounds, requests_a_round }: LoadPlan): number {
  return (rounds + 1) * requests_a_round;
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

/** Compares a server with the bare route. @returns the figures, and what the generator needed, as a note */
export async function compareWithBare(
  load: Load,
  server: Address,
  plan: LoadPlan,
  progress: Progress,
): Promise<Compared & { readonly note: string }> {
  const bare = startChild("bare_server.ts", []);
  try {
    const { port } = Address.parse(JSON.parse(await bare.line()));
    let first = 0;
    const shares = { ours: 0, bare: 0 };
    const ours: Round = async () => {
      const { kind, path, requests_a_round } = plan;
      const order = { ...server, kind, path, requests: requests_a_round, first };
      first += requests_a_round;
      const rate = await load.rate(order, plan.accepted);
      shares.ours = load.takeShare();
      return rate;
    };
    const baseline: Round = async () => {
      const requests = plan.requests_a_round * BASELINE_FACTOR;
      const order = { port, token: server.token, kind: plan.kind, path: "/bare", requests, first: 0 };
      const rate = await load.rate(order, 202);
      shares.bare = load.takeShare();
      return rate;
    };
    const compared = await compare(plan.rounds, { ours, baseline }, progress);
    const percent = (share: number) => `${Math.round(share * 100)} %`;
    const note = `the load generator took ${percent(shares.ours)} of one processor, ${
      percent(shares.bare)
    } on the bare route`;
    return { ...compared, note };
  } finally {
    await bare.end();
  }
}

/** A figure as a rate, for a note. */
export const perSecond = (rate: number) => `${figure(rate)}/s`;
