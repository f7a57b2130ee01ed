/** One search over everything a person has. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../../client/mod.ts";
import { api, ask, Refusal } from "../api.ts";
import { isBegun, typingAt } from "../completion.ts";
import { count, plural, shortDate, timeZone } from "../format.ts";
import { asError, useLoad } from "../load.ts";
import { facetName, isDocType, isProvider, KindIcon, providerOf } from "../parts/kinds.tsx";
import { Marked } from "../parts/marked.tsx";
import { useTitle } from "../parts/page.tsx";
import { SearchBox } from "../parts/search_box.tsx";
import { Empty, Failed, Skeleton } from "../parts/states.tsx";
import { Ago } from "../parts/time.tsx";
import { go, href, query } from "../router.ts";

type Result = Schemas["SearchResult"];
type Hit = Result["hits"][number];

/** Typing rests this long before it is searched for. */
const REST_MS = 90;
const PAGE_SIZE = 20;

/** Periods by how many days they reach back. */
const PERIODS: readonly (readonly [string, string])[] = [
  ["", "Any time"],
  ["7", "Past week"],
  ["31", "Past month"],
  ["365", "Past year"],
];
const SORTS = [["relevance", "Best first"], ["newest", "Newest first"], ["oldest", "Oldest first"]] as const;

/** What the address says. */
interface Asked {
  readonly q: string;
  readonly type: string;
  readonly provider: string;
  readonly days: string;
  readonly sort: typeof SORTS[number][0];
}

function asked(): Asked {
  const given = (name: string) => query.value.get(name) ?? "";
  const sort = SORTS.find(([name]) => name === given("sort"))?.[0] ?? "relevance";
  return { q: given("q"), type: given("type"), provider: given("provider"), days: given("days"), sort };
}

function address({ sort, ...rest }: Asked): string {
  return href(["search"], { ...rest, sort: sort === "relevance" ? "" : sort });
}

function search({ q, type, provider, days, sort }: Asked, cursor: string, signal: AbortSignal): Promise<Result> {
  const after = days === "" ? "" : new Date(Date.now() - Number(days) * 86_400_000).toISOString().slice(0, 10);
  // In the body: what people search for is not for the logs of a proxy.
  const body = {
    q,
    type: type.split(",").filter(isDocType),
    provider: provider.split(",").filter(isProvider),
    after,
    sort,
    cursor,
    limit: PAGE_SIZE,
    time_zone: timeZone(),
  };
  return ask(api().POST("/v1/search", { body, signal }));
}

export function SearchPage() {
  const now = asked();
  const typed = useSignal(now.q);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useTitle(now.q === "" ? "Search" : now.q);
  /** What this page itself put into the address: typing may be ahead of it. */
  const written = useRef(now.q);
  // The browser's own back and forward.
  useEffect(() => {
    if (now.q !== written.current) typed.value = now.q;
    written.current = now.q;
  }, [now.q]);
  const write = (how: "push" | "replace") => {
    written.current = typed.peek().trim();
    go(address({ ...asked(), q: written.current }), how);
  };
  const onText = (text: string) => {
    typed.value = text;
    clearTimeout(resting.current);
    // A value that has only been begun (`type:ma`) would be refused: the search waits for the rest of it.
    if (isBegun(typingAt(text, text.length))) return;
    resting.current = setTimeout(() => write("replace"), REST_MS);
  };
  const onDone = () => {
    clearTimeout(resting.current);
    write("push");
    document.querySelector<HTMLElement>(".hit a")?.focus();
  };
  return (
    <div class="search-page">
      <h1 class="hidden">Search</h1>
      <SearchBox text={typed.value} onText={onText} onDone={onDone} />
      <Results asked={now} />
    </div>
  );
}

function Results({ asked }: { readonly asked: Asked }) {
  const key = JSON.stringify(asked);
  const found = useLoad(`search ${key}`, (signal) => search(asked, "", signal));
  const { data, error, loading } = found;
  return (
    <div class={loading ? "results loading" : "results"} aria-busy={loading}>
      {error === undefined && <Filters asked={asked} facets={data?.facets ?? {}} />}
      {error !== undefined && <QueryProblem error={error} q={asked.q} again={found.reload} />}
      {error === undefined && data === undefined && <Skeleton lines={6} what="what was found" />}
      {error === undefined && data !== undefined && <Hits key={key} asked={asked} first={data} />}
    </div>
  );
}

/** A query that can't be understood is shown with the part that is wrong. */
function QueryProblem({ error, q, again }: { readonly error: Error; readonly q: string; readonly again: () => void }) {
  const problem = error instanceof Refusal && error.problem.field === "q" ? error.problem : undefined;
  if (problem?.position === undefined) return <Failed error={error} again={again} />;
  const { position, length = 1 } = problem;
  return (
    <div class="notice warn" role="alert">
      <p>{problem.detail}</p>
      <p class="query-wrong">
        {q.slice(0, position)}
        <mark>{q.slice(position, position + length) || " "}</mark>
        {q.slice(position + length)}
      </p>
    </div>
  );
}

