/**
 * Every real payload of the folder named by `PAYLOADS_DIR` goes through the code that will meet it. The files stay
 * where they are; a file that nobody has heard of fails the test, so that none is silently missed.
 */
import assert from "node:assert/strict";
import { GOOGLE_PAYLOADS } from "./google.ts";
import { MICROSOFT_PAYLOADS, type PayloadCheck } from "./microsoft.ts";

const DEFAULT_DIR = new URL("../../../shared/payloads/", import.meta.url);

/** Read by the tests of the routes, or no body at all. They must be JSON here. */
const OF_THE_ROUTES = [
  "graph-validation-request",
  "graph-validation-token-claims-v1",
  "graph-validation-token-claims-v2",
  "pubsub-oidc-claims",
  "pubsub-publish-request-batched-envelope",
  "pubsub-push-unwrapped",
];

/** Not yet consumed: calendars, contacts, files and tasks come with their own issues. They must be JSON here. */
const NOT_YET_CONSUMED = [
  "drive-push-headers-change",
  "drive-push-headers-file-update",
  "drive-push-headers-sync-recorded",
  "drive-watch-response-recorded",
  "gcal-calendarList",
  "gcal-event-allDay",
  "gcal-event-conferenceData-meet",
  "gcal-event-recurring-master",
  "gcal-event-single",
  "gcal-events-list-nextSyncToken",
  "gcal-push-headers-exists",
  "gcal-push-headers-sync",
  "gcal-watch-request",
  "gcal-watch-response-doc",
  "google-channels-stop-request",
  "graph-calendarView-delta-page1-nextLink",
  "graph-calendarView-delta-removed",
  "graph-contact-get",
  "graph-contacts-delta-doc",
  "graph-driveItem-delta-doc-deleted-folder",
  "graph-driveItem-delta-doc-minimal",
  "graph-driveItem-get",
  "graph-event-get",
  "graph-event-get-multiple-locations",
  "graph-event-instances-recurring",
  "graph-event-online-meeting",
  "graph-event-seriesMaster-doc",
  "graph-rec-calendars",
  "graph-rec-contact-get",
  "graph-rec-contactFolders",
  "graph-rec-contacts-delta-removed",
  "graph-rec-contacts-delta-snapshot",
  "graph-rec-event-allDay",
  "graph-rec-event-seriesMaster",
  "graph-rec-event-singleInstance-attendees",
  "graph-todo-lists",
  "graph-todoTask-get",
  "graph-todoTask-list",
  "graph-todoTaskList-delta",
  "gtasks-list-incremental-completed-deleted",
  "gtasks-list-page",
  "gtasks-tasklists",
  "people-connections-incremental",
  "people-connections-incremental-nochange",
  "people-connections-list",
  "people-person",
];

const CHECKS = new Map<string, PayloadCheck>([
  ...Object.entries(MICROSOFT_PAYLOADS),
  ...Object.entries(GOOGLE_PAYLOADS),
  ...[...OF_THE_ROUTES, ...NOT_YET_CONSUMED].map((name): [string, PayloadCheck] => [name, () => {}]),
]);

/** The folder with a trailing slash, or null when there is none to run. */
function folder(): URL | null {
  const named = Deno.env.get("PAYLOADS_DIR") ?? "";
  const url = named === "" ? DEFAULT_DIR : new URL(`file://${Deno.realPathSync(named)}/`);
  try {
    return Deno.statSync(url).isDirectory ? url : null;
  } catch {
    return null;
  }
}

const dir = folder();
if (dir === null) {
  Deno.test({
    name: "payloads: skipped, since PAYLOADS_DIR names no folder and the default one is not there",
    ignore: true,
    fn: () => {},
  });
} else {
  const names = [...Deno.readDirSync(dir)].filter((entry) => entry.name.endsWith(".json"))
    .map((entry) => entry.name.slice(0, -".json".length)).toSorted();

  Deno.test("payloads: every file of the folder is known by name", () => {
    assert.ok(names.length > 0);
    assert.deepEqual(names.filter((name) => !CHECKS.has(name)), []);
  });

  for (const name of names) {
    Deno.test(`payload ${name} becomes what it should`, async () => {
      const json: unknown = JSON.parse(await Deno.readTextFile(new URL(`${name}.json`, dir)));
      await CHECKS.get(name)?.(json);
    });
  }
}
