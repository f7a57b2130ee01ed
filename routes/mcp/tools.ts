/** The tools: each asks one address of the API and gives of its answer what an assistant needs, in few words. */
import { z } from "zod";

/** What a tool is. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  /** Where it asks. */
  readonly path: (given: unknown) => string;
  /** What it asks with, by POST. */
  readonly body?: (given: unknown) => unknown;
  /** The answer without what is left out. */
  readonly shape: (answer: unknown) => unknown;
}

/** A tool with the type of its input. */
function tool<I extends z.ZodObject, O extends z.ZodType>(made: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly path: (given: z.output<I>) => string;
  readonly body?: (given: z.output<I>) => unknown;
  readonly answer: O;
}): Tool {
  const { input, path, body, answer, ...rest } = made;
  return {
    ...rest,
    input,
    path: (given) => path(input.parse(given)),
    ...(body === undefined ? {} : { body: (given: unknown) => body(input.parse(given)) }),
    shape: (value) => answer.parse(value),
  };
}

/** An address with those parameters that are given. */
function address(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]]
  );
  return `${path}?${new URLSearchParams(given)}`;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

/** A snippet as plain text. */
const Plain = z.string().transform((text) =>
  text.replaceAll(/<\/?mark>/g, "").replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? "")
);

const Id = z.string().regex(/^[0-9a-f]{32}$/, "must be an id as another tool gave it");
const Limit = z.int().min(1).max(50).default(10);
const Zone = z.string().max(64).default("UTC").describe("IANA time zone of the person, such as Europe/Berlin");
const Moment = z.string().max(40).default("").describe("ISO 8601 day or moment");

/** The text of a long document comes in parts. */
const TEXT_CHARACTERS_MAX = 20_000;

const Text = z.string().transform((text) =>
  text.length <= TEXT_CHARACTERS_MAX ? text : `${text.slice(0, TEXT_CHARACTERS_MAX)}… (cut)`
);
const Person = z.object({ name: z.string(), address: z.string() });

const search = tool({
  name: "search",
  title: "Search everything",
  description: 'Searches the person\'s mails, events, contacts, files and tasks. The query takes words, "phrases", ' +
    "-words, and filters: from: to: subject: in: type:(mail|event|contact|task|word|sheet|slides) has:attachment " +
    "is:unread before:2026-03 after:today on:yesterday. An empty query lists what is new.",
  input: z.object({
    query: z.string().max(1_000),
    sort: z.enum(["relevance", "newest", "oldest"]).default("relevance"),
    limit: Limit,
    cursor: z.string().default("").describe("next_cursor of the answer before"),
    time_zone: Zone,
  }),
  path: () => "/v1/search",
  body: ({ query, ...rest }) => ({ ...rest, q: query }),
  answer: z.object({
    hits: z.array(z.object({
      doc_id: z.string(),
      doc_type: z.string(),
      title: z.string(),
      snippet: Plain,
      url: z.string(),
      happened_at: z.string(),
      fresh_seconds: z.number(),
      fragments: z.array(z.object({ fragment_id: z.string() })),
    })),
    next_cursor: z.string(),
  }),
});

const openDocument = tool({
  name: "open_document",
  title: "Open a document",
  description: "The whole of a mail, event, contact, file or task by the doc_id that a search gave.",
  input: z.object({ doc_id: Id }),
  path: ({ doc_id }) => `/v1/documents/${doc_id}`,
  answer: z.object({
    sync_timestamp: z.string(),
    document: z.object({
      doc_type: z.string(),
      title: z.string(),
      url: z.string(),
      last_updated: z.string(),
      from: Person,
      to: z.array(Person),
      cc: z.array(Person),
      sent_at: z.string(),
      folder_name: z.string(),
      starts_at: z.string(),
      ends_at: z.string(),
      location: z.string(),
      online_url: z.string(),
      organizer: Person,
      attendees: z.array(Person.extend({ response: z.string() })),
      addresses: z.array(z.object({ label: z.string(), value: z.string() })),
      phones: z.array(z.object({ label: z.string(), value: z.string() })),
      company: z.string(),
      job_title: z.string(),
      notes: Text,
      status: z.string(),
      due_date: z.string(),
      path: z.string(),
      sections: z.array(z.object({ heading: z.string(), place: z.string(), text: Text })).transform(shortened),
      body: Text,
    }).partial(),
  }),
});

