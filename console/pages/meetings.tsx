/** What takes place on a day, what collides, and one meeting with all that belongs to it. */
import type { Schemas } from "../../client/mod.ts";
import { api, ask } from "../api.ts";
import { clock, longDay, plural, timeZone, worded } from "../format.ts";
import { useLoad } from "../load.ts";
import { Facts } from "../parts/document_body.tsx";
import { Icon } from "../parts/icon.tsx";
import { KindIcon } from "../parts/kinds.tsx";
import { PageHead, useTitle } from "../parts/page.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { Ago } from "../parts/time.tsx";
import { go, href, path, query } from "../router.ts";

type Occurrence = Schemas["MeetingOccurrence"];

export default function MeetingsPage() {
  const [, meeting_id] = path.value;
  return meeting_id === undefined ? <Agenda /> : <MeetingPage meeting_id={meeting_id} />;
}

/** 2026-12-01 in this browser's zone. */
function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const moved = (day: string, days: number): string => {
  const date = new Date(`${day}T12:00:00`);
  date.setDate(date.getDate() + days);
  return dayOf(date);
};

function Agenda() {
  const today = dayOf(new Date());
  const day = query.value.get("day") ?? today;
  const zone = timeZone();
  const load = useLoad(`agenda ${day}`, async (signal) => {
    const [agenda, conflicts, next] = await Promise.all([
      ask(api().GET("/v1/meetings/agenda", { params: { query: { day, zone } }, signal })),
      ask(api().GET("/v1/meetings/conflicts", { params: { query: { from: day, to: moved(day, 1), zone } }, signal })),
      ask(api().GET("/v1/meetings", { params: { query: { from: moved(day, 1), zone, limit: 5 } }, signal })),
    ]);
    return { agenda, conflicts: conflicts.items, next: next.items };
  });
  const show = (to: string) => go(href(["meetings"], { day: to === today ? "" : to }));
  return (
    <>
      <PageHead title="Meetings" lead={longDay(`${day}T12:00:00`)}>
        <button type="button" class="square" aria-label="Day before" onClick={() => show(moved(day, -1))}>
          <Icon name="previous" />
        </button>
        <button type="button" onClick={() => show(today)} disabled={day === today}>Today</button>
        <button type="button" class="square" aria-label="Day after" onClick={() => show(moved(day, 1))}>
          <Icon name="next" />
        </button>
        <input
          type="date"
          aria-label="Day"
          value={day}
          onChange={({ currentTarget }) => currentTarget.value !== "" && show(currentTarget.value)}
        />
      </PageHead>
      <Shown load={load} what="the day">
        {({ agenda, conflicts, next }) => {
          const all = [...agenda.all_day, ...agenda.items];
          return (
            <>
              {conflicts.length > 0 && (
                <p class="notice warn">
                  {plural(conflicts.length, "meeting collides", "meetings collide")}:{" "}
                  {conflicts.map(({ occurrences }) => occurrences.map(({ title }) => title).join(" and ")).join("; ")}
                </p>
              )}
              {all.length === 0
                ? <Empty icon="calendar" title="Nothing takes place on this day" />
                : <Rows occurrences={all} day={day} />}
              {next.length > 0 && (
                <section aria-labelledby="next">
                  <div class="section-head">
                    <h2 id="next">After that</h2>
                  </div>
                  <Rows occurrences={next} day="" />
                </section>
              )}
            </>
          );
        }}
      </Shown>
    </>
  );
}

function Rows({ occurrences, day }: { readonly occurrences: readonly Occurrence[]; readonly day: string }) {
  return (
    <ol class="rows card agenda">
      {occurrences.map((one) => {
        const { meeting_id, title, all_day, starts_at, ends_at, location, online_url, status, recurring, busy } = one;
        const off = status === "cancelled";
        return (
          <li key={`${meeting_id} ${starts_at}`} class={off ? "off" : ""}>
            <a class="row-link" href={href(["meetings", meeting_id])}>
              <span class="agenda-time">
                {all_day ? "All day" : clock(starts_at)}
                <small class="soft">
                  {day === "" ? longDay(starts_at).replace(/ \d{4}$/, "") : all_day ? "" : clock(ends_at)}
                </small>
              </span>
              <span class={`agenda-mark ${busy}`} />
              <span class="row-main">
                <strong>{title || "Without a title"}</strong>
                <small class="soft">
                  {[location, online_url !== "" && "online", recurring && "comes again"].filter(Boolean).join(" · ")}
                </small>
              </span>
              {off && <span class="badge bad">Called off</span>}
              {one.my_response === "none" && !off && <span class="badge warn">Not answered</span>}
            </a>
          </li>
        );
      })}
    </ol>
  );
}

