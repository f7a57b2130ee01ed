/** Mails of a few hundred people, some of whom write much more than others, as events. */
import { Email } from "../../shared/contracts/documents.ts";
import { type Event, eventType, SCHEMA_VERSION } from "../../shared/contracts/event.ts";
import { digest } from "../../shared/contracts/ids.ts";
import { sampleEvent } from "./events.ts";

const PEOPLE = 300;
const HOUR_MS = 60 * 60 * 1_000;
const FIRST_AT = Date.UTC(2024, 0, 1);
const FIRST_NAMES = ["Olivia", "James", "Priya", "Jörg", "Katharina", "Sören", "Élodie", "Rémi", "Aïcha", "Grace"];
const LAST_NAMES = ["Whitfield", "Okafor", "Schröder", "Weiß", "Yıldız", "Lefèvre", "Dubois", "Mehta", "Hartley"];

const MIDDLE = ["Anne", "Lee", "Marie"];

/** A number below 1 that follows from two others. */
function chance(a: number, b: number): number {
  return ((a * 2_654_435_761 + b * 40_503 + 12_345) % 1_000_003) / 1_000_003;
}

function correspondent(number: number, which: number) {
  const at = Math.floor(PEOPLE * chance(number, which) ** 2);
  const [first, last] = [FIRST_NAMES[at % 10] ?? "", LAST_NAMES[Math.floor(at / 10) % 9] ?? ""];
  // One in ten shares a name with another address.
  const middle = at < 270 ? MIDDLE[Math.floor(at / 90)] ?? "" : MIDDLE[0];
  return { name: `${first} ${middle} ${last}`, address: `person${at}@firm${at % 40}.example` };
}

/** Mail number `number` of a person: every fourth one is sent, and each has a second person in it. */
export async function mailEvent(number: number, user_id: string): Promise<Event> {
  const own = { name: "", address: `${user_id}@outlook.example` };
  const doc_id = await digest("bench", String(number));
  const sent = number % 4 === 0;
  const at = new Date(FIRST_AT + number * HOUR_MS).toISOString();
  const sample = sampleEvent(number);
  const document = {
    ...Email.parse(JSON.parse(sample.data)),
    doc_id,
    folder_role: sent ? "sent" : "inbox",
    from: sent ? own : correspondent(number, 1),
    to: sent ? [correspondent(number, 1), correspondent(number, 2)] : [own, correspondent(number, 2)],
    received_at: at,
    last_updated: at,
  };
  return {
    ...sample,
    schema_version: SCHEMA_VERSION,
    event_type: eventType("email", "create"),
    event_id: await digest("bench event", String(number)),
    user_id,
    doc_id,
    data: JSON.stringify(document),
  };
}
