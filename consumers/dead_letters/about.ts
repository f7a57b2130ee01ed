/** What a dead letter is about, by its message where the letter itself does not say. */
import { z } from "zod";
import type { DeadLetter } from "../../shared/contracts/messages.ts";
import { fromBase64 } from "../dispatch/mod.ts";

const Named = z.object({
  user_id: z.string().catch(""),
  connection_id: z.string().catch(""),
  resource: z.string().catch(""),
  doc_id: z.string().catch(""),
  doc_ids: z.array(z.string()).catch([]),
});
const decoder = new TextDecoder();

/** Each is `""` or empty where the message does not name it. */
export interface About {
  readonly user_id: string;
  readonly connection_id: string;
  readonly resource: string;
  readonly doc_ids: readonly string[];
}

/** Reads the message of a letter. What was never a message of ours is about nothing. */
export function aboutOf(letter: DeadLetter): About {
  const nothing = { user_id: letter.user_id, connection_id: "", resource: "", doc_ids: [] };
  try {
    const named = Named.safeParse(JSON.parse(decoder.decode(fromBase64(letter.data_base64))));
    if (!named.success) return nothing;
    const { user_id, connection_id, resource, doc_id, doc_ids } = named.data;
    return {
      user_id: letter.user_id === "" ? user_id : letter.user_id,
      connection_id,
      resource,
      doc_ids: doc_id === "" ? doc_ids : [doc_id],
    };
  } catch {
    // Neither base64 nor JSON.
    return nothing;
  }
}

/** Whose message it is; `""` when it does not say. What the bus forwarded says so in the message alone. */
export function personOf(letter: DeadLetter): string {
  return letter.user_id === "" ? aboutOf(letter).user_id : letter.user_id;
}
