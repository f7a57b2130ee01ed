/** How a meeting is joined, in whatever field it stands. */
import assert from "node:assert/strict";
import { joiningOf } from "../../../consumers/meetings/conference.ts";
import type { CalendarEvent } from "../../../shared/contracts/documents.ts";
import { exception, openWorld, sampleEvent, SUNDAYS } from "./meetings_world.ts";

function joining(over: Partial<CalendarEvent>) {
  const { online_url, online_provider, dial_in } = joiningOf(sampleEvent(over));
  return [online_url, online_provider, ...dial_in.map(({ number, code }) => `${number} ${code}`.trim())];
}

const LINKS: readonly (readonly [string, string])[] = [
  ["https://teams.microsoft.com/l/meetup-join/19%3ameeting_Zm9vYmFy%40thread.v2/0?context=%7b%7d", "teams"],
  ["https://teams.live.com/meet/9312345678901", "teams"],
  ["https://teams.microsoft.com/meet/2345678901234?p=aBcDeF", "teams"],
  ["https://meet.google.com/abc-defg-hij", "meet"],
  ["https://us02web.zoom.us/j/83912345678?pwd=abc", "zoom"],
  ["https://zoom.us/my/kim.lee", "zoom"],
  ["https://acme.zoomgov.com/j/1612345678", "zoom"],
  ["https://acme.webex.com/acme/j.php?MTID=m0123", "webex"],
  ["https://acme.webex.com/meet/kim", "webex"],
  ["https://meet.goto.com/123456789", "gotomeeting"],
  ["https://global.gotomeeting.com/join/123456789", "gotomeeting"],
  ["https://chime.aws/1234567890", "chime"],
  ["https://bluejeans.com/123456789/1234", "bluejeans"],
  ["https://v.ringcentral.com/join/123456789", "ringcentral"],
  ["https://whereby.com/acme-room", "whereby"],
  ["https://meet.jit.si/AcmeWeekly", "jitsi"],
  ["https://app.slack.com/huddle/T0/C0", "slack"],
  ["https://facetime.apple.com/join#v=1&p=x", "facetime"],
  ["https://meet.lync.com/acme/kim/ABCD1234", "skype"],
];

Deno.test("joiningOf() finds each service's link in the calendar's field, the place and the text", () => {
  for (const [link, service] of LINKS) {
    const { href } = new URL(link);
    assert.deepEqual(joining({ online_url: link }), [href, service], link);
    assert.deepEqual(joining({ location: `Room 4; ${link}` }), [href, service], link);
    assert.deepEqual(
      joining({ body: `Agenda: https://wiki.example/a\nJoin: <${link}>.\nSee you` }),
      [href, service],
      link,
    );
  }
});

Deno.test("joiningOf() unwraps what a mail filter or a calendar made of a link", () => {
  const link = "https://zoom.us/j/83912345678?pwd=abc";
  const wrapped = [
    `https://eur01.safelinks.protection.outlook.com/?url=${encodeURIComponent(link)}&data=05`,
    `https://www.google.com/url?q=${encodeURIComponent(link)}&sa=D`,
  ];
  for (const body of wrapped) assert.deepEqual(joining({ body }), [link, "zoom"], body);
});

Deno.test("joiningOf() takes the calendar's own link first, by the calendar's name for it, and no other link for one", () => {
  assert.deepEqual(
    joining({
      online_url: "https://conference.example/1",
      online_provider: "teamsForBusiness",
      body: "https://zoom.us/j/1234567890",
    }),
    ["https://conference.example/1", "teams"],
  );
  assert.deepEqual(joining({ online_url: "https://conference.example/1", online_provider: "Acme Talk" }), [
    "https://conference.example/1",
    "Acme Talk",
  ]);
  const none = [
    "https://zoom.us/pricing",
    "https://meet.google.com/about",
    "https://zoom.us.evil.example/j/1234567890",
    "https://notzoom.us/j/1234567890",
    "https://teams.microsoft.com/",
    "javascript:alert(1)",
    "see zoom.us",
  ];
  for (const body of none) assert.deepEqual(joining({ body }), ["", ""], body);
  assert.deepEqual(joining({ online_url: "javascript:alert(1)", online_provider: "teams" }), ["", ""]);
});

Deno.test("joiningOf() finds numbers to dial beside the words that say so, and a signature's number is none", () => {
  assert.deepEqual(joining({ dial_in: ["+44 20 3956 0000, PIN 123456", "+1 555 0100"] }), [
    "",
    "",
    "+44 20 3956 0000 123456",
    "+1 555 0100",
  ]);
  const teams =
    "Microsoft Teams meeting\nOr call in (audio only)\n+1 323-555-0166,,12345678#   United States\nPhone Conference ID: 123 456 78#";
  assert.deepEqual(joining({ body: teams }), ["", "", "+1 323-555-0166 12345678#"]);
  const zoom = "Dial by your location\n+1 646 555 8656 US (New York)\nMeeting ID: 839 1234 5678";
  assert.deepEqual(joining({ body: zoom }), ["", "", "+1 646 555 8656 839 1234 5678"]);
  const webex = "Per Telefon beitreten\n+49-69-1234-5678 Germany Toll\nZugangscode: 2345 678 9012";
  assert.deepEqual(joining({ body: webex }), ["", "", "+49-69-1234-5678 2345 678 9012"]);
  assert.deepEqual(joining({ body: "Kim Lee\nAcme Ltd\nT +44 20 7946 0000" }), ["", ""]);
});

Deno.test("joiningOf() reads a long hostile text in bounded time", () => {
  const begun = performance.now();
  for (
    const body of [
      "+1 ".repeat(50_000),
      "https://".repeat(30_000),
      "+".repeat(200_000),
      "1 ".repeat(100_000),
      "pin ".repeat(50_000),
    ]
  ) joining({ body });
  assert.ok(performance.now() - begun < 3_000);
});

Deno.test("an occurrence that says nothing of it is joined like its series", async () => {
  await using world = await openWorld();
  await world.deliver("series", 1, { ...SUNDAYS, location: "https://meet.google.com/abc-defg-hij" });
  await world.deliver("one", 2, exception("2026-03-08T08:00:00.000Z", { location: "Room 4" }));
  const { items } = await world.list({ to: "2026-03-10" });
  assert.deepEqual(items.map(({ online_url, online_provider, location }) => [online_url, online_provider, location]), [
    ["https://meet.google.com/abc-defg-hij", "meet", "https://meet.google.com/abc-defg-hij"],
    ["https://meet.google.com/abc-defg-hij", "meet", "Room 4"],
  ]);
});
