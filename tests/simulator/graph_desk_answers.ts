import type { Answers } from "./payload_answers.ts";
import { type Bundle, GRAPH, type Json, round, setup, signIn } from "./bundle.ts";

/** The scopes by which everything that a person keeps may be read. */
export const DESK_SCOPES =
  "offline_access openid User.Read Mail.Read Calendars.Read Contacts.Read Files.Read Tasks.Read";
const HOOK = "http://127.0.0.1:8000/webhooks/microsoft/desk";
const WINDOW = "startDateTime=2025-06-01T00:00:00Z&endDateTime=2027-06-01T00:00:00Z";

/** Ada with a full desk, and a token for it. */
export async function deskBundle(scopes = DESK_SCOPES) {
  const desk = { events: 60, contacts: 40, files: 25, tasks: 30 };
  const bundle = setup({ people: [{ user: "ada", provider: "microsoft", mails: 3, desk }] });
  const { access_token: token } = await signIn(bundle, "ada", { scopes });
  const ada = bundle.simulator.person("ada");
  const get = async (path: string, init?: RequestInit): Promise<Json> =>
    (await bundle.call(token, `${GRAPH}/${path}`, init)).body;
  return { bundle, token: String(token), ada, desk: ada.desk, get };
}

/** Subscribes to a resource; gives the whole answer. */
export async function subscribe(bundle: Bundle, token: string, resource: string, changeType: string, days = 2) {
  return await bundle.call(token, `${GRAPH}/subscriptions`, {
    method: "POST",
    headers: { prefer: 'IdType="ImmutableId"' },
    body: JSON.stringify({
      changeType,
      notificationUrl: HOOK,
      lifecycleNotificationUrl: `${HOOK}/lifecycle`,
      resource,
      expirationDateTime: new Date(bundle.clock.now() + days * 86_400_000).toISOString(),
      clientState: "secret",
    }),
  });
}

/** What one change is told as. */
export async function told(bundle: Bundle, act: () => void): Promise<Json> {
  bundle.received.length = 0;
  act();
  await bundle.simulator.idle();
  return JSON.parse(bundle.received[0]?.text ?? "");
}

