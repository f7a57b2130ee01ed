import { Hono } from "hono";
import type { Clock, Fetch } from "../../shared/contracts/deps.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { type ConsentAnswer, giveConsent } from "./consent.ts";
import { controlApp } from "./control.ts";
import { type DeskSize, newDesk } from "./desk.ts";
import { DeskHabits } from "./desk_habits.ts";
import { DeskMaker } from "./desk_maker.ts";
import { CallCounts } from "./counts.ts";
import { Deliveries } from "./deliveries.ts";
import { SimulatorFaults } from "./faults.ts";
import { graphApp } from "./graph/app.ts";
import type { MicrosoftUser } from "./graph/context.ts";
import { driveContent } from "./graph/drive_content.ts";
import { GraphIds } from "./graph/ids.ts";
import { Notifier } from "./graph/notifications.ts";
import { MicrosoftPerson } from "./graph/person.ts";
import { Subscriptions } from "./graph/subscription_store.ts";
import { googleApp } from "./gmail/app.ts";
import { Channels } from "./gmail/channels.ts";
import type { GoogleUser } from "./gmail/context.ts";
import { GoogleIds } from "./gmail/ids.ts";
import { GooglePerson } from "./gmail/person.ts";
import { Drives } from "./google_drive/drives.ts";
import { type GmailPush, Watches } from "./gmail/watches.ts";
import type { WellKnown } from "./mailbox/folder.ts";
import { GmailMailbox } from "./mailbox/gmail_mailbox.ts";
import { MicrosoftMailbox } from "./mailbox/microsoft_mailbox.ts";
import type { Account } from "./oauth/authorize.ts";
import { Grants } from "./oauth/grants.ts";
import { googleLogin } from "./oauth/google_login.ts";
import { microsoftLogin } from "./oauth/microsoft_login.ts";
import type { SimulatedPerson } from "./person.ts";

/** One person to simulate. */
export interface PersonOptions {
  readonly user: string;
  readonly provider: "microsoft" | "google";
  /** How many mails the mailbox holds at first. */
  readonly mails: number;
  /** How much they keep beside mail at first. Default nothing at all. */
  readonly desk?: DeskSize;
}

/** What a simulator is made of. */
export interface SimulatorOptions {
  /** All content and chance come from it. */
  readonly seed: number;
  readonly clock: Clock;
  /** How notifications are delivered to Millrace. */
  readonly fetch: Fetch;
  /** Such as `http://127.0.0.1:9123`: the base of nextLink, deltaLink and the login pages. */
  readonly origin: string;
  readonly people: readonly PersonOptions[];
  /** Folders beside the well-known ones, for Gmail labels. Default 3. */
  readonly folders?: number;
  /** Graph: the well-known folders that mailboxes have; the inbox at least. Default all. */
  readonly wellKnown?: readonly WellKnown[];
  /** Where Gmail's Pub/Sub push is posted, as what subscription, with which token. */
  readonly gmailPush?: GmailPush;
}

/** The simulated providers. */
export interface Simulator {
  /** The whole HTTP surface of both providers, and `/control/…`. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly people: readonly SimulatedPerson[];
  person(user: string): SimulatedPerson;
  /** The drives of a person at Google, the shared ones among them. */
  googleDrives(user: string): Drives;
  readonly faults: SimulatorFaults;
  readonly counts: CallCounts;
  /** Answers a consent page as a person would; gives the address the browser is sent back to. */
  consent(authorizeUrl: string, answer?: ConsentAnswer): Promise<string>;
  /** One random change a person every `everyMs`, until aborted. */
  changes(options: { everyMs: number; signal: AbortSignal }): Promise<void>;
  /** Resolves when all notifications under way were delivered or given up. */
  idle(): Promise<void>;
  /** Ends what is under way. Nothing is delivered afterwards. */
  close(): Promise<void>;
}

/** How many of the changes in a stream are of what people keep beside mail. */
const DESK_SHARE = 0.35;

