/** One answer of each kind of Calendar, People, Tasks and Drive, by the name of the payload of the same kind. */
import assert from "node:assert/strict";
import { type Json, signIn } from "./bundle.ts";
import {
  ALL_SCOPES,
  CALENDAR,
  channelRequest,
  DRIVE,
  google,
  type GoogleBundle,
  PEOPLE,
  TASKS,
  withQuery,
} from "./google_bundle.ts";
import type { Answers } from "./payload_answers.ts";

const FIELDS = "addresses,biographies,birthdays,emailAddresses,memberships,metadata,names,nicknames,organizations," +
  "phoneNumbers,photos,urls";
const EVENTS = `${CALENDAR}/calendars/primary/events`;

export async function googleDeskAnswers(): Promise<Answers> {
  const bundle = await google({ desk: { events: 80, contacts: 40, files: 10, tasks: 30 } });
  return {
    ...await calendarAnswers(bundle),
    ...await peopleAnswers(bundle),
    ...await taskAnswers(bundle),
    ...await channelAnswers(bundle),
    ...await errorAnswers(bundle),
  };
}

async function calendarAnswers(bundle: GoogleBundle): Promise<Answers> {
  const { calendar } = bundle.ben.desk;
  const list = await bundle.get(withQuery(EVENTS, { maxResults: "2500" }));
  const known = list.items.filter((one: Json) => one.status !== "cancelled");
  const find = (wanted: (event: Json) => boolean): Json => known.find(wanted) ?? assert.fail();
  const event = calendar.in(0).find((one) => calendar.kind(one) === "single") ?? assert.fail();
  calendar.delete(event);
  return {
    "gcal-calendarList": await bundle.get(`${CALENDAR}/users/me/calendarList`),
    "gcal-events-list-nextSyncToken": { ...list, items: known.filter((one: Json) => one.recurrence === undefined) },
    "gcal-event-single": find((one) => one.attendees !== undefined && one.location !== undefined && !one.recurrence),
    "gcal-event-allDay": find((one) => one.start.date !== undefined),
    "gcal-event-recurring-master": find((one) => one.recurrence !== undefined),
    "gcal-event-conferenceData-meet": find((one) => one.conferenceData !== undefined),
  };
}

async function peopleAnswers(bundle: GoogleBundle): Promise<Answers> {
  const url = withQuery(`${PEOPLE}/people/me/connections`, {
    personFields: FIELDS,
    requestSyncToken: "true",
    pageSize: "1000",
  });
  const list = await bundle.get(url);
  const quiet = await bundle.get(withQuery(url, { syncToken: list.nextSyncToken }));
  const { contacts } = bundle.ben.desk;
  contacts.edit(contacts.live()[0] ?? assert.fail(), { notes: "Changed" });
  const changed = await bundle.get(withQuery(url, { syncToken: list.nextSyncToken }));
  const malformed = await bundle.refused(withQuery(url, { syncToken: "nonsense" }));
  bundle.simulator.faults.loseCursors = 1;
  const expired = await bundle.refused(withQuery(url, { syncToken: list.nextSyncToken }));
  const { resourceName } = changed.connections[0];
  return {
    "people-connections-list": list,
    "people-connections-incremental-nochange": quiet,
    "people-connections-incremental": changed,
    "people-person": await bundle.get(withQuery(`${PEOPLE}/${resourceName}`, { personFields: FIELDS })),
    "people-error-400-EXPIRED_SYNC_TOKEN": expired.body,
    "people-error-400-syncToken-malformed": malformed.body,
  };
}

async function taskAnswers(bundle: GoogleBundle): Promise<Answers> {
  const { tasks } = bundle.ben.desk;
  const [parent, child, gone] = tasks.in(0);
  tasks.edit(child ?? assert.fail(), { parent: parent?.number ?? 0 });
  tasks.delete(gone ?? assert.fail());
  const url = `${TASKS}/lists/@default/tasks`;
  return {
    "gtasks-tasklists": await bundle.get(`${TASKS}/users/@me/lists`),
    "gtasks-list-page": await bundle.get(withQuery(url, { maxResults: "3" })),
    "gtasks-list-incremental-completed-deleted": await bundle.get(
      withQuery(url, {
        showDeleted: "true",
        showHidden: "true",
        updatedMin: "2020-01-01T00:00:00Z",
        maxResults: "100",
      }),
    ),
  };
}

/** Headers of a delivery in the form of the payloads, which have lower-case names. */
function delivery({ received }: GoogleBundle): Json {
  const last = received.at(-1) ?? assert.fail();
  return { method: "POST", headers: Object.fromEntries(last.headers), body: last.text };
}

async function channelAnswers(bundle: GoogleBundle): Promise<Answers> {
  const { calendar, drive } = bundle.ben.desk;
  const watched = (await bundle.post(`${EVENTS}/watch`, channelRequest("events"))).body;
  const sync = delivery(bundle);
  calendar.edit(calendar.in(0)[0] ?? assert.fail(), { title: "Changed" });
  await bundle.simulator.idle();
  const exists = delivery(bundle);
  const { startPageToken } = await bundle.get(`${DRIVE}/changes/startPageToken`);
  const { token: _, ...request } = channelRequest("changes");
  const changes = (await bundle.post(`${DRIVE}/changes/watch?pageToken=${startPageToken}`, request)).body;
  const driveSync = delivery(bundle);
  await bundle.post(`${DRIVE}/changes/watch?pageToken=${startPageToken}`, channelRequest("told"));
  drive.rename(drive.visible()[0] ?? assert.fail(), "Renamed");
  await bundle.simulator.idle();
  return {
    // Printed as a number there, and a text in recorded answers.
    "gcal-watch-response-doc": { ...watched, expiration: Number(watched.expiration) },
    "gcal-push-headers-sync": sync,
    "gcal-push-headers-exists": exists,
    "drive-watch-response-recorded": changes,
    "drive-push-headers-sync-recorded": driveSync,
    "drive-push-headers-change": delivery(bundle),
  };
}

async function errorAnswers(bundle: GoogleBundle): Promise<Answers> {
  const { faults } = bundle.simulator;
  const list = `${CALENDAR}/users/me/calendarList`;
  const answers: Answers = {};
  for (const reason of ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"] as const) {
    faults.googleThrottle = reason;
    faults.throttle = { next: 1, retryAfterSeconds: 5 };
    answers[`gcal-error-403-${reason}`] = (await bundle.refused(list)).body;
  }
  const { nextSyncToken: syncToken } = await bundle.get(withQuery(EVENTS, { maxResults: "2500" }));
  faults.loseCursors = 1;
  const lost = (await bundle.refused(withQuery(EVENTS, { syncToken }))).body;
  answers["gcal-error-410-fullSyncRequired"] = answers["gcal-error-410-fullSyncRequired-fixture"] = lost;
  const old = withQuery(EVENTS, { updatedMin: "2020-01-01T00:00:00Z" });
  answers["gcal-error-410-updatedMinTooLongAgo"] = (await bundle.refused(old)).body;
  const poor = await signIn(bundle, "ben", { scopes: ALL_SCOPES.split(" ").slice(0, 3).join(" ") });
  answers["google-error-403-insufficientPermissions"] = (await bundle.call(poor.access_token, list)).body;
  return answers;
}
