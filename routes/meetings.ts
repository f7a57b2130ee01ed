/** `/v1/meetings`: what takes place in a person's calendars, one meeting whole, and both as calendar files. */
import { createRoute, z } from "@hono/zod-openapi";
import { Incomplete, type Meetings, MeetingView, OccurrenceView } from "../consumers/meetings/mod.ts";
import type { Clock } from "../shared/contracts/deps.ts";
import { DocId } from "../shared/contracts/ids.ts";
import { allow, type App } from "./access.ts";
import { addMeetingTimeRoutes } from "./meeting_times.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { missing, problems } from "./problem.ts";
import { named } from "./schema.ts";
import { spanOf, SpanQuery } from "./span.ts";

const IdParams = z.object({ meeting_id: DocId });
const Occurrence = named(OccurrenceView, "MeetingOccurrence");
const Whole = named(MeetingView, "Meeting");

const FILE = "text/calendar; charset=utf-8";
const DAYS = { list: 30, one: 90, file: 365 } as const;

const listRoute = createRoute({
  method: "get",
  path: "/v1/meetings",
  tags: ["Meetings"],
  summary: "List what takes place, by default what is coming up",
  middleware: allow("user"),
  request: {
    query: PageQuery.extend({
      ...SpanQuery.shape,
      cancelled: z.enum(["true", "false"]).default("false").openapi({
        description: "`true`: what was called off, too.",
      }),
    }),
  },
  responses: {
    200: {
      description: "One page, in the order of time. A meeting that comes again is listed each time.",
      content: {
        "application/json": {
          schema: z.object({
            items: z.array(Occurrence),
            next_cursor: z.string(),
            incomplete: z.array(Incomplete).openapi({
              description: "Meetings that may take place more often: their rules are not followed as they stand.",
            }),
          }),
        },
      },
    },
    ...problems(400),
  },
});

const readRoute = createRoute({
  method: "get",
  path: "/v1/meetings/{meeting_id}",
  tags: ["Meetings"],
  summary: "Read a meeting, with its occurrences, the events behind it, and the mails and files that belong to it",
  middleware: allow("user"),
  request: { params: IdParams, query: SpanQuery },
  responses: {
    200: { description: "The meeting.", content: { "application/json": { schema: Whole } } },
    ...problems(400, 404),
  },
});

const exportRoute = createRoute({
  method: "get",
  path: "/v1/meetings/export.ics",
  tags: ["Meetings"],
  summary: "All meetings of a span as an iCalendar file",
  middleware: allow("user"),
  request: { query: SpanQuery },
  responses: {
    200: { description: "The file (RFC 5545).", content: { "text/calendar": { schema: z.string() } } },
    ...problems(400),
  },
});

const fileRoute = createRoute({
  method: "get",
  path: "/v1/meetings/{meeting_id}/ics",
  tags: ["Meetings"],
  summary: "A meeting as an iCalendar file",
  middleware: allow("user"),
  request: { params: IdParams },
  responses: {
    200: { description: "The file (RFC 5545).", content: { "text/calendar": { schema: z.string() } } },
    ...problems(400, 404),
  },
});

/** Puts the routes for meetings into the app. */
export function addMeetingRoutes(app: App, { meetings, clock }: { meetings: Meetings; clock: Clock }): void {
  app.openapi(listRoute, async (c) => {
    const { cursor, limit, cancelled, ...asked } = c.req.valid("query");
    const { next_cursor, ...page } = await meetings.list(c.get("caller").user_id, {
      ...spanOf(asked, clock, DAYS.list),
      cancelled: cancelled === "true",
      cursor: afterOf(cursor),
      limit,
    });
    return c.json({ ...page, next_cursor: next_cursor === "" ? "" : cursorAfter(next_cursor) }, 200);
  });
  // What has a name of its own stands before what is found by an id.
  addMeetingTimeRoutes(app, { meetings, clock });
  app.openapi(exportRoute, async (c) => {
    const file = await meetings.ics(c.get("caller").user_id, spanOf(c.req.valid("query"), clock, DAYS.file));
    return c.body(file, 200, fileHeaders("meetings.ics"));
  });
  app.openapi(readRoute, async (c) => {
    const { meeting_id } = c.req.valid("param");
    const span = spanOf(c.req.valid("query"), clock, DAYS.one);
    const meeting = await meetings.get(c.get("caller").user_id, meeting_id, span);
    if (meeting === null) throw missing("meeting");
    return c.json(meeting, 200);
  });
  app.openapi(fileRoute, async (c) => {
    const file = await meetings.icsOf(c.get("caller").user_id, c.req.valid("param").meeting_id);
    if (file === null) throw missing("meeting");
    return c.body(file, 200, fileHeaders("meeting.ics"));
  });
}

function fileHeaders(name: string): Record<string, string> {
  return { "content-type": FILE, "content-disposition": `attachment; filename="${name}"` };
}
