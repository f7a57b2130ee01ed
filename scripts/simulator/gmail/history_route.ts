import type { Hono } from "hono";
import type { HistoryRecord, HistoryType } from "../mailbox/gmail_history.ts";
import type { GoogleCaller, GoogleContext, GoogleDeps, GoogleEnv, GoogleUser } from "./context.ts";
import { invalid, notFound } from "./errors.ts";
import { type GoogleGuard, METADATA_SCOPES } from "./guard.ts";
import { readCount, readPageToken, writePageToken } from "./paging.ts";

/** Names of `historyTypes` in the query. */
const TYPES: Readonly<Record<string, HistoryType>> = {
  messageAdded: "messagesAdded",
  messageDeleted: "messagesDeleted",
  labelAdded: "labelsAdded",
  labelRemoved: "labelsRemoved",
};

/** `users.history.list` (PROTOCOLS C4, G-15, G-16). */
export function historyRoute(app: Hono<GoogleEnv>, guard: GoogleGuard, deps: GoogleDeps): void {
  app.get(
    "/google/gmail/v1/users/:userId/history",
    guard("gmail.history", METADATA_SCOPES, (c, caller) => listHistory(c, caller, deps)),
  );
}

function listHistory(c: GoogleContext, { me }: GoogleCaller, deps: GoogleDeps): Response {
  const { faults, clock } = deps;
  const { history } = me.mailbox;
  const text = c.req.query("startHistoryId") ?? "";
  if (!/^\d+$/.test(text)) throw invalid("Missing or invalid startHistoryId");
  const asked = Number(text);
  if (faults.takeHistoryTooOld() || !history.reaches(asked)) throw notFound();
  const token = c.req.query("pageToken");
  const start = token === undefined ? asked : readPageToken(token, "history");
  if (me.quietOnce && token === undefined) {
    me.quietOnce = false;
    return c.json({ historyId: String(faults.historyIdRunsAhead ? history.last : asked) });
  }
  const types = wantedTypes(c.req.queries("historyTypes") ?? []);
  const label = c.req.query("labelId");
  const until = clock.now() - faults.deltaDelayMs;
  const read = history.read(start, until, readCount(c, 100, 500), (record) => {
    if (record.type !== undefined && types !== undefined && !types.includes(record.type)) return false;
    return label === undefined || record.resulting.includes(label) || record.labels.includes(label);
  });
  return c.json({
    ...(read.records.length > 0 ? { history: read.records.map((record) => shape(me, record)) } : {}),
    ...(read.more ? { nextPageToken: writePageToken(read.upTo, "history") } : {}),
    // While changes are not indexed yet, the id given is one from which they will be found.
    historyId: String(read.more || faults.historyIdRunsAhead ? history.last : read.upTo),
  });
}

function wantedTypes(names: readonly string[]): HistoryType[] | undefined {
  if (names.length === 0) return undefined;
  return names.map((name) => {
    const type = TYPES[name];
    if (type === undefined) throw invalid(`Invalid historyTypes: ${name}`);
    return type;
  });
}

function shape(me: GoogleUser, record: HistoryRecord): Record<string, unknown> {
  const ids = { id: me.mailbox.id(record.number), threadId: me.mailbox.id(record.thread) };
  const message = { ...ids, labelIds: record.resulting };
  const of = record.type === undefined ? {} : {
    [record.type]: [record.labels.length > 0 ? { message, labelIds: record.labels } : { message }],
  };
  return { id: String(record.id), messages: [ids], ...of };
}