const RELATED = { link: "has its link", subject: "has its title", participants: "among the same people" } as const;

function MeetingPage({ meeting_id }: { readonly meeting_id: string }) {
  const load = useLoad(meeting_id, (signal) => {
    return ask(
      api().GET("/v1/meetings/{meeting_id}", { params: { path: { meeting_id }, query: { zone: timeZone() } }, signal }),
    );
  });
  useTitle(load.data?.title ?? "Meeting");
  return (
    <article class="document">
      <p>
        <a class="button quiet back" href={href(["meetings"])}>
          <Icon name="back" size={18} /> Meetings
        </a>
      </p>
      <Shown load={load} what="the meeting" lines={7}>
        {(
          {
            title,
            kind,
            location,
            online_url,
            organizer,
            attendees,
            rsvp,
            occurrences,
            related,
            sources,
            status,
            dial_in,
          },
        ) => (
          <>
            <header>
              <KindIcon type="calendar" />
              <div>
                <p class="eyebrow">
                  {kind === "series" ? "Series" : "Meeting"}
                  {status === "confirmed" ? "" : ` · ${worded(status)}`}
                </p>
                <h1>{title || "Without a title"}</h1>
              </div>
            </header>
            <div class="document-columns">
              <div class="document-text">
                <Facts
                  facts={[
                    [
                      "When",
                      occurrences[0] === undefined
                        ? ""
                        : `${longDay(occurrences[0].starts_at)}, ${clock(occurrences[0].starts_at)}–${
                          clock(occurrences[0].ends_at)
                        }`,
                    ],
                    ["Where", location],
                    [
                      "Join",
                      online_url.startsWith("https:") && (
                        <a href={online_url} target="_blank" rel="noreferrer">
                          {new URL(online_url).hostname} <Icon name="out" size={14} />
                        </a>
                      ),
                    ],
                    [
                      "Dial in",
                      dial_in.map(({ number, code }) => code === "" ? number : `${number}, code ${code}`).join("; "),
                    ],
                    ["Organizer", organizer.name || organizer.address],
                    [
                      "Answers",
                      `${plural(rsvp.accepted, "yes", "yes")}, ${plural(rsvp.tentative, "perhaps", "perhaps")}, ${
                        plural(rsvp.declined, "no", "no")
                      }, ${plural(rsvp.none, "open", "open")}`,
                    ],
                  ]}
                />
                {attendees.length > 0 && (
                  <section>
                    <h2>Invited</h2>
                    <ul class="people-list">
                      {attendees.map(({ name, address, response, external }) => (
                        <li key={address}>
                          <span>{name || address}</span>
                          {external && <span class="badge">from outside</span>}
                          <span
                            class={`badge ${response === "accepted" ? "good" : response === "declined" ? "bad" : ""}`}
                          >
                            {response === "none" ? "no answer" : response}
                          </span>
                        </li>
                      ))}
                    </ul>
                  </section>
                )}
                {related.length > 0 && (
                  <section>
                    <h2>What belongs to it</h2>
                    <ul class="timeline">
                      {related.map(({ doc_id, doc_type, title, reasons, happened_at }) => (
                        <li key={doc_id}>
                          <a class="row-link" href={href(["documents", doc_id])}>
                            <KindIcon type={doc_type} />
                            <span class="row-main">
                              <strong>{title}</strong>
                              <small class="soft">{reasons.map((reason) => RELATED[reason]).join(", ")}</small>
                            </span>
                            <small class="soft">
                              <Ago at={happened_at} />
                            </small>
                          </a>
                        </li>
                      ))}
                    </ul>
                  </section>
                )}
              </div>
              <aside aria-label="Where it comes from">
                <h2>Sources</h2>
                <ul class="source-list">
                  {sources.map(({ doc_id, calendar_name, kind, provider }) => (
                    <li key={doc_id}>
                      <a href={href(["documents", doc_id])}>{calendar_name || worded(provider)}</a>{" "}
                      <small class="soft">{kind}</small>
                    </li>
                  ))}
                </ul>
                {occurrences.length > 1 && (
                  <>
                    <h2>Next times</h2>
                    <ul class="source-list">
                      {occurrences.slice(0, 6).map(({ starts_at }) => (
                        <li key={starts_at}>{longDay(starts_at)}, {clock(starts_at)}</li>
                      ))}
                    </ul>
                  </>
                )}
              </aside>
            </div>
          </>
        )}
      </Shown>
    </article>
  );
}
