/**
 * A mailbox to search in, made from a seed: mails with their answers, series of reports, newsletters that repeat their
 * words, meetings, contacts, tasks and long documents, in English, German, Japanese, Chinese and Korean.
 */
import type { IndexDocument } from "../../shared/index/port.ts";
import type { DocType } from "../../shared/contracts/names.ts";

/** When the person searches, ISO 8601. */
export const NOW = "2026-03-02T09:00:00.000Z";
const DAY_MS = 24 * 60 * 60 * 1_000;

/** A document of the mailbox, with what queries are made of. */
export interface Item {
  readonly number: number;
  readonly doc_type: DocType;
  readonly document: IndexDocument;
  readonly topic: string;
  readonly place: string;
  readonly person: Person;
  /** Documents of one series or thread, told apart by their time. */
  readonly series: string;
}

export interface Person {
  readonly name: string;
  readonly address: string;
}

const NAMES = [
  "Ada Lovelace",
  "Jürgen Müller",
  "Sabine Schröder",
  "Günther Jäger",
  "Käthe Weiß",
  "Björn Köhler",
  "Grace Hopper",
  "Srinivasa Ramanujan",
  "Emmy Noether",
  "Katherine Johnson",
  "Piotr Kowalski",
  "Agnieszka Nowak",
  "François Lefèvre",
  "Chloé Dubois",
  "María Fernández",
  "Diego Castellanos",
  "Giulia Bianchi",
  "Matteo Ricciardi",
  "Ingrid Johansson",
  "Anders Lindqvist",
  "Fatima Haddad",
  "Yusuf Demirel",
  "Olga Petrova",
  "Dmitri Volkov",
  "Priya Chandrasekhar",
  "Rahul Banerjee",
  "Thandiwe Mokoena",
  "Samuel Okonkwo",
  "Bridget O'Connor",
  "Declan Murphy",
  "Heike Böttcher",
  "Ulrich Hübner",
  "Annegret Vogel",
  "Wolfgang Krämer",
  "Margaret Hamilton",
  "Dorothy Vaughan",
  "Barbara Liskov",
] as const;

const TOPICS = [
  "lease agreement",
  "insurance renewal",
  "payroll migration",
  "warehouse inventory",
  "supplier audit",
  "travel policy",
  "customer churn",
  "security review",
  "brand guidelines",
  "hiring plan",
  "data retention",
  "quarterly forecast",
  "office relocation",
  "battery recycling",
  "patent application",
  "conference sponsorship",
  "fire inspection",
  "translation budget",
  "server upgrade",
  "expense report",
  "merger announcement",
  "training catalogue",
  "pension scheme",
  "packaging redesign",
  "energy contract",
  "parking permits",
  "canteen menu",
  "chemistry laboratory",
  "railway timetable",
  "vineyard harvest",
  "orchestra rehearsal",
  "museum exhibition",
  "garden party",
] as const;

const PLACES = [
  "Hamburg",
  "Lisbon",
  "Rotterdam",
  "Kraków",
  "Marseille",
  "Turin",
  "Göteborg",
  "Nairobi",
  "Chennai",
  "Toronto",
  "Zürich",
  "Salzburg",
  "Leeds",
  "Bilbao",
  "Tampere",
  "Osaka",
] as const;

const SENTENCES = [
  "Please let me know what you think before the end of the week.",
  "The numbers are in the attached file and should be final.",
  "We talked about this in the last meeting and nobody objected.",
  "I have moved the deadline, since two people are on leave.",
  "Could you check the second paragraph again?",
  "Everything else stays as we agreed.",
  "The customer has asked for a short summary.",
  "Thanks a lot for your patience with this.",
  "There is one open question about the price.",
  "Legal wants to see the wording first.",
] as const;

const CJK = [
  ["東京支社の会議", "来週の会議は東京支社で行います。資料を確認してください。", "東京", "資料"],
  ["請求書の送付", "請求書を送付しました。支払期限は月末です。", "請求", "期限"],
  ["出張の予定", "大阪への出張の予定を変更しました。新幹線を予約してください。", "出張", "予約"],
  ["合同审核", "合同已经审核完毕，请安排签字。", "合同", "签字"],
  ["仓库盘点", "仓库盘点将在周五进行，请提前准备。", "仓库", "盘点"],
  ["회의록 공유", "지난주 회의록을 공유합니다. 의견을 주세요.", "회의", "의견"],
  ["휴가 신청", "다음 달 휴가를 신청합니다. 승인 부탁드립니다.", "휴가", "승인"],
  ["採用面接", "採用面接の候補者を三名選びました。", "面接", "候補"],
] as const;

/** Mulberry32: the same numbers from the same seed everywhere. */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of a list. */
export function pick<T>(random: () => number, list: readonly T[]): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new RangeError("Cannot pick from an empty list");
  return found;
}

function addressOf(name: string): string {
  const plain = name.toLowerCase().replaceAll("ü", "ue").replaceAll("ö", "oe").replaceAll("ä", "ae").replaceAll(
    "ß",
    "ss",
  );
  return `${plain.normalize("NFD").replace(/[^a-z ]/g, "").replaceAll(" ", ".")}@example.com`;
}

/** Everybody who writes. */
export const PEOPLE: readonly Person[] = NAMES.map((name) => ({ name, address: addressOf(name) }));

interface Draft {
  readonly doc_type?: DocType;
  readonly title: string;
  readonly body: string;
  readonly topic: string;
  readonly place: string;
  readonly person: Person;
  readonly others?: readonly Person[];
  readonly days_ago: number;
  readonly series?: string;
  readonly fragments?: readonly string[];
}

