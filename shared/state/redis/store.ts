import type { Buffer } from "node:buffer";
import type { Clock, Log } from "../../contracts/deps.ts";
import { StoreAwayError } from "../../contracts/errors.ts";
import type { RedisClient } from "./connection.ts";
import { replicasOf } from "./info.ts";
import type { Script } from "./script.ts";

/** Answers of Redis that say "not now", by their first word: it loads, has lost its primary, its memory or its disk. */
const AWAY_ANSWERS: ReadonlySet<string> = new Set([
  "LOADING",
  "READONLY",
  "MASTERDOWN",
  "CLUSTERDOWN",
  "TRYAGAIN",
  "MISCONF",
  "NOREPLICAS",
  "OOM",
  "BUSY",
  "NOAUTH",
  "WRONGPASS",
]);

/** How long a write may take to reach a replica, milliseconds; less than what a command may take. */
const WAIT_MS_MAX = 1_000;

/** How long an answer about replicas is believed, milliseconds. */
const REPLICAS_MS_MAX = 10_000;

/** What the parts of the store share. */
export interface StoreOptions {
  readonly client: RedisClient;
  readonly clock: Clock;
  readonly log: Log;
  /** Before every key. */
  readonly prefix: string;
  /** Random, of this process. */
  readonly owner: string;
  /** Microseconds added to the server's time; only tests have a reason to. */
  readonly offset_us: () => number;
}

/** Runs commands and scripts, and turns what says that Redis is away into StoreAwayError. */
export class Store {
  readonly client: RedisClient;
  readonly prefix: string;
  readonly owner: string;
  readonly #clock: Clock;
  readonly #offset_us: () => number;
  #connection = 0;
  #broken: Error | undefined;
  /** Why there is no connection; undefined when there is one. */
  #reason: Error | undefined;
  #replicas: Promise<boolean> | undefined;
  #replicas_at_ms = 0;
  #waiting: Promise<number> | undefined;

  constructor(options: StoreOptions) {
    this.client = options.client;
    this.prefix = options.prefix;
    this.owner = options.owner;
    this.#clock = options.clock;
    this.#offset_us = options.offset_us;
    options.client.on("connect", () => {
      this.#connection++;
      this.#broken = undefined;
      // Another server may answer now.
      this.#replicas = undefined;
    });
    options.client.on("error", (error: Error) => {
      // The client goes on in database 0 when the one asked for can't be had: better nothing than another's keys.
      if (isSelect(error)) this.#broken = error;
      if (this.#reason === undefined) options.log.warn("Redis does not answer", { error });
      this.#reason = error;
    });
    options.client.on("ready", () => {
      if (this.#reason !== undefined) options.log.info("Redis answers again");
      this.#reason = undefined;
    });
  }

  /** Microseconds since the epoch, by the server. */
  async micros(): Promise<number> {
    const [seconds, micros] = await this.command((client) => client.time());
    return Number(seconds) * 1_000_000 + Number(micros) + this.#offset_us();
  }

  /** Runs commands. @throws StoreAwayError */
  async command<T>(send: (client: RedisClient) => Promise<T>): Promise<T> {
    if (this.#broken !== undefined) throw new StoreAwayError("Redis", this.#broken);
    try {
      return await send(this.client);
    } catch (error) {
      throw this.#away(error);
    }
  }

  /** Runs a script; all keys must be in one slot. @throws StoreAwayError */
  async run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number | Buffer)[] = [],
  ): Promise<unknown> {
    if (this.#broken !== undefined) throw new StoreAwayError("Redis", this.#broken);
    const offset = this.#offset_us();
    try {
      return await this.client.evalsha(script.sha, keys.length, ...keys, offset, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw this.#away(error);
    }
    try {
      return await this.client.eval(script.lua, keys.length, ...keys, offset, ...args);
    } catch (error) {
      throw this.#away(error);
    }
  }

  /**
   * Runs `write`, and where replicas exist waits until one has it: without that, a failover would take back what was
   * acknowledged.
   * @param key one of the keys that were written
   * @throws StoreAwayError when none has it in time; the write may last all the same
   */
  async durably<T>(key: string, write: () => Promise<T>): Promise<T> {
    const connection = this.#connection;
    const result = await write();
    if (!await this.#hasReplicas()) return result;
    const reached = await this.command((client) => client.isCluster ? this.#waitAt(key) : this.#wait());
    // WAIT speaks of the writes of its own connection only.
    if (reached < 1 || connection !== this.#connection) throw new StoreAwayError("A replica of Redis");
    return result;
  }

  /** One WAIT covers every write that was sent before it on the connection, so callers of one moment share it. */
  #wait(): Promise<number> {
    this.#waiting ??= Promise.resolve().then(() => {
      this.#waiting = undefined;
      return this.client.wait(1, WAIT_MS_MAX);
    });
    return this.#waiting;
  }

  /** In a cluster a pipeline goes to the node of its keys, and so by the connection that the write took. */
  async #waitAt(key: string): Promise<number> {
    const results = await this.client.pipeline().exists(key).wait(1, WAIT_MS_MAX).exec();
    const [error, reached] = results?.[1] ?? [new Error("no answer to WAIT"), 0];
    if (error !== null) throw error;
    return Number(reached);
  }

  /**
   * Anything but Redis's own complaint about a command means that no answer came: the connection is closed, or not
   * there yet. Whether the command was carried out is then unknown.
   */
  #away(error: unknown): unknown {
    if (error instanceof StoreAwayError) return error;
    const complaint = error instanceof Error && error.name === "ReplyError" ? error.message : undefined;
    if (complaint === undefined) return new StoreAwayError("Redis", this.#reason ?? error);
    return AWAY_ANSWERS.has(complaint.split(" ", 1)[0] ?? "") ? new StoreAwayError("Redis", error) : error;
  }

  #hasReplicas(): Promise<boolean> {
    const now = this.#clock.now();
    const age = now - this.#replicas_at_ms;
    if (this.#replicas === undefined || age < 0 || age > REPLICAS_MS_MAX) {
      this.#replicas_at_ms = now;
      this.#replicas = this.command(replicasOf);
      this.#replicas.catch(() => this.#replicas = undefined);
    }
    return this.#replicas;
  }
}

/** An answer to SELECT, which the client sends by itself when it connects. */
function isSelect(error: Error): boolean {
  return "command" in error && typeof error.command === "object" && error.command !== null &&
    "name" in error.command && error.command.name === "select";
}
