/** What can stand at the caret of the search field: names of filters, their values, people and subjects. */

/** A proposal for the text between `from` and `to`. */
export interface Completion {
  readonly label: string;
  readonly detail: string;
  /** What stands there when it is taken. */
  readonly insert: string;
}

/** What is being typed at the caret. */
export interface Typing {
  /** Where it begins and ends in the text, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /** The minus before it, and the name of the filter with its colon; `""` without. */
  readonly minus: string;
  readonly filter: string;
  /** What is typed of the value, or of the word. */
  readonly value: string;
}

const FILTERS: readonly (readonly [string, string])[] = [
  ["from:", "who wrote it"],
  ["to:", "who received it or is invited"],
  ["subject:", "words of the title"],
  ["in:", "a folder, calendar or list"],
  ["type:", "mail, event, contact, task, word, sheet, slides"],
  ["has:", "attachment"],
  ["is:", "unread, flagged, draft, important, done"],
  ["before:", "a day, month or year"],
  ["after:", "a day, month or year"],
  ["on:", "a day, month or year"],
  ["provider:", "microsoft, google or import"],
];

const DAYS = ["today", "yesterday"];

const VALUES: Readonly<Record<string, readonly string[]>> = {
  "type:": ["mail", "event", "contact", "task", "word", "sheet", "slides", "file"],
  "has:": ["attachment"],
  "is:": ["unread", "read", "flagged", "draft", "important", "done", "open", "cancelled"],
  "in:": ["inbox", "sent", "drafts", "archive", "junk", "trash"],
  "provider:": ["microsoft", "google", "import"],
  "before:": DAYS,
  "after:": DAYS,
  "on:": DAYS,
};

/** The filters whose values are people. */
const OF_PEOPLE = ["from:", "to:"];

/** The token around which the caret stands: up to the last space before it that is in no quotes. */
export function typingAt(text: string, caret: number): Typing {
  const before = text.slice(0, caret);
  let from = 0;
  let quoted = false;
  for (let index = 0; index < before.length; index++) {
    if (before[index] === '"') quoted = !quoted;
    else if (before[index] === " " && !quoted) from = index + 1;
  }
  const token = before.slice(from);
  const [, minus = "", filter = "", value = ""] = /^(-?)((?:[a-z]+:)?)(.*)$/s.exec(token) ?? [];
  const known = FILTERS.some(([name]) => name === filter);
  return {
    from,
    to: caret,
    minus,
    filter: known ? filter : "",
    value: (known ? value : filter + value).replaceAll('"', ""),
  };
}

/** What to ask the server for while this is typed; `""` for nothing. */
export function askedOf({ filter, value, minus }: Typing): string {
  if (value.length < 2 || minus !== "" && filter === "") return "";
  return filter === "" || filter === "subject:" || OF_PEOPLE.includes(filter) ? value : "";
}

/** Proposals that need no server. */
export function ownCompletions(typing: Typing): readonly Completion[] {
  const { minus, filter, value } = typing;
  const begins = (text: string) => text.startsWith(value.toLowerCase());
  if (filter !== "") {
    return (VALUES[filter] ?? []).filter((one) => begins(one) && one !== value)
      .map((one) => ({ label: `${filter}${one}`, detail: "", insert: `${minus}${filter}${one} ` }));
  }
  return FILTERS.filter(([name]) => begins(name) && (value !== "" || minus !== ""))
    .map(([name, detail]) => ({ label: name, detail, insert: `${minus}${name}` }));
}

/** Whether a value of a closed list was begun and is not there yet. */
export function isBegun(typing: Typing): boolean {
  const values = typing.filter === "in:" ? [] : VALUES[typing.filter] ?? [];
  return !values.includes(typing.value) && values.some((one) => one.startsWith(typing.value));
}

/** A person or a subject as the server suggests it. */
export type Suggestion =
  | { readonly kind: "person"; readonly name: string; readonly address: string }
  | { readonly kind: "subject"; readonly title: string };

/** Proposals out of the server's suggestions. */
export function suggestedCompletions(typing: Typing, suggestions: readonly Suggestion[]): readonly Completion[] {
  const { filter, minus } = typing;
  return suggestions.flatMap((suggestion): Completion[] => {
    if (suggestion.kind === "person") {
      if (filter !== "" && !OF_PEOPLE.includes(filter)) return [];
      const { name, address } = suggestion;
      return [{
        label: name === "" ? address : name,
        detail: name === "" ? "" : address,
        insert: `${minus}${filter === "" ? "from:" : filter}${address} `,
      }];
    }
    if (filter !== "" && filter !== "subject:") return [];
    const title = suggestion.title.replaceAll('"', "");
    return [{ label: title, detail: "subject", insert: `${minus}subject:"${title}" ` }];
  });
}

/** The text with a proposal taken, and where the caret stands then. */
export function take(text: string, { from, to }: Typing, { insert }: Completion): { text: string; caret: number } {
  const rest = text.slice(to).replace(/^\S*\s?/, "");
  return { text: text.slice(0, from) + insert + rest, caret: from + insert.length };
}