function itemOf(number: number, draft: Draft): Item {
  const { doc_type = "email", title, body, topic, place, person, others = [], days_ago, series = "" } = draft;
  const happened_at = new Date(Date.parse(NOW) - days_ago * DAY_MS).toISOString();
  return {
    number,
    doc_type,
    topic,
    place,
    person,
    series,
    document: {
      provider: number % 3 === 0 ? "google" : "microsoft",
      connection_id: "con-1",
      container: "inbox",
      title,
      body,
      details: "",
      people: [person, ...others],
      from: [person.address],
      to: others.map(({ address }) => address),
      folder: { role: "inbox", name: "Inbox" },
      marks: [],
      fragments: (draft.fragments ?? []).map((text, position) => ({
        fragment_id: (number * 1_000 + position).toString(16).padStart(32, "0"),
        position,
        heading: "",
        place: "",
        text,
      })),
      url: "",
      happened_at,
      last_updated: happened_at,
      sync_timestamp: NOW,
      data: JSON.stringify({ title, body }),
    },
  };
}

/** The whole mailbox, about 4,000 documents. */
export function corpus(): Item[] {
  const random = chance(20_260_302);
  const items: Item[] = [];
  const add = (draft: Draft) => items.push(itemOf(items.length, draft));
  const some = (count: number) => Array.from({ length: count }, () => pick(random, SENTENCES)).join(" ");
  const place = () => pick(random, PLACES), topic = () => pick(random, TOPICS), person = () => pick(random, PEOPLE);
  for (let thread = 0; thread < 600; thread++) {
    const about = topic(), where = place(), asker = person(), answerer = person();
    const start = random() * 900 + 5;
    const title = `${about[0]?.toUpperCase()}${about.slice(1)} ${where}`;
    const answers = Math.floor(random() * 4);
    for (let at = 0; at <= answers; at++) {
      const writer = at % 2 === 0 ? asker : answerer;
      add({
        title: at === 0 ? title : `Re: ${title}`,
        body: `${at === 0 ? `About the ${about} in ${where}: ` : ""}${
          some(2 + Math.floor(random() * 4))
        }\n\n${writer.name}`,
        topic: about,
        place: where,
        person: writer,
        others: [at % 2 === 0 ? answerer : asker],
        days_ago: Math.max(0.1, start - at),
        series: `thread-${thread}`,
      });
    }
  }
  // Mentioned in passing: the words are there, the mail is about something else.
  for (let count = 0; count < 900; count++) {
    const about = topic(), where = place();
    add({
      title: pick(random, ["Lunch", "Minutes", "Notes", "Hello", "Question", "Update", "Friday", "Follow-up"]),
      body: `${some(3)} By the way, the ${about} came up, and ${where} too. ${
        some(3)
      } Greetings from ${person().name}.`,
      topic: "",
      place: "",
      person: person(),
      others: [person()],
      days_ago: random() * 900,
    });
  }
  for (let count = 0; count < 300; count++) {
    const about = topic(), where = place();
    add({
      title: `Newsletter ${count}: the best of ${where}`,
      body: Array.from({ length: 12 }, () => `${about}, ${where} and ${topic()}: read more about ${about}.`).join(" "),
      topic: "",
      place: "",
      person: { name: "The Daily Digest", address: "news@digest.example" },
      days_ago: random() * 900,
    });
  }
  for (const [at, where] of PLACES.entries()) {
    for (let week = 0; week < 40; week++) {
      add({
        title: `Weekly status ${where}`,
        body: `Status of ${where} in week ${week}: ${some(3)}`,
        topic: "weekly status",
        place: where,
        person: PEOPLE[at] ?? person(),
        others: [person()],
        days_ago: 1 + week * 7,
        series: `weekly-${where}`,
      });
    }
  }
  for (const about of TOPICS) {
    const where = place(), owner = person(), deep = place();
    const texts = Array.from({ length: 12 }, (_, part) => {
      const hidden = part === 7 ? ` In ${deep} the ${about} is handled by ${owner.name}.` : "";
      return `${some(8)} ${topic()} and ${topic()}.${hidden}`;
    });
    add({
      doc_type: "word_document",
      title: `${about} handbook`,
      body: texts.join("\n"),
      topic: about,
      place: deep,
      person: owner,
      days_ago: random() * 700,
      series: "handbook",
      fragments: texts,
    });
    add({
      doc_type: "calendar",
      title: `Kick-off ${about}`,
      body: `Agenda: ${some(2)} Venue: ${where}.`,
      topic: about,
      place: where,
      person: owner,
      others: [person(), person()],
      days_ago: random() * 200 - 30,
      series: "kick-off",
    });
    add({
      doc_type: "todo",
      title: `Prepare ${about} for ${where}`,
      body: some(1),
      topic: about,
      place: where,
      person: owner,
      days_ago: random() * 60 - 10,
      series: "todo",
    });
  }
  for (const someone of PEOPLE) {
    add({
      doc_type: "contact",
      title: someone.name,
      body: `Mill & Race\n+49 40 ${100_000 + items.length}`,
      topic: "",
      place: "",
      person: someone,
      days_ago: random() * 900,
      series: "contact",
    });
  }
  for (const [title, body, word] of CJK) {
    for (let count = 0; count < 3; count++) {
      add({
        title,
        body: `${body} ${count}`,
        topic: word,
        place: "",
        person: person(),
        days_ago: 3 + count * 100,
        series: `cjk-${word}`,
      });
    }
  }
  return items;
}

/** Two characters of Japanese, Chinese and Korean texts, with the series of the mails that hold them. */
export const CJK_WORDS: readonly { readonly word: string; readonly series: string }[] = CJK.flatMap((
  [, , title, body],
) => [{ word: title, series: `cjk-${title}` }, { word: body, series: `cjk-${title}` }]);
