/** What a Graph item does not say of itself, for tests of the normalisers. */
import { choiceOf } from "../../shared/providers/choice.ts";
import { htmlFacts } from "../../shared/providers/html_facts.ts";
import { htmlToText } from "../../shared/providers/html_text.ts";
import type { ItemPlace } from "../../shared/providers/microsoft/kind.ts";

/** A container with a name, everything given, and real reading of HTML. */
export function placed(name: string, choice: Partial<ItemPlace["choice"]> = {}): ItemPlace {
  return {
    container: "container-1",
    containers: new Map([["container-1", { name, role: "" }]]),
    choice: { ...choiceOf({ choices: [] }, "mail"), ...choice },
    html: { toText: htmlToText, facts: htmlFacts },
  };
}
