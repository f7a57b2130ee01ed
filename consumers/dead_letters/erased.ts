/** Dead letters of people who are erased. */
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import type { State } from "../../shared/state/port.ts";
import { personOf } from "./about.ts";
import { type DeadLetterStore, EVERY_LETTER } from "./store.ts";

/** Whether the message failed before its person was erased, and only arrives now. */
export async function isErased(state: State, letter: DeadLetter): Promise<boolean> {
  const user_id = personOf(letter);
  if (user_id === "") return false;
  return Date.parse(letter.failed_at) * 1_000 <= await state.records({ user_id }).floor();
}

/** Removes every letter of the person. @returns how many */
export async function eraseLetters(store: DeadLetterStore, user_id: string): Promise<number> {
  let removed = 0;
  for await (const letter of store.all({ ...EVERY_LETTER, user_id })) {
    const { dead_letter_id } = letter;
    // Read again: one that was stored anew meanwhile is the person's all the same.
    for (let kept = await store.get(dead_letter_id); kept !== null; kept = await store.get(dead_letter_id)) {
      if (await store.remove(kept)) removed++;
    }
  }
  return removed;
}
