/** `/v1/meetings/…`: a day's agenda, conflicts, when people are free, and who may see that. */
import { createRoute, z } from "@hono/zod-openapi";
import {
  Availability,
  Conflict,
  dayAt,
  Incomplete,
  type Meetings,
  OccurrenceView,
  Sharing,
} from "../consumers/meetings/mod.ts";
import type { Clock } from "../shared/contracts/deps.ts";
import { UserId } from "../shared/contracts/ids.ts";
import { allow, type App } from "./access.ts";
import { afterOf, cursorAfter, PageQuery } from "./paging.ts";
import { missing, problems } from "./problem.ts";
import { named } from "./schema.ts";
import { spanOf, SpanQuery, Zone } from "./span.ts";

const DAY_MS = 24 * 60 * 60_000;
const DAYS = { conflicts: 30, availability: 7 } as const;
const AGENDA_MAX = 1_000;
const USERS_MAX = 20;

const json = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { "application/json": { schema } },
});

const Clocked = (fallback: string) =>
  z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 09:00").default(fallback);

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const agendaRoute = createRoute({
  method: "get",
  path: "/v1/meetings/agenda",
  tags: ["Meetings"],
  summary: "What takes place on a day",
  middleware: allow("user"),
  request: {
    query: z.strictObject({
      day: z.union([z.literal(""), z.iso.date()], { error: "must be a day such as 2026-01-31" }).default("")
        .openapi({ type: "string", description: "Empty: today." }),
      zone: Zone,
    }),
  },
  responses: {
    200: json(
      "The day, whole days apart.",
      z.object({
        day: z.string(),
        zone: z.string(),
        all_day: z.array(named(OccurrenceView, "MeetingOccurrence")),
        items: z.array(named(OccurrenceView, "MeetingOccurrence")),
        incomplete: z.array(Incomplete),
      }).openapi("Agenda"),
    ),
    ...problems(400),
  },
});

const conflictsRoute = createRoute({
  method: "get",
  path: "/v1/meetings/conflicts",
  tags: ["Meetings"],
  summary: "List meetings that take place at one time",
  middleware: allow("user"),
  request: { query: PageQuery.extend(SpanQuery.shape) },
  responses: {
    200: json(
      "One page, in the order of time.",
      z.object({ items: z.array(named(Conflict, "MeetingConflict")), next_cursor: z.string() }),
    ),
    ...problems(400),
  },
});

const availabilityRoute = createRoute({
  method: "get",
  path: "/v1/meetings/availability",
  tags: ["Meetings"],
  summary: "When people are busy, and when all of them are free",
  description:
    "Of others only those who allowed it (`/v1/meetings/sharing`), or by an operator's key; of nobody more " +
    "than when they are busy.",
  middleware: allow("user"),
  request: {
    query: SpanQuery.extend({
      users: z.string().max(USERS_MAX * 65).default("").transform((text) => text === "" ? [] : text.split(","))
        .pipe(z.array(UserId).max(USERS_MAX))
        .openapi({ type: "string", description: "Users, separated by commas; empty: the caller." }),
      work_starts: Clocked("09:00"),
      work_ends: Clocked("17:00").openapi({ description: "Not after `work_starts`: on the day after." }),
      work_days: z.string().default("mon,tue,wed,thu,fri").transform((text) => text.split(","))
        .pipe(z.array(z.enum(WEEKDAYS)).max(7))
        .openapi({ type: "string", description: "Days of work, separated by commas." }),
      minutes: z.coerce.number().int().min(1).max(24 * 60).default(30).openapi({
        description: "The least free time that is worth naming.",
      }),
    }),
  },
  responses: {
    200: json("Busy and free times.", named(Availability, "Availability")),
    ...problems(400, 404),
  },
});

const sharingRoute = createRoute({
  method: "get",
  path: "/v1/meetings/sharing",
  tags: ["Meetings"],
  summary: "Who may see when the person is busy",
  middleware: allow("user"),
  responses: { 200: json("Who may.", named(Sharing, "MeetingSharing")), ...problems() },
});

const shareRoute = createRoute({
  method: "put",
  path: "/v1/meetings/sharing",
  tags: ["Meetings"],
  summary: "Allow others to see when the person is busy, or no longer",
  middleware: allow("user"),
  request: {
    body: { required: true, content: { "application/json": { schema: named(Sharing, "MeetingSharing") } } },
  },
  responses: { 200: json("Who may from now on.", named(Sharing, "MeetingSharing")), ...problems(400, 413) },
});

/** Puts the routes for a person's time into the app. */
export function addMeetingTimeRoutes(app: App, { meetings, clock }: { meetings: Meetings; clock: Clock }): void {
  app.openapi(agendaRoute, async (c) => {
    const { day: asked, zone } = c.req.valid("query");
    const day = asked || dayAt(clock.now(), zone);
    const { items, incomplete } = await meetings.list(c.get("caller").user_id, {
      from: day,
      to: new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10),
      zone,
      cancelled: false,
      cursor: "",
      limit: AGENDA_MAX,
    });
    const [all_day, timed] = [items.filter((item) => item.all_day), items.filter((item) => !item.all_day)];
    return c.json({ day, zone, all_day, items: timed, incomplete }, 200);
  });
  app.openapi(conflictsRoute, async (c) => {
    const { cursor, limit, ...asked } = c.req.valid("query");
    const { items, next_cursor } = await meetings.conflicts(c.get("caller").user_id, {
      ...spanOf(asked, clock, DAYS.conflicts),
      cursor: afterOf(cursor),
      limit,
    });
    return c.json({ items, next_cursor: next_cursor === "" ? "" : cursorAfter(next_cursor) }, 200);
  });
  app.openapi(availabilityRoute, async (c) => {
    const { users, work_starts, work_ends, work_days, minutes, ...asked } = c.req.valid("query");
    const { user_id, scope } = c.get("caller");
    const found = await meetings.availability({ user_id, scope }, {
      ...spanOf(asked, clock, DAYS.availability),
      users: users.length === 0 ? [user_id] : [...new Set(users)],
      hours: {
        starts: work_starts,
        ends: work_ends,
        days: new Set(work_days.map((day) => WEEKDAYS.indexOf(day) + 1)),
      },
      minutes,
    });
    // Who does not allow it and who is not there are not told apart.
    if (found === null) throw missing("user");
    return c.json(found, 200);
  });
  app.openapi(sharingRoute, async (c) => c.json(await meetings.sharing(c.get("caller").user_id), 200));
  app.openapi(shareRoute, async (c) => {
    const sharing = c.req.valid("json");
    await meetings.share(c.get("caller").user_id, sharing);
    return c.json(sharing, 200);
  });
}
