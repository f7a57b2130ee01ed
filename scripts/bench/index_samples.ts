/** Documents to fill an index with, as many as are wanted. */
import type { IndexDocument, IndexWrite } from "../../shared/index/port.ts";
import { chance, PEOPLE, pick } from "./relevance_corpus.ts";

/** Common words first: a text draws the nth about n times less often than the first, as languages do. */
const WORDS = 30_000;
/** Words of a mail: about 1.5 KB. */
const BODY_WORDS = 220;
const TITLE_WORDS = 5;
const DAY_MS = 24 * 60 * 60 * 1_000;

function word(rank: number): string {
  let text = "", rest = rank * 7919 + 13;
  while (rest > 0) {
    text += "bdfgklmnprstvz"[rest % 14] ?? "";
    text += "aeiou"[rest % 5] ?? "";
    rest = Math.floor(rest / 14);
  }
  return text;
}

const DICTIONARY = Array.from({ length: WORDS }, (_, rank) => word(rank));

/** One of the words, the common ones often. */
export function drawWord(random: () => number): string {
  return DICTIONARY[Math.floor(WORDS ** random()) - 1] ?? "";
}

/** The word of a rank, from 0. */
export function wordOf(rank: number): string {
  return DICTIONARY[rank] ?? "";
}

/** Mails of a person, made from a seed. */
export function* sampleWrites(user_id: string, count: number, seed: number, now_ms: number): Generator<IndexWrite> {
  const random = chance(seed);
  const text = (words: number) => Array.from({ length: words }, () => drawWord(random)).join(" ");
  for (let number = 0; number < count; number++) {
    const title = text(TITLE_WORDS), body = text(BODY_WORDS);
    const [author, recipient] = [pick(random, PEOPLE), pick(random, PEOPLE)];
    const happened_at = new Date(now_ms - random() * 900 * DAY_MS).toISOString();
    const doc_id = (seed * 2 ** 24 + number).toString(16).padStart(32, "0");
    const document: IndexDocument = {
      provider: "microsoft",
      connection_id: "con-1",
      container: "inbox",
      title,
      body,
      details: "",
      people: author === recipient ? [author] : [author, recipient],
      from: [author.address],
      to: [recipient.address],
      folder: { role: "inbox", name: "Inbox" },
      marks: number % 7 === 0 ? ["unread"] : [],
      fragments: [0, 1].map((position) => ({
        fragment_id: (number * 2 + position).toString(16).padStart(32, "0"),
        position,
        heading: "",
        place: "",
        text: position === 0 ? body.slice(0, 900) : body.slice(800),
      })),
      url: `https://mail.example/${number}`,
      happened_at,
      last_updated: happened_at,
      sync_timestamp: new Date(now_ms).toISOString(),
      data: JSON.stringify({ doc_id, title, body, author, recipient, happened_at }),
    };
    yield { user_id, doc_type: "email", doc_id, revision: 1, operation: "put", document };
  }
}