/** Makes a simulator; see the folder's README for what it serves. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { seed, clock, fetch, origin } = options;
  const faults = new SimulatorFaults();
  const counts = new CallCounts();
  const deliveries = new Deliveries({ clock, fetch, counts });
  const grants = new Grants({ clock, chance: chanceOf(seed, "tokens"), faults });
  const subscriptions = new Subscriptions(clock);
  const chance = chanceOf(seed, "graph");
  const notifier = new Notifier({ chance: chanceOf(seed, "notices"), faults, counts, deliveries, subscriptions });
  const users = new Map<string, MicrosoftUser>();
  const accounts: Account[] = options.people.map((one) => accountOf(one));
  const people = new Map<string, SimulatedPerson>();
  const push = options.gmailPush;
  const watches = new Watches({ clock, chance: chanceOf(seed, "pushes"), counts, faults, deliveries, push });
  const googlers = new Map<string, GoogleUser>();
  const channels = new Channels({ clock, chance: chanceOf(seed, "channels"), counts, faults, deliveries });
  for (const [index, one] of options.people.entries()) {
    const account = accounts[index];
    if (account === undefined || people.has(one.user)) throw new RangeError(`Cannot simulate "${one.user}" twice`);
    if (one.provider === "google") {
      const me = googleUser(options, one, account, { faults, watches, channels });
      googlers.set(one.user, me);
      people.set(one.user, new GooglePerson(me, seed));
      continue;
    }
    const me = microsoftUser(options, one, account, faults, (user, change) => notifier.changed(user, change));
    for (const part of ["calendar", "contacts", "drive", "tasks"] as const) {
      me.desk[part].listen((entry) => notifier.deskChanged(me, part, entry));
    }
    users.set(one.user, me);
    people.set(one.user, new MicrosoftPerson(me, notifier, seed));
  }
  const graphDeps = { origin, clock, chance, faults, counts, grants, users, subscriptions, deliveries };
  const graph = graphApp(graphDeps);
  const google = googleApp({
    clock,
    chance: chanceOf(seed, "google"),
    faults,
    counts,
    grants,
    users: googlers,
    watches,
    channels,
  });
  const app = new Hono();
  app.all("/graph/*", (c) => graph.fetch(c.req.raw));
  app.route("/graph-files", driveContent(graphDeps));
  const login = { grants, accounts, origin, clock, counts, faults, chance: chanceOf(seed, "login") };
  app.route("/login", microsoftLogin(login));
  app.all("/google/*", (c) => google.fetch(c.req.raw));
  app.route("/google-accounts", googleLogin({ grants, accounts, counts }));
  faults.connect({
    forgetHistory: () => googlers.forEach((one) => one.mailbox.history.forget()),
    revokeTokens: (user) => grants.revokeUser(user),
  });
  const list = [...people.values()];
  const control = controlApp({ people: list, counts, faults });
  app.all("/control/*", (c) => control.fetch(c.req.raw));
  const serve = async (request: Request) => await app.fetch(request);
  const habits = chanceOf(seed, "stream of changes");
  return {
    fetch: serve,
    people: list,
    person: (user) => {
      const person = people.get(user);
      if (person === undefined) throw new RangeError(`Cannot find a simulated person "${user}"`);
      return person;
    },
    googleDrives: (user) => {
      const me = googlers.get(user);
      if (me === undefined) throw new RangeError(`Cannot find a simulated person "${user}" at Google`);
      return me.drives;
    },
    faults,
    counts,
    consent: (url, answer) => giveConsent(serve, url, answer),
    changes: ({ everyMs, signal }) => keepChanging(list, clock, { everyMs, signal, chance: habits }),
    idle: () => deliveries.idle(),
    close: () => deliveries.close(),
  };
}

/** One change a person each time, until the signal says stop. */
async function keepChanging(
  people: readonly SimulatedPerson[],
  clock: Clock,
  { everyMs, signal, chance }: { everyMs: number; signal: AbortSignal; chance: Chance },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(everyMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    for (const person of people) {
      if (chance.happens(DESK_SHARE)) person.changeDesk();
      else person.randomChange();
    }
  }
}

/** The desk of a person, filled as asked, and what they do with it. */
function deskOf(options: SimulatorOptions, person: PersonOptions, { name, address, provider }: Account) {
  const { seed, clock } = options;
  const desk = newDesk(clock, { name, address });
  const maker = new DeskMaker({ desk, seed, clock, provider });
  maker.fill(person.desk ?? { events: 0, contacts: 0, files: 0, tasks: 0 });
  return { desk, habits: new DeskHabits(desk, maker) };
}

/** A person's name and address, made from the user. */
function accountOf({ user, provider }: PersonOptions): Account {
  const first = user.charAt(0).toUpperCase() + user.slice(1);
  const family = provider === "microsoft" ? "Lovett" : "Marsh";
  const domain = provider === "microsoft" ? "outlook.example" : "gmail.example";
  return { user, provider, name: `${first} ${family}`, address: `${user}@${domain}` };
}

function microsoftUser(
  options: SimulatorOptions,
  person: PersonOptions,
  account: Account,
  faults: SimulatorFaults,
  onChange: (me: MicrosoftUser, change: Parameters<Notifier["changed"]>[1]) => void,
): MicrosoftUser {
  const { seed, clock, folders = 3 } = options;
  const ids = chanceOf(seed, person.user, "directory");
  const mailbox = new MicrosoftMailbox({
    seed,
    user: person.user,
    owner: { name: account.name, address: account.address },
    mails: person.mails,
    folders,
    wellKnown: options.wellKnown,
    clock,
    faults,
    onChange: (change) => onChange(me, change),
  });
  const me: MicrosoftUser = {
    user: person.user,
    objectId: ids.uuid(),
    tenantId: ids.uuid(),
    name: account.name,
    address: account.address,
    mailbox,
    ...deskOf(options, person, account),
    ids: new GraphIds(seed, person.user),
    quiet: new Set(),
  };
  return me;
}

function googleUser(
  options: SimulatorOptions,
  person: PersonOptions,
  account: Account,
  { faults, watches, channels }: { faults: SimulatorFaults; watches: Watches; channels: Channels },
): GoogleUser {
  const { seed, clock, folders = 3 } = options;
  const mailbox = new GmailMailbox({
    seed,
    user: person.user,
    owner: { name: account.name, address: account.address },
    mails: person.mails,
    labels: folders,
    clock,
    faults,
    onChange: (mail) => watches.changed(me, mail),
  });
  const { desk, habits } = deskOf(options, person, account);
  const ids = new GoogleIds(desk, seed, person.user);
  const me: GoogleUser = {
    user: person.user,
    subject: `10${chanceOf(seed, person.user, "subject").below(1e15) + 1e15}`,
    name: account.name,
    address: account.address,
    mailbox,
    desk,
    habits,
    ids,
    drives: new Drives({
      clock,
      owner: desk.owner,
      own: desk.drive,
      seed,
      ownId: (number) => ids.item("drive", number),
      onChange: (watched) => channels.changed(me, watched),
    }),
    quietOnce: false,
    quiet: new Set(),
  };
  desk.calendar.listen(({ container, from }) => {
    for (const number of new Set([container, from ?? container])) channels.changed(me, `events/${number}`);
  });
  desk.calendar.listenContainers(() => channels.changed(me, "calendarList"));
  return me;
}
