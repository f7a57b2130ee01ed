import { type Context, Hono } from "hono";
import { z } from "zod";
import type { CallCounts } from "./counts.ts";
import type { SimulatorFaults } from "./faults.ts";
import type { SimulatedPerson, TrueMail } from "./person.ts";

/** A mail's content as the command line gives it. */
const Content = z.strictObject({
  subject: z.string().max(998).optional(),
  body: z.string().max(1_000_000).optional(),
  from: z.string().max(320).optional(),
  folder: z.string().optional(),
  labels: z.array(z.string()).optional(),
});
/** Which mail: by id, by a text that its subject or body contains, or any at all. */
const Which = z.object({ id: z.string().optional(), match: z.string().optional() });
const Sending = Content;
const Editing = Content.omit({ folder: true, labels: true, from: true }).extend(Which.shape);
const Moving = Which.extend({ folder: z.string() });
const Reading = Which.extend({ isRead: z.boolean().default(true) });
const DeskChange = z.object({ part: z.enum(["calendar", "contacts", "drive", "tasks"]).optional() });
const Lifecycle = z.object({ event: z.enum(["missed", "subscriptionRemoved", "reauthorizationRequired"]) });

const Trouble = z.discriminatedUnion("what", [
  z.object({ what: z.literal("storm"), changes: z.int().min(1).max(1_000).default(100) }),
  z.object({ what: z.literal("throttle"), calls: z.int().min(1).max(100).default(5) }),
  z.object({ what: z.literal("cursor") }),
  z.object({ what: z.literal("silence"), on: z.boolean().default(true) }),
  z.object({ what: z.literal("consent") }),
]);

/** A request that cannot be done, with the reason for the person at the command line. */
class Refused extends Error {
  constructor(readonly status: 400 | 404, message: string) {
    super(message);
  }
}

/** What the control surface works on. */
export interface ControlDeps {
  readonly people: readonly SimulatedPerson[];
  readonly counts: CallCounts;
  readonly faults: SimulatorFaults;
}

/**
 * `/control/…`: JSON by which a person, not Millrace, makes things happen in a running simulator. It has no sign-in, so
 * it is to be served on loopback only; a request that a page of another origin could send is refused.
 */
export function controlApp(deps: ControlDeps): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    const json = c.req.method === "GET" || (c.req.header("content-type") ?? "").startsWith("application/json");
    if (!json || c.req.header("origin") !== undefined) return c.json({ error: "Send JSON, and not from a page" }, 400);
    return await next();
  });
  app.get("/control", (c) => {
    const people = deps.people.map((one) => summary(one, deps));
    return c.json({ people, silent: deps.faults.dropNotifications === 1 });
  });
  app.get("/control/people/:user", (c) => {
    const person = personOf(c, deps);
    const newest = [...person.truth().values()].toSorted((one, two) => two.receivedAt - one.receivedAt).slice(0, 10);
    return c.json({ ...summary(person, deps), folders: person.folders(), newest: newest.map(brief) });
  });
  const route = <Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    act: (person: SimulatedPerson, body: z.output<Schema>) => unknown,
  ) => {
    app.post(`/control/people/:user/${name}`, async (c) => {
      const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
      if (!parsed.success) throw new Refused(400, z.prettifyError(parsed.error));
      return c.json(act(personOf(c, deps), parsed.data));
    });
  };
  route("send", Sending, (person, mail) => found(person, person.send(given(mail))));
  route("edit", Editing, (person, { id, match, ...change }) => {
    return found(person, person.edit(chosen(person, { id, match }), given(change)));
  });
  route("move", Moving, (person, { folder, ...which }) => found(person, person.move(chosen(person, which), folder)));
  route("read", Reading, (person, { isRead, ...which }) => {
    const id = chosen(person, which);
    person.setRead(id, isRead);
    return found(person, id);
  });
  route("trash", Which, (person, which) => found(person, person.trash(chosen(person, which))));
  route("delete", Which, (person, which) => {
    const id = chosen(person, which);
    const mail = found(person, id);
    person.delete(id);
    return { ...mail, deleted: true };
  });
  route("change", z.object({}), (person) => person.randomChange());
  route("desk", DeskChange, (person, { part }) => {
    const done = person.changeDesk(part);
    const item = [...person.items(done.part).values()].find((one) => one.number === done.item);
    return { ...done, ...(item === undefined ? {} : { id: item.id, title: item.title, word: item.word }) };
  });
  route("lifecycle", Lifecycle, (person, { event }) => ({ told: person.lifecycle(event) }));
  route("trouble", Trouble, (person, trouble) => makeTrouble(deps.faults, person, trouble));
  app.onError((error, c) => {
    if (error instanceof Refused) return c.json({ error: error.message }, error.status);
    if (error instanceof RangeError) return c.json({ error: error.message }, 404);
    throw error;
  });
  return app;
}

/** What goes wrong at the providers; throttling and silence are for all people. */
function makeTrouble(faults: SimulatorFaults, person: SimulatedPerson, trouble: z.output<typeof Trouble>) {
  switch (trouble.what) {
    case "storm":
      for (let change = 0; change < trouble.changes; change++) person.randomChange();
      return { changes: trouble.changes };
    case "throttle":
      faults.throttle = { ...faults.throttle, next: trouble.calls };
      return { calls: trouble.calls };
    case "cursor":
      faults.loseCursors = "all";
      faults.historyTooOld = "all";
      return { lost: "all" };
    case "silence":
      faults.dropNotifications = trouble.on ? 1 : 0;
      return { silent: trouble.on };
    case "consent":
      faults.revokeTokens(person.user);
      return { revoked: true };
  }
}

function personOf(c: Context, deps: ControlDeps): SimulatedPerson {
  const user = c.req.param("user");
  const person = deps.people.find((one) => one.user === user);
  if (person !== undefined) return person;
  const known = deps.people.map((one) => one.user).join(", ");
  throw new Refused(404, `There is no simulated person "${user}"; there are: ${known}`);
}

/** The id of the mail meant; the newest that contains the text, or any mail where nothing is said. */
function chosen(person: SimulatedPerson, which: { id?: string | undefined; match?: string | undefined }): string {
  if (which.id !== undefined) return which.id;
  const mail = person.search(which.match ?? "");
  if (mail === undefined) throw new Refused(404, `No recent mail of ${person.user} contains "${which.match}"`);
  return mail.id;
}

/** Leaves out what was not given, since an absent and an undefined property differ. */
function given<Part extends Record<string, unknown>>(part: Part): { [Name in keyof Part]?: NonNullable<Part[Name]> } {
  const entries = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof Part]?: NonNullable<Part[Name]> };
}

function found(person: SimulatedPerson, id: string): Record<string, unknown> {
  const mail = person.find(id);
  if (mail === undefined) throw new Refused(404, `There is no mail "${id}" of ${person.user}`);
  return brief(mail);
}

function brief(mail: TrueMail): Record<string, unknown> {
  const place = mail.folder === null ? { labels: mail.labels } : { folder: mail.folder.name };
  return { id: mail.id, subject: mail.subject, from: mail.from, word: mail.word, ...place };
}

function summary(person: SimulatedPerson, deps: ControlDeps): Record<string, unknown> {
  const { user, provider, name, address, size, desk } = person;
  const kept = {
    events: desk.calendar.size,
    contacts: desk.contacts.size,
    files: desk.drive.visible().length,
    tasks: desk.tasks.size,
  };
  return { user, provider, name, address, mails: size, ...kept, calls: deps.counts.of(user) };
}
