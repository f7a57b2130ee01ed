/** Questions to the living victim: its own second port for the stores, and the API for what operators see. */
import { z } from "zod";
import { systemClock } from "../../shared/system/mod.ts";
import { Backlog, Findings, type Lookup } from "./control.ts";
import { ADMIN_KEY } from "./providers.ts";

const Letters = z.object({
  items: z.array(
    z.object({
      dead_letter_id: z.string(),
      user_id: z.string(),
      kind: z.string(),
      reason: z.string(),
      retry_at: z.string(),
    }),
  ),
  next_cursor: z.string(),
});
/** A dead letter as operators see it listed. */
export type Letter = z.infer<typeof Letters>["items"][number];

const Hits = z.object({ hits: z.array(z.object({ doc_id: z.string() })) });

export class Asking {
  #url = "";
  #control = "";

  get url(): string {
    return this.#url;
  }

  get control(): string {
    return this.#control;
  }

  at({ url, control }: { readonly url: string; readonly control: string }): void {
    this.#url = url;
    this.#control = control;
  }

  /** Waits until it says that it is ready. */
  async ready(): Promise<void> {
    await until("the victim is ready", 30_000, async () => {
      const answer = await fetch(`${this.#url}/readyz`);
      await answer.body?.cancel();
      return answer.status === 200;
    });
  }

  async index(lookup: Lookup): Promise<Findings> {
    return Findings.parse(await this.#post("/index", lookup));
  }

  /** Messages that some subscription has not acknowledged; null where the bus does not say. */
  async backlog(): Promise<number | null> {
    const all = Backlog.parse(await this.#post("/backlog", {}));
    return all.reduce<number | null>((sum, { backlog }) => sum === null || backlog === null ? null : sum + backlog, 0);
  }

  /** Of the public search. */
  async search(user_id: string, q: string): Promise<string[]> {
    const answer = await this.#api(user_id, `/v1/search?q=${q}`);
    return Hits.parse(answer).hits.map(({ doc_id }) => doc_id);
  }

  /** The dead letters of these people. */
  async letters(user_ids: readonly string[]): Promise<Letter[]> {
    const all: Letter[] = [];
    for (let cursor = "";;) {
      const page = Letters.parse(await this.#api("", `/v1/admin/dead-letters?limit=100&cursor=${cursor}`));
      all.push(...page.items);
      if (page.next_cursor === "") break;
      cursor = encodeURIComponent(page.next_cursor);
    }
    return all.filter(({ user_id }) => user_ids.includes(user_id));
  }

  async replay(letter: Letter): Promise<void> {
    await this.#api("", `/v1/admin/dead-letters/${letter.dead_letter_id}/replay`, "POST");
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#control}${path}`, { method: "POST", body: JSON.stringify(body) });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`The victim answers ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  async #api(user_id: string, path: string, method = "GET"): Promise<unknown> {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, ...(user_id === "" ? {} : { "millrace-user": user_id }) };
    const answer = await fetch(`${this.#url}${path}`, { method, headers });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answers ${answer.status} ${text}`);
    return JSON.parse(text);
  }
}

/** While something changes, it is waited for, however slow the machine is; but a test has an end. */
const UNTIL_MS_MAX = 600_000;

/**
 * Looks until it holds, ten times a second if not told.
 * @param still_ms_max how long what is said may stay the same
 * @throws Error with the name, and with what was said last
 */
export async function until(
  what: string,
  still_ms_max: number,
  holds: () => Promise<boolean | string>,
  every_ms = 100,
): Promise<void> {
  let said: boolean | string | undefined;
  const began = systemClock.now();
  for (let changed = began;;) {
    const held = await holds();
    if (held === true) return;
    const now = systemClock.now();
    if (held !== said) [said, changed] = [held, now];
    if (now - changed > still_ms_max || now - began > UNTIL_MS_MAX) {
      throw new Error(`${what}: nothing new in ${still_ms_max} ms${held === false ? "" : `: ${held}`}`);
    }
    await systemClock.sleep(every_ms);
  }
}
