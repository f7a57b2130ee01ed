/** Dead letters of people who are erased. */
import { z } from "zod";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import type { State } from "../../shared/state/port.ts";
import { fromBase64 } from "../dispatch/mod.ts";
import type { DeadLetterStore } from "./store.ts";

const Named = z.object({ user_id: z.string() });
const decoder = new TextDecoder();

/** Whose message it is; `""` when it does not say. What the bus forwarded says so in the message alone. */
export function personOf(letter: DeadLetter): string {
  if (letter.user_id !== "") return letter.user_id;
  try {
    const named = Named.safeParse(JSON.parse(decoder.decode(fromBase64(letter.data_base64))));
    return named.success ? named.data.user_id : "";
  } catch {
    // Neither base64 nor JSON: what was never a message of ours names nobody.
    return "";
  }
}

/** Whether the message failed before its person was erased, and only arrives now. */
export async function isErased(state: State, letter: DeadLetter): Promise<boolean> {
  const user_id = personOf(letter);
  if (user_id === "") return false;
  return Date.parse(letter.failed_at) * 1_000 <= await state.records({ user_id }).floor();
}

/** Removes every letter of the person. @returns how many */
export async function eraseLetters(store: DeadLetterStore, user_id: string): Promise<number> {
  let removed = 0;
  for await (const letter of store.all()) {
    if (personOf(letter) !== user_id) continue;
    const { dead_letter_id } = letter;
    // Read again: one that was stored anew meanwhile is the person's all the same.
    for (let kept = await store.get(dead_letter_id); kept !== null; kept = await store.get(dead_letter_id)) {
      if (await store.remove(kept)) removed++;
    }
  }
  return removed;
}
