import { type EventContent, type Invited } from "../calendar/store.ts";
import { localOf, type Recurrence, WEEKDAYS } from "../calendar/recurrence.ts";
import { correspondent } from "./correspondents.ts";
import { type DeskComposition, type Setting, settingOf } from "./setting.ts";
import type { Address, Language } from "./mail.ts";

const ZONES: Readonly<Record<Language, string>> = { en: "Europe/London", de: "Europe/Berlin", fr: "Europe/Paris" };
const DAY_MS = 24 * 3_600_000;
const SERIES_SHARE = 0.2;
const ALL_DAY_SHARE = 0.15;
const ONLINE_SHARE = 0.6;

/** Where a meeting of this service is joined, the last part made from chance. */
const SERVICES = {
  teams: "https://teams.example/l/meetup-join/",
  meet: "https://meet.example/",
} as const;
export type MeetingService = keyof typeof SERVICES;

/** An event from three months ago to three months ahead: single, for whole days, or a series. */
export function composeEvent(composition: DeskComposition, service: MeetingService): EventContent {
  const setting = settingOf(composition);
  const { chance, phrases, fill, language } = setting;
  const zone = ZONES[language];
  const at = composition.now + Math.floor((chance.next() - 0.5) * 180) * DAY_MS;
  const day = localOf(at, zone).slice(0, 10);
  const allDay = chance.happens(ALL_DAY_SHARE);
  const isSeries = !allDay && chance.happens(SERIES_SHARE);
  const title = fill(chance.pick(allDay ? phrases.days : isSeries ? phrases.series : phrases.meetings));
  const hour = 8 + chance.below(9);
  const start = `${day}T${allDay ? "00:00:00" : `${String(hour).padStart(2, "0")}:${chance.pick(["00", "30"])}:00`}`;
  const length = allDay ? { days: 1 + chance.below(3) } : { minutes: chance.pick([15, 30, 45, 60, 90]) };
  const end = Temporal.PlainDateTime.from(start).add(length).toString({ smallestUnit: "second" });
  const online = !allDay && chance.happens(ONLINE_SHARE);
  const own = allDay || chance.happens(0.6);
  const invited = allDay ? [] : guests(setting, composition.owner, own);
  return {
    title,
    text: [fill(chance.pick(phrases.agenda)), setting.reference].join("\n\n"),
    location: allDay || chance.happens(0.3) ? "" : fill("{room}"),
    joinUrl: online ? `${SERVICES[service]}${chance.uuid().slice(0, 13)}` : null,
    organizer: own ? composition.owner : setting.person,
    invited,
    myAnswer: own ? "organizer" : invited.find((one) => one.address === composition.owner.address)?.answer ?? "none",
    start,
    end,
    zone,
    allDay,
    recurrence: isSeries ? recurrence(setting, start) : null,
    showAs: allDay ? "free" : chance.pick(["busy", "busy", "busy", "tentative", "away", "elsewhere"]),
    sensitivity: chance.pick(["normal", "normal", "normal", "normal", "normal", "private", "confidential"]),
    importance: chance.pick(["normal", "normal", "normal", "high", "low"]),
    labels: chance.happens(0.2) ? [fill("{topic}")] : [],
    cancelled: chance.happens(0.03),
    series: null,
    language,
    word: setting.word,
  };
}

/** What an edit makes of an event: another text with another word, at times an hour later. */
export function correctEvent(before: EventContent, composition: DeskComposition): Partial<EventContent> {
  const { phrases, reference, word, fill, chance } = settingOf(composition);
  const later = !before.allDay && before.recurrence === null && chance.happens(0.5);
  const shift = (local: string) =>
    Temporal.PlainDateTime.from(local).add({ hours: 1 }).toString({ smallestUnit: "second" });
  return {
    text: [fill(later ? phrases.moved : chance.pick(phrases.agenda)), reference].join("\n\n"),
    word,
    ...(later ? { start: shift(before.start), end: shift(before.end) } : {}),
  };
}

function guests(setting: Setting, owner: Address, own: boolean): Invited[] {
  const { chance, language, company, person } = setting;
  const others = new Map([[person.address, person]]);
  for (let more = chance.below(3); more > 0; more--) {
    const one = correspondent(language, chance, company);
    others.set(one.address, one);
  }
  const answers = ["accepted", "accepted", "none", "tentative", "declined"] as const;
  const invited: Invited[] = [...others.values()].map((one, at) => ({
    ...one,
    answer: chance.pick(answers),
    role: at === 0 ? "required" : "optional",
  }));
  return own ? invited : [...invited, { ...owner, answer: chance.pick(answers), role: "required" }];
}

function recurrence({ chance }: Setting, start: string): Recurrence {
  const begin = Temporal.PlainDateTime.from(start);
  const frequency = chance.pick(["weekly", "weekly", "weekly", "daily", "monthly"] as const);
  const day = WEEKDAYS[begin.dayOfWeek - 1] ?? "MO";
  const other = chance.pick(WEEKDAYS.slice(0, 5));
  const days = frequency === "weekly" ? WEEKDAYS.filter((one) => one === day || one === other) : [];
  const until = begin.toPlainDate().add({ months: 2 + chance.below(4) }).toString();
  const end = chance.pick([{ count: 5 + chance.below(10) }, { until }, frequency === "daily" ? { until } : {}]);
  return { frequency, interval: frequency === "weekly" ? chance.pick([1, 1, 2]) : 1, days, ...end };
}