interface Section {
  readonly heading: string;
  readonly place: string;
  readonly text: string;
}

/** As many sections as fit; the rest can be found by a search, and opened as fragments. */
function shortened(sections: readonly Section[]): readonly Section[] {
  let room = TEXT_CHARACTERS_MAX;
  return sections.filter(({ text }) => (room -= text.length) > 0);
}

const openFragment = tool({
  name: "open_fragment",
  title: "Open a part of a document",
  description: "One part of a long document, by the ids that a search gave; with the ids of the parts beside it.",
  input: z.object({ doc_id: Id, fragment_id: Id }),
  path: ({ doc_id, fragment_id }) => `/v1/fragments/${doc_id}/${fragment_id}`,
  answer: z.object({
    parent_doc_id: z.string(),
    position: z.number(),
    heading: z.string(),
    place: z.string(),
    text: z.string(),
    links: z.object({ previous: z.string(), next: z.string() }),
  }),
});

const findPerson = tool({
  name: "find_person",
  title: "Find a person",
  description: "Who somebody is: names, addresses, phone numbers and company out of mails, meetings and address books.",
  input: z.object({ name: z.string().min(1).max(200).describe("a name, an address, or a part"), limit: Limit }),
  path: ({ name, limit }) => address("/v1/contacts", { q: name, limit }),
  answer: z.object({
    items: z.array(z.object({
      contact_id: z.string(),
      name: z.string(),
      kind: z.string(),
      addresses: z.array(z.string()),
      phones: z.array(z.string()),
      company: z.string(),
      title: z.string(),
      last_at: z.string(),
    })),
  }),
});

const listMeetings = tool({
  name: "list_meetings",
  title: "List meetings",
  description: "What takes place in a span of time, by default what is coming up, with the place and the link to join.",
  input: z.object({ from: Moment, to: Moment, limit: Limit, zone: Zone }),
  path: (given) => address("/v1/meetings", given),
  answer: z.object({
    items: z.array(z.object({
      meeting_id: z.string(),
      title: z.string(),
      all_day: z.boolean(),
      local_start: z.string(),
      local_end: z.string(),
      location: z.string(),
      online_url: z.string(),
      organizer: Person,
      my_response: z.string(),
      status: z.string(),
    })),
    next_cursor: z.string(),
  }),
});

const freeTimes = tool({
  name: "free_times",
  title: "Find free times",
  description: "When the person is free for at least so many minutes.",
  input: z.object({ from: Moment, to: Moment, minutes: z.int().min(5).max(1_440).default(30), zone: Zone }),
  path: (given) => address("/v1/meetings/availability", given),
  answer: z.object({
    from: z.string(),
    to: z.string(),
    zone: z.string(),
    free: z.array(z.object({ starts_at: z.string(), ends_at: z.string() })),
  }),
});

const listShipments = tool({
  name: "list_shipments",
  title: "List parcels and orders",
  description: "The person's parcels with status, expected day, carrier and the link to track them, the newest first.",
  input: z.object({ limit: Limit }),
  path: (given) => address("/v1/shipments", given),
  answer: z.object({
    items: z.array(z.object({
      shipment_id: z.string(),
      merchant: z.string(),
      items: z.array(z.string()),
      carrier: z.string(),
      tracking_number: z.string(),
      tracking_url: z.string(),
      status: z.string(),
      status_at: z.string(),
      expected: z.object({ from: z.string(), to: z.string() }).nullable(),
      confidence: z.number(),
    })),
  }),
});

/** All tools. None of them changes anything. */
export const TOOLS: readonly Tool[] = [
  search,
  openDocument,
  openFragment,
  findPerson,
  listMeetings,
  freeTimes,
  listShipments,
];