/** Asks the simulated Microsoft for answers about calendars, contacts, files and tasks. */
export async function deskAnswers(): Promise<Answers> {
  const { bundle, token, desk, get, ada } = await deskBundle(
    `${DESK_SCOPES} Files.ReadWrite.All Tasks.ReadWrite`,
  );
  const idOf = (part: "calendar" | "contacts" | "drive" | "tasks", kind: string) =>
    [...ada.items(part).values()].find((item) => item.kind === kind)?.id ?? "";
  const events = [...ada.items("calendar").values()].map((item) => ({ item, event: desk.calendar.at(item.number) }));
  const event = (fits: (content: Json) => boolean) =>
    get(`me/events/${events.find((one) => fits(one.event?.content))?.item.id}`, { headers: ZONE });
  const series = idOf("calendar", "series");
  const delta = await round(bundle, token, `${GRAPH}/me/calendarView/delta?${WINDOW}`);
  const contacts = await round(bundle, token, `${GRAPH}/me/contacts/delta`);
  const files = await round(bundle, token, `${GRAPH}/me/drive/root/delta`);
  const page = (one: { items: Json[]; deltaLink: string }) => ({
    "@odata.context": "",
    "@odata.deltaLink": one.deltaLink,
    value: one.items,
  });
  const answers: Answers = {
    "graph-rec-calendars": await get("me/calendars"),
    "graph-rec-event-seriesMaster": await get(`me/events/${series}`, { headers: ZONE }),
    "graph-event-seriesMaster-doc": await get(`me/events/${series}`),
    "graph-rec-event-allDay": await event((one) => one.allDay),
    "graph-rec-event-singleInstance-attendees": await event((one) =>
      !one.allDay && one.recurrence === null && one.invited.length > 0 && one.joinUrl === null && one.location === ""
    ),
    "graph-event-get": await event((one) => one.location !== "" && one.invited.length > 0),
    "graph-event-online-meeting": await event((one) => one.joinUrl !== null && one.recurrence === null),
    "graph-event-instances-recurring": await get(
      `me/events/${series}/instances?${WINDOW}&$select=subject,bodyPreview,seriesMasterId,type,recurrence,start,end`,
    ),
    "graph-calendarView-delta-page1-nextLink": await get(`me/calendarView/delta?${WINDOW}`),
    "graph-rec-contactFolders": await get("me/contactFolders?$select=id,displayName,parentFolderId"),
    "graph-rec-contact-get": await get(`me/contacts/${idOf("contacts", "contact")}`),
    "graph-contact-get": await get(`me/contacts/${idOf("contacts", "contact")}`),
    "graph-rec-contacts-delta-snapshot": page(contacts),
    "graph-todo-lists": await get("me/todo/lists"),
    "graph-todoTaskList-delta": await get("me/todo/lists/delta"),
    "graph-todoTask-list": await get(`me/todo/lists/${[...ada.items("tasks").values()][0]?.container}/tasks`),
    "graph-driveItem-get": await get("me/drive/root"),
    "graph-driveItem-delta-doc-minimal": await get("me/drive/root/delta"),
  };
  const due = [...ada.items("tasks").values()].find(({ number }) => desk.tasks.at(number)?.content.dueDate !== "");
  answers["graph-todoTask-get"] = await get(`me/todo/lists/${due?.container}/tasks/${due?.id}`);
  const single = events.find(({ item, event: one }) => item.kind === "single" && one?.container === 0)?.event;
  const other = events.find(({ item, event: one }) => item.kind === "single" && one?.container === 0 && one !== single);
  if (single !== undefined) desk.calendar.delete(single);
  if (other?.event !== undefined) desk.calendar.edit(other.event, { title: "Changed" });
  answers["graph-calendarView-delta-removed"] = (await bundle.call(token, delta.deltaLink)).body;
  desk.contacts.delete(desk.contacts.in(0)[0] ?? unexpected());
  answers["graph-rec-contacts-delta-removed"] = (await bundle.call(token, contacts.deltaLink)).body;
  desk.drive.trash(desk.drive.visible().find(({ content }) => content.name === "Finance") ?? unexpected());
  answers["graph-driveItem-delta-doc-deleted-folder"] = (await bundle.call(token, files.deltaLink)).body;
  await notificationAnswers(bundle, token, answers);
  return answers;
}

const ZONE = { prefer: 'outlook.timezone="Europe/Amsterdam"' };

async function notificationAnswers(bundle: Bundle, token: string, answers: Answers): Promise<void> {
  const { desk } = bundle.simulator.person("ada");
  const list = (await bundle.call(token, `${GRAPH}/me/todo/lists`)).body.value[0].id;
  await subscribe(bundle, token, "/me/events", "created,updated,deleted");
  await subscribe(bundle, token, "/me/contacts", "created,updated,deleted");
  await subscribe(bundle, token, `/me/todo/lists/${list}/tasks`, "created,updated,deleted");
  await subscribe(bundle, token, "me/drive/root", "updated");
  const { calendar, contacts, tasks, drive } = desk;
  const event = calendar.live()[0] ?? unexpected();
  const each = Array.from({ length: 8 });
  answers["graph-notification-event-updated"] = await told(bundle, () => each.forEach(() => calendar.edit(event, {})));
  answers["graph-notification-event-deleted"] = await told(bundle, () => calendar.delete(event));
  const person = contacts.live()[0] ?? unexpected();
  answers["graph-notification-contact-created"] = await told(bundle, () => contacts.create(0, person.content));
  const task = tasks.live()[0] ?? unexpected();
  answers["graph-notification-todoTask-created"] = await told(bundle, () => tasks.create(0, task.content));
  const file = drive.visible()[0] ?? unexpected();
  answers["graph-notification-drive-root-updated"] = await told(bundle, () => drive.rename(file, "other"));
}

function unexpected(): never {
  throw new Error("The desk lacks what is asked for");
}
