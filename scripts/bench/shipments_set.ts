/** The labelled mails of `tests/shipments`, and how well the parser reads them. */
import { z } from "zod";
import { Carrier, type Observation, SHOWN_CONFIDENCE_MIN, Status } from "../../consumers/shipments/model.ts";
import { type MailFacts, parseMail } from "../../consumers/shipments/parse/mod.ts";
import { Moment } from "../../shared/contracts/event.ts";

const Parcel = z.strictObject({
  tracking_number: z.string(),
  carrier: Carrier,
  status: Status,
  expected: z.string(),
  pickup: z.string(),
});
type Parcel = z.infer<typeof Parcel>;

/** A mail with what a reader would say is in it; `tests/shipments/README.md` tells what each field means. */
const LabelledMail = z.strictObject({
  id: z.string().min(1),
  from: z.string(),
  subject: z.string(),
  received_at: Moment,
  body: z.string(),
  links: z.array(z.object({ text: z.string(), url: z.string() })).default([]),
  structured: z.array(z.string()).default([]),
  list_id: z.string().default(""),
  labels: z.strictObject({ merchant: z.string(), order_number: z.string(), parcels: z.array(Parcel) }),
});
export type LabelledMail = z.infer<typeof LabelledMail>;

/** How often something was right, and what was not. */
export interface Tally {
  right: number;
  all: number;
  readonly misses: string[];
}

/** The scores of a set. `expected`, `pickup` and `order_number` are held to nothing. */
export interface Scores {
  readonly precision: Tally;
  readonly recall: Tally;
  readonly status: Tally;
  readonly expected: Tally;
  readonly pickup: Tally;
  readonly order_number: Tally;
}

/** Reads the `*.json` files of a folder, in the order of their names; none when there is no such folder. */
export async function readSet(folder: URL): Promise<LabelledMail[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".json")) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const files = await Promise.all(names.sort().map((name) => Deno.readTextFile(new URL(name, folder))));
  return files.flatMap((text) => z.array(LabelledMail).parse(JSON.parse(text)));
}

/** The mail as the parser sees it. */
export function factsOf(mail: LabelledMail): MailFacts {
  const [, name = "", address = mail.from] = /^\s*"?([^"<]*?)"?\s*<([^>]+)>\s*$/.exec(mail.from) ?? [];
  return {
    from: { name, address: address.toLowerCase() },
    title: mail.subject,
    body: mail.body,
    links: mail.links,
    structured: mail.structured,
    list_id: mail.list_id,
    received_at: mail.received_at,
    sent_at: "",
    last_updated: mail.received_at,
    folder_role: "inbox",
    draft: false,
  };
}

/** Parses every mail and compares. What is not shown by default does not count as found. */
export function score(mails: readonly LabelledMail[]): Scores {
  const tally = (): Tally => ({ right: 0, all: 0, misses: [] });
  const scores = {
    precision: tally(),
    recall: tally(),
    status: tally(),
    expected: tally(),
    pickup: tally(),
    order_number: tally(),
  };
  for (const mail of mails) {
    const found = parseMail(factsOf(mail)).filter(({ confidence }) => confidence >= SHOWN_CONFIDENCE_MIN);
    compareMail(mail, found, scores);
  }
  return scores;
}

function compareMail({ id, labels }: LabelledMail, found: readonly Observation[], scores: Scores): void {
  const numbered = found.filter(({ tracking_number }) => tracking_number !== "");
  for (const { tracking_number, carrier } of numbered) {
    const right = labels.parcels.some((parcel) => same(parcel, { tracking_number, carrier }));
    count(scores.precision, right, `${id}: found ${carrier} ${tracking_number}, which is none`);
  }
  for (const parcel of labels.parcels.filter(({ tracking_number }) => tracking_number !== "")) {
    const right = numbered.some((observation) => same(parcel, observation));
    count(scores.recall, right, `${id}: missed ${parcel.carrier} ${parcel.tracking_number}`);
  }
  for (const parcel of labels.parcels) {
    const match = found.find(({ tracking_number }) => tracking_number === parcel.tracking_number);
    count(
      scores.status,
      match?.status === parcel.status,
      `${id}: ${parcel.status} read as ${match?.status ?? "nothing"}`,
    );
    if (match === undefined) continue;
    const expected = expectedText(match);
    count(scores.expected, expected === parcel.expected, `${id}: expected "${parcel.expected}" read as "${expected}"`);
    count(
      scores.pickup,
      parcel.pickup === "" ? match.pickup_place === "" : match.pickup_place.startsWith(parcel.pickup),
      `${id}: pickup "${parcel.pickup}" read as "${match.pickup_place}"`,
    );
    count(
      scores.order_number,
      match.order_number === labels.order_number,
      `${id}: order "${labels.order_number}" read as "${match.order_number}"`,
    );
  }
  // An order that nobody placed is as wrong as a wrong status.
  for (const { tracking_number, status } of found) {
    if (tracking_number === "" && !labels.parcels.some((parcel) => parcel.tracking_number === "")) {
      count(scores.status, false, `${id}: nothing read as ${status}`);
    }
  }
}

function same(parcel: Pick<Parcel, "tracking_number" | "carrier">, other: Pick<Parcel, "tracking_number" | "carrier">) {
  return parcel.tracking_number === other.tracking_number && parcel.carrier === other.carrier;
}

function expectedText({ expected }: Observation): string {
  if (expected === null) return "";
  return expected.from === expected.to ? expected.from : `${expected.from}/${expected.to}`;
}

function count(tally: Tally, right: boolean, miss: string): void {
  tally.all++;
  if (right) tally.right++;
  else tally.misses.push(miss);
}
