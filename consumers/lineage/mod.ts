/** Lineage: where a document's last change has been, and why it is not in search if it is not. */
import type { LineagePorts } from "./facts.ts";
import type { LineageView } from "./model.ts";

export { Hop, LineageView, Verdict } from "./model.ts";
export type { LineagePorts } from "./facts.ts";

/** The way of a person's document; null when nothing of it is known. Changes nothing. @throws StoreAwayError */
export async function lineageOf(ports: LineagePorts, user_id: string, doc_id: string): Promise<LineageView | null> {
  // Loaded with the first question: nobody asks at start.
  const { wayOf } = await import("./way.ts");
  return await wayOf(ports, user_id, doc_id);
}
