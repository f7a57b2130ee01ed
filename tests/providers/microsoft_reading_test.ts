/** What the one way of reading Graph's containers does that the simulated accounts do not show. */
import assert from "node:assert/strict";
import { z } from "zod";
import { openedMicrosoft, testDeps } from "./opened.ts";
import { type ScriptedAnswer, scriptedMailbox } from "./scripted_mailbox.ts";

const BASE = "https://graph.microsoft.com/v1.0";
const LINK = `${BASE}/me/mailFolders('folder-1')/messages/delta?$deltatoken=1`;
const FILE = { id: "file-1", name: "map.pdf", contentType: "application/pdf", size: 10, isInline: false };

const Batch = z.object({ requests: z.array(z.object({ id: z.string(), url: z.string() })) });

interface Inner {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Refused for longer than anybody waits under a lease. */
const LATER = { headers: { "Retry-After": "60" } };

/** A mailbox with one folder whose delta shows these messages; `inner` answers what a batch asks for. */
function oneFolder(messages: readonly unknown[], inner: (url: string) => Inner) {
  return scriptedMailbox((url, { body }): ScriptedAnswer => {
    if (url.endsWith("/$batch")) {
      const { requests } = Batch.parse(body);
      return { json: { responses: requests.map(({ id, url }) => ({ id, ...inner(url) })) } };
    }
    if (url.includes("/mailFolders/delta")) {
      return { json: { value: [{ id: "folder-1", displayName: "One" }], "@odata.deltaLink": url } };
    }
    return { json: { value: messages, "@odata.deltaLink": LINK } };
  });
}

const mail = (id: string, over: Record<string, unknown> = {}) => ({ "@odata.etag": "1", id, subject: id, ...over });

Deno.test("changes() reads the names of attached files beside the page, for mails that have any", async () => {
  const messages = [
    mail("with", { hasAttachments: true }),
    mail("without"),
    mail("throttled", { hasAttachments: true }),
  ];
  const mailbox = oneFolder(messages, (url) => {
    if (!url.includes("/attachments")) return { status: 404 };
    assert.match(url, /^\/me\/messages\/(with|throttled)\/attachments\?\$select=id,name,contentType,size,isInline$/);
    return url.includes("throttled") ? { status: 429, ...LATER } : { status: 200, body: { value: [FILE] } };
  });
  const provider = openedMicrosoft();
  const { cursor } = await provider.changes(mailbox, "mail", "");
  const page = await provider.changes(mailbox, "mail", cursor);
  const documents = await Promise.all(page.documents.map((item) => item.read()));
  const attached = documents.map((read) =>
    "document" in read && read.document.doc_type === "email" ? [read.provider_id, read.document.attachments.length] : []
  );
  assert.deepEqual(attached, [["with", 1], ["without", 0]]);
  // Its files could not be read now: it is looked up later, and not published without them.
  assert.deepEqual(page.partial, [{ provider_id: "throttled", container: "folder-1" }]);
});

Deno.test("lookup() reads the names of attached files too, and knows nothing of a mail whose files it can't read", async () => {
  const mailbox = oneFolder([], (url) => {
    if (url.includes("/attachments")) {
      return url.includes("bad") ? { status: 503, ...LATER } : { status: 200, body: { value: [FILE] } };
    }
    const id = /messages\/(\w+)/.exec(url)?.[1] ?? "";
    return { status: 200, body: mail(id, { hasAttachments: true }) };
  });
  const names = ["good", "bad"].map((provider_id) => ({ provider_id, container: "folder-1" }));
  const [good, bad] = await openedMicrosoft().lookup(mailbox, "mail", names, "{}");
  assert.ok(good?.kind === "found" && good.read.document.doc_type === "email");
  assert.deepEqual(good.read.document.attachments.map(({ name }) => name), ["map.pdf"]);
  assert.deepEqual(bad, { kind: "unknown" });
});

Deno.test("changes() passes over a calendar that what was granted does not open, and reads the others", async () => {
  const calendars = ["mine", "theirs", "more"].map((id) => ({ id, name: id }));
  const mailbox = scriptedMailbox((url) => {
    if (url.includes("/me/calendars?")) return { json: { value: calendars } };
    if (url.includes("/calendars/theirs/")) return { status: 403, json: { error: { code: "ErrorAccessDenied" } } };
    return { json: { value: [], "@odata.deltaLink": `${BASE}/me/calendars/x?$deltatoken=1` } };
  });
  const provider = openedMicrosoft();
  const finished: string[] = [];
  let cursor = "";
  for (let done = false, calls = 0; !done; calls++) {
    assert.ok(calls < 10);
    const page = await provider.changes(mailbox, "calendar", cursor);
    ({ cursor, done } = page);
    assert.deepEqual(page.gone_containers, []);
    if (page.enumeration?.finished === true) finished.push(page.enumeration.container);
  }
  assert.deepEqual(finished, ["mine", "more"]);
});

Deno.test("changes() asks for calendar times in universal time, in a window around now that a choice widens", async () => {
  const deps = testDeps();
  const mailbox = scriptedMailbox((url) =>
    url.includes("/me/calendars?")
      ? { json: { value: [{ id: "a/b=", name: "One" }] } }
      : { json: { value: [], "@odata.deltaLink": `${BASE}/me/x?$deltatoken=1` } }
  );
  const windowOf = async (since: string) => {
    const choices = since === "" ? [] : [{
      resource: "calendar" as const,
      included: true,
      containers_in: [],
      containers_out: [],
      since,
      bodies: true,
      private_events: "full" as const,
    }];
    const chosen = { ...mailbox, connection: { ...mailbox.connection, choices } };
    const provider = openedMicrosoft(deps);
    const { cursor } = await provider.changes(chosen, "calendar", "");
    await provider.changes(chosen, "calendar", cursor);
    const asked = mailbox.asked.at(-1);
    assert.match(asked?.headers?.prefer ?? "", /IdType="ImmutableId".*outlook\.timezone="UTC"/);
    const url = new URL(asked?.url ?? "");
    assert.ok(url.pathname.endsWith("/me/calendars/a%2Fb%3D/calendarView/delta"));
    assert.deepEqual([...url.searchParams.keys()], ["startDateTime", "endDateTime"], "a view's delta takes no other");
    const days = (name: string) =>
      Math.round((Date.parse(url.searchParams.get(name) ?? "") - deps.clock.now()) / 86_400_000);
    return [days("startDateTime"), days("endDateTime")];
  };
  const ago = (days: number) => new Date(deps.clock.now() - days * 86_400_000).toISOString();
  assert.deepEqual(await windowOf(""), [-365, 730]);
  assert.deepEqual(await windowOf(ago(10)), [-10, 730]);
  assert.deepEqual(await windowOf(ago(5_000)), [-1_000, 730]);
});