function Filters({ asked, facets }: { readonly asked: Asked; readonly facets: Result["facets"] }) {
  return (
    <div class="filters" role="group" aria-label="Filters">
      <Facet name="type" asked={asked} counts={facets["type"] ?? []} />
      {(facets["provider"]?.length ?? 0) > 1 && (
        <Facet name="provider" asked={asked} counts={facets["provider"] ?? []} />
      )}
      <span class="filters-end">
        <Choice
          label="When"
          value={asked.days}
          options={PERIODS}
          onChoose={(days) => go(address({ ...asked, days }))}
        />
        <Choice
          label="Order"
          value={asked.sort}
          options={SORTS}
          onChoose={(name) => go(address({ ...asked, sort: SORTS.find(([one]) => one === name)?.[0] ?? "relevance" }))}
        />
      </span>
    </div>
  );
}

interface FacetProps {
  readonly name: "type" | "provider";
  readonly asked: Asked;
  readonly counts: readonly { readonly value: string; readonly count: number }[];
}

function Facet({ name, asked, counts }: FacetProps) {
  const chosen = asked[name].split(",").filter((value) => value !== "");
  const gone = chosen.filter((value) => !counts.some((one) => one.value === value)).map((value) => ({
    value,
    count: 0,
  }));
  const toggle = (value: string) => {
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    go(address({ ...asked, [name]: next.join() }));
  };
  return (
    <>
      {[...counts, ...gone].map(({ value, count: many }) => (
        <button
          type="button"
          key={value}
          class="chip"
          aria-pressed={chosen.includes(value)}
          onClick={() => toggle(value)}
        >
          {facetName(value)} <small>{count(many)}</small>
        </button>
      ))}
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  return (
    <select aria-label={label} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
      {options.map(([name, text]) => <option key={name} value={name}>{text}</option>)}
    </select>
  );
}

/** The hits so far, and the next page when it is wanted. */
function Hits({ asked, first }: { readonly asked: Asked; readonly first: Result }) {
  const more = useSignal<readonly Hit[]>([]);
  const cursor = useSignal(first.next_cursor);
  const busy = useSignal(false);
  const failed = useSignal<Error | undefined>(undefined);
  useEffect(() => {
    more.value = [];
    cursor.value = first.next_cursor;
  }, [first]);
  const go_on = async () => {
    busy.value = true;
    failed.value = undefined;
    try {
      const next = await search(asked, cursor.value, new AbortController().signal);
      more.value = [...more.value, ...next.hits];
      cursor.value = next.next_cursor;
    } catch (thrown) {
      failed.value = asError(thrown);
    }
    busy.value = false;
  };
  const total = (first.facets["type"] ?? []).reduce((sum, { count }) => sum + count, 0);
  if (first.hits.length === 0) return <Nothing asked={asked} />;
  return (
    <>
      <p class="found soft" role="status">
        {asked.q === "" ? `${plural(total, "document")}, what is new first` : `${plural(total, "document")} found`}
      </p>
      <ol class="hits">{[...first.hits, ...more.value].map((hit) => <HitRow key={hit.doc_id} hit={hit} />)}</ol>
      {failed.value !== undefined && <Failed error={failed.value} again={go_on} />}
      {cursor.value !== "" && failed.value === undefined && (
        <button type="button" class="more" onClick={go_on} disabled={busy.value}>
          {busy.value ? "Loading…" : "Show more"}
        </button>
      )}
    </>
  );
}

function HitRow({ hit }: { readonly hit: Hit }) {
  const { doc_id, doc_type, title, snippet, happened_at, last_updated, provider, sync_timestamp, fragments } = hit;
  const at = happened_at || last_updated;
  // The best fragment is often what the snippet shows already.
  const others = fragments.filter(({ text }) => text !== snippet).slice(0, 2);
  return (
    <li class="hit">
      <KindIcon type={doc_type} />
      <div class="hit-text">
        <h2>
          <a href={href(["documents", doc_id])}>{title || "Without a title"}</a>
        </h2>
        {snippet !== "" && (
          <p>
            <Marked text={snippet} />
          </p>
        )}
        {others.length > 0 && (
          <ul class="hit-fragments">
            {others.map(({ fragment_id, text }) => (
              <li key={fragment_id}>
                <a href={href(["documents", doc_id], { fragment: fragment_id })}>
                  <Marked text={text} />
                </a>
              </li>
            ))}
          </ul>
        )}
        <p class="meta">
          {providerOf(provider).name} · read <Ago at={sync_timestamp} />
        </p>
      </div>
      <time dateTime={at}>{shortDate(at)}</time>
    </li>
  );
}

function Nothing({ asked }: { readonly asked: Asked }) {
  const filtered = asked.type !== "" || asked.provider !== "" || asked.days !== "";
  if (asked.q === "" && !filtered) {
    return (
      <Empty icon="plug" title="Nothing is here yet">
        <p>Connect an account or import files, and what is in them can be found here.</p>
        <p>
          <a class="button primary" href={href(["connections"])}>Connect an account</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty icon="search" title="Nothing was found">
      {filtered
        ? (
          <p>
            <a href={address({ ...asked, type: "", provider: "", days: "" })}>Search without the filters</a>
          </p>
        )
        : <p>Try fewer or other words. Names may be mistyped by a letter; other words may not.</p>}
    </Empty>
  );
}
