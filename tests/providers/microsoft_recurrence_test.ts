import assert from "node:assert/strict";
import { Recurrence, recurrenceRule } from "../../shared/providers/microsoft/recurrence.ts";

const UNUSED = { month: 0, dayOfMonth: 0, daysOfWeek: [], firstDayOfWeek: "sunday", index: "first" };
const ENDLESS = { type: "noEnd", endDate: "0001-01-01", recurrenceTimeZone: "UTC", numberOfOccurrences: 0 };

function rule(pattern: Record<string, unknown>, range: Record<string, unknown> = {}, days_only = false): string {
  const recurrence = { pattern: { ...UNUSED, interval: 1, ...pattern }, range: { ...ENDLESS, ...range } };
  return recurrenceRule(Recurrence.parse(recurrence), days_only).join("\n");
}

Deno.test("recurrenceRule() writes each of Graph's patterns as an RRULE", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ type: "daily", interval: 3 }, "FREQ=DAILY;INTERVAL=3"],
    [{ type: "weekly", daysOfWeek: ["monday", "friday"] }, "FREQ=WEEKLY;BYDAY=MO,FR"],
    [
      { type: "weekly", interval: 2, daysOfWeek: ["sunday"], firstDayOfWeek: "monday" },
      "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=MO",
    ],
    [{ type: "absoluteMonthly", dayOfMonth: 15 }, "FREQ=MONTHLY;BYMONTHDAY=15"],
    [{ type: "relativeMonthly", daysOfWeek: ["friday"], index: "last" }, "FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1"],
    [
      { type: "relativeMonthly", daysOfWeek: ["tuesday", "thursday"], index: "second" },
      "FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2",
    ],
    [{ type: "absoluteYearly", month: 2, dayOfMonth: 29 }, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"],
    [
      { type: "relativeYearly", month: 11, daysOfWeek: ["thursday"], index: "fourth" },
      "FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4",
    ],
  ];
  for (const [pattern, expected] of cases) assert.equal(rule(pattern), `RRULE:${expected}`);
});

Deno.test("recurrenceRule() ends where the range ends, counted or on a day of the series' zone", () => {
  const daily = { type: "daily" };
  assert.equal(rule(daily, { type: "numbered", numberOfOccurrences: 10 }), "RRULE:FREQ=DAILY;COUNT=10");
  const until = { type: "endDate", endDate: "2026-12-31", recurrenceTimeZone: "Pacific Standard Time" };
  assert.equal(rule(daily, until), "RRULE:FREQ=DAILY;UNTIL=20270101T075959Z");
  assert.equal(rule(daily, until, true), "RRULE:FREQ=DAILY;UNTIL=20261231");
});

Deno.test("recurrenceRule() says nothing of what it does not know", () => {
  for (const type of ["", "hourly", "constructor"]) assert.equal(rule({ type }), "");
  assert.deepEqual(recurrenceRule(null, false), []);
  assert.deepEqual(recurrenceRule(Recurrence.parse({}), false), []);
  assert.equal(rule({ type: "weekly", daysOfWeek: ["someday", "constructor"] }), "RRULE:FREQ=WEEKLY");
});
