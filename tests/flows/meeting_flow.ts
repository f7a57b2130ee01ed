/** Meetings all the way, whatever the adapters are: calendars change, and their people see what takes place. */
import assert from "node:assert/strict";
import { z } from "zod";
import type { EventContent } from "../../scripts/simulator/calendar/store.ts";
import type { System } from "./system.ts";

const Item = z.looseObject({
  meeting_id: z.string(),
  title: z.string(),
  local_start: z.string(),
  status: z.string(),
  online_url: z.string(),
  calendars: z.array(z.string()),
});
const Page = z.object({ items: z.array(Item), incomplete: z.array(z.unknown()) });
const Whole = z.looseObject({
  rsvp: z.looseObject({ accepted: z.int(), none: z.int() }),
  external_domains: z.array(z.string()),
  sources: z.array(z.looseObject({ doc_id: z.string(), url: z.string() })),
  related: z.array(z.looseObject({ doc_id: z.string(), title: z.string(), reasons: z.array(z.string()) })),
});

const ZONE = "Europe/Berlin";
const GUEST = { name: "Gesine Kruse", address: "gesine@kruse.example" };

const spanOf = (ahead: Ahead) => `from=${ahead(1)}&to=${ahead(60)}&zone=${ZONE}`;

/** A day so many days ahead, and so much of it as is wanted. */
type Ahead = (days: number, time?: string) => string;

/** The days ahead of today, whatever the clock of the system shows. */
async function daysAhead(system: System, user: string): Promise<Ahead> {
  const answer = await system.get(user, `/v1/meetings/agenda?zone=${ZONE}`);
  const { day } = z.object({ day: z.string() }).parse(await answer.json());
  return (days, time) => `${Temporal.PlainDate.from(day).add({ days })}${time === undefined ? "" : `T${time}`}`;
}

/** What takes place with one of these titles, as a clock in Berlin shows it. */
async function listed(system: System, user: string, title: string) {
  const ahead = await daysAhead(system, user);
  const answer = await system.get(user, `/v1/meetings?${spanOf(ahead)}&limit=200`);
  assert.equal(answer.status, 200);
  const { items, incomplete } = Page.parse(await answer.json());
  assert.deepEqual(incomplete, []);
  return items.filter((item) => item.title.startsWith(title));
}

function content(system: System, user: string, title: string, ahead: Ahead): EventContent {
  const { owner } = system.simulator.person(user).desk;
  return {
    title,
    text: `About ${title}`,
    location: "Room 4",
    joinUrl: `https://conference.example/${title.replaceAll(" ", "-")}`,
    organizer: owner,
    invited: [{ ...GUEST, answer: "accepted", role: "required" }],
    myAnswer: "organizer",
    start: ahead(7, "09:00:00"),
    end: ahead(7, "10:00:00"),
    zone: ZONE,
    allDay: false,
    recurrence: null,
    showAs: "busy",
    sensitivity: "normal",
    importance: "normal",
    labels: [],
    cancelled: false,
    series: null,
    language: "en",
    word: "",
  };
}

/** Made, edited, called off, restored, deleted. */
async function single(system: System, user: string, title: string): Promise<void> {
  const { calendar } = system.simulator.person(user).desk;
  const ahead = await daysAhead(system, user);
  const starts = async () => (await listed(system, user, title)).map((item) => item.local_start.slice(0, 16));
  const are = (expected: readonly string[]) => async () => JSON.stringify(await starts()) === JSON.stringify(expected);
  const event = calendar.create(0, content(system, user, title, ahead));
  await system.until(`${user}'s meeting is there`, are([ahead(7, "09:00")]));

  const [{ meeting_id, online_url } = { meeting_id: "", online_url: "" }] = await listed(system, user, title);
  assert.equal(online_url, event.content.joinUrl);
  system.simulator.person(user).send({
    from: `${GUEST.name} <${GUEST.address}>`,
    subject: `Re: ${title}`,
    body: "Shall we begin at noon?",
  });
  const whole = async () => Whole.parse(await (await system.get(user, `/v1/meetings/${meeting_id}`)).json());

  await system.until("the guest's mail belongs to the meeting", async () => {
    return (await whole()).related.some((one) => one.title === `Re: ${title}` && one.reasons.includes("subject"));
  });
  const { rsvp, external_domains, sources, related } = await whole();
  assert.equal(rsvp.accepted, 1);
  assert.deepEqual(external_domains, ["kruse.example"]);
  const [other = ""] = system.users.filter((each) => each !== user);
  for (const { doc_id } of [...sources, ...related]) {
    const url = `/v1/documents/${doc_id}`;
    assert.equal((await system.get(user, url)).status, 200, url);
    assert.equal((await system.get(other, url)).status, 404, url);
  }
  assert.equal((await system.get(other, `/v1/meetings/${meeting_id}`)).status, 404);

  calendar.edit(event, { start: ahead(8, "11:00:00"), end: ahead(8, "12:00:00") });
  await system.until(`${user}'s meeting is moved`, are([ahead(8, "11:00")]));
  const clash = calendar.create(0, {
    ...content(system, user, `${title} too`, ahead),
    start: ahead(8, "11:30:00"),
    end: ahead(8, "13:00:00"),
  });
  await system.until("the double booking is seen", async () => {
    const answer = await system.get(user, `/v1/meetings/conflicts?${spanOf(ahead)}`);
    const { items } = z.object({ items: z.array(z.object({ kind: z.string(), occurrences: z.array(Item) }).loose()) })
      .parse(await answer.json());
    return items.some(({ kind, occurrences }) =>
      kind === "double_booking" && occurrences.every((one) => one.title.startsWith(title))
    );
  });
  calendar.delete(clash);
  await system.until("the other one is gone", are([ahead(8, "11:00")]));
  // Google knows no single event that is called off and still there.
  if (system.simulator.person(user).provider === "microsoft") {
    calendar.edit(event, { cancelled: true });
    await system.until(`${user}'s meeting is called off`, are([]));
    calendar.edit(event, { cancelled: false });
    await system.until(`${user}'s meeting is restored`, are([ahead(8, "11:00")]));
  }
  calendar.delete(event);
  await system.until(`${user}'s meeting is gone`, are([]));
  assert.equal((await system.get(user, `/v1/meetings/${meeting_id}`)).status, 404);
}

/** A daily series, of which one occurrence is moved and one taken out. */
async function series(system: System, user: string, title: string): Promise<void> {
  const { calendar } = system.simulator.person(user).desk;
  const ahead = await daysAhead(system, user);
  const nine = (days: number) => ahead(days, "09:00");
  const made = calendar.create(0, {
    ...content(system, user, title, ahead),
    recurrence: { frequency: "daily", interval: 7, days: [], count: 4 },
  });
  const starts = async () => (await listed(system, user, title)).map((item) => item.local_start.slice(0, 16));
  const are = (expected: readonly string[]) => async () => JSON.stringify(await starts()) === JSON.stringify(expected);
  await system.until(`${user}'s series is there`, are([7, 14, 21, 28].map(nine)));
  calendar.except(made, ahead(14, "09:00:00"), { start: ahead(17, "14:00:00"), end: ahead(17, "15:00:00") });
  await system.until("an occurrence is moved", are([nine(7), ahead(17, "14:00"), nine(21), nine(28)]));
  calendar.cancelOccurrence(made, ahead(21, "09:00:00"));
  await system.until("an occurrence is taken out", are([nine(7), ahead(17, "14:00"), nine(28)]));
  const file = await (await system.get(user, `/v1/meetings/export.ics?${spanOf(ahead)}`)).text();
  assert.match(file, /^RRULE:FREQ=DAILY/m);
  assert.ok(file.includes(`RECURRENCE-ID;TZID=${ZONE}:${ahead(14).replaceAll("-", "")}T090000\r\n`));
  calendar.delete(made);
  await system.until(`${user}'s series is gone`, are([]));
}

/** Connected people have meetings; each sees their own, and nothing is left of what was deleted. */
export async function meetings(system: System, users: readonly string[] = system.users): Promise<void> {
  for (const [at, user] of users.entries()) {
    await single(system, user, ["Budget forum", "Garden council"][at] ?? "");
    await series(system, user, ["Daily orchard", "Daily harbour"][at] ?? "");
  }
  assert.deepEqual(await system.deadLetters(), []);
}
