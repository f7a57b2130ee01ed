/** The people that mails, meetings and documents tell of, and one of them with the reasons. */
import { useSignal } from "@preact/signals";
import type { Schemas } from "../../client/mod.ts";
import { api, ask } from "../api.ts";
import { count, worded } from "../format.ts";
import { useAction, useLoad } from "../load.ts";
import { Icon } from "../parts/icon.tsx";
import { KindIcon } from "../parts/kinds.tsx";
import { PageHead, useTitle } from "../parts/page.tsx";
import { Pages } from "../parts/pages.tsx";
import { Empty, Failed, Shown } from "../parts/states.tsx";
import { Ago } from "../parts/time.tsx";
import { go, href, path, query } from "../router.ts";

type Contact = Schemas["Contact"];

const PAGE_SIZE = 50;

export default function PeoplePage() {
  const [, contact_id] = path.value;
  return contact_id === undefined ? <People /> : <PersonPage contact_id={contact_id} />;
}

function People() {
  const q = query.value.get("q") ?? "";
  const cursor = query.value.get("cursor") ?? "";
  const load = useLoad(`people ${q} ${cursor}`, (signal) => {
    const params = { query: { q, cursor, limit: PAGE_SIZE, kind: "person" as const } };
    return ask(api().GET("/v1/contacts", { params, signal }));
  });
  return (
    <>
      <PageHead title="People" lead="Who writes, meets and works with you, the closest first." />
      <search>
        <input
          type="search"
          aria-label="Find a person"
          placeholder="A name, an address, a company"
          value={q}
          onInput={({ currentTarget }) => go(href(["people"], { q: currentTarget.value }), "replace")}
        />
      </search>
      <Shown load={load} what="the people">
        {({ items, next_cursor }) =>
          items.length === 0 ? <Empty icon="people" title="Nobody was found" /> : (
            <>
              <ul class="rows card people">
                {items.map(({ contact_id, name, addresses, company, relevance, last_at }) => (
                  <li key={contact_id}>
                    <a class="row-link" href={href(["people", contact_id])}>
                      <span class="avatar" aria-hidden="true">
                        {(name || addresses[0] || "?").slice(0, 1).toUpperCase()}
                      </span>
                      <span class="row-main">
                        <strong>{name || addresses[0]}</strong>
                        <small class="soft">{[company, addresses[0]].filter((one) => one !== "").join(" · ")}</small>
                      </span>
                      <small class="soft row-end">
                        <Ago at={last_at} />
                      </small>
                      <span class="badge" title="Relevance">{relevance.score.toFixed(0)}</span>
                    </a>
                  </li>
                ))}
              </ul>
              <Pages page="people" cursor={cursor} next_cursor={next_cursor} parameters={{ q }} />
            </>
          )}
      </Shown>
    </>
  );
}

const MERGED: Readonly<Record<Contact["merges"][number]["reason"], string>> = {
  same_name: "the same name",
  address_book: "an entry of the address book",
  user: "you said so",
};

function PersonPage({ contact_id }: { readonly contact_id: string }) {
  const load = useLoad(contact_id, (signal) => {
    return ask(api().GET("/v1/contacts/{contact_id}", { params: { path: { contact_id } }, signal }));
  });
  useTitle(load.data?.name ?? "Person");
  return (
    <article class="document">
      <p>
        <a class="button quiet back" href={href(["people"])}>
          <Icon name="back" size={18} /> People
        </a>
      </p>
      <Shown load={load} what="the person" lines={7}>
        {(contact) => <Person contact={contact} onChange={load.reload} />}
      </Shown>
    </article>
  );
}

function Person({ contact, onChange }: { readonly contact: Contact; readonly onChange: () => void }) {
  const { contact_id, name, addresses, phones, company, title, relevance, timeline, merges, address_book } = contact;
  const action = useAction();
  const split = (chosen: readonly string[]) =>
    action.run(async () => {
      const params = { path: { contact_id } };
      await ask(api().POST("/v1/contacts/{contact_id}/split", { params, body: { addresses: [...chosen] } }));
      onChange();
    });
  const most = Math.max(0.01, ...relevance.points.map(({ points }) => points));
  return (
    <>
      <header>
        <span class="avatar large" aria-hidden="true">{(name || "?").slice(0, 1).toUpperCase()}</span>
        <div>
          <p class="eyebrow">{[title, company].filter((one) => one !== "").join(", ") || "Person"}</p>
          <h1>{name || addresses[0]}</h1>
        </div>
      </header>
      <div class="document-columns">
        <div class="document-text">
          <dl class="facts wide-facts">
            {addresses.map((address) => (
              <>
                <dt>E-mail</dt>
                <dd>
                  <a href={href(["search"], { q: `from:${address} ` })}>{address}</a>
                </dd>
              </>
            ))}
            {phones.map((phone) => (
              <>
                <dt>Phone</dt>
                <dd>{phone}</dd>
              </>
            ))}
            {address_book.map((entry) => (
              <>
                <dt>Address book</dt>
                <dd>
                  <a href={href(["documents", entry.doc_id])}>{entry.name}</a>
                </dd>
              </>
            ))}
          </dl>
          {merges.length > 0 && (
            <section>
              <h2>Why these addresses are one person</h2>
              {action.error.value !== undefined && <Failed error={action.error.value} />}
              <ul class="rows">
                {merges.map((merge) => (
                  <li key={merge.addresses.join()} class="row">
                    <span class="row-main">
                      <strong>{merge.addresses.join(" and ")}</strong>
                      <small class="soft">
                        because of {MERGED[merge.reason]}
                        {merge.detail !== "" && `: ${merge.detail}`}
                      </small>
                    </span>
                    <button type="button" disabled={action.busy.value} onClick={() => split(merge.addresses.slice(1))}>
                      Keep apart
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          )}
          <MergeForm contact_id={contact_id} />
          <section>
            <h2>Lately</h2>
            <ul class="timeline">
              {timeline.map(({ doc_id, doc_type, kind, at, address }) => (
                <li key={`${doc_id} ${kind} ${address}`}>
                  <a class="row-link" href={href(["documents", doc_id])}>
                    <KindIcon type={doc_type} />
                    <span class="row-main">
                      <strong>{worded(kind)}</strong>
                      <small class="soft">{address}</small>
                    </span>
                    <small class="soft">
                      <Ago at={at} />
                    </small>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        </div>
        <aside aria-label="Why this person ranks here">
          <h2>Relevance {relevance.score.toFixed(1)}</h2>
          <ul class="bars">
            {relevance.points.map(({ kind, points }) => (
              <li key={kind}>
                <span>{worded(kind)}</span>
                <span class="soft">{points.toFixed(1)}</span>
                <div class="bar">
                  <i style={{ width: `${points / most * 100}%` }} />
                </div>
              </li>
            ))}
          </ul>
          <p class="soft small">
            What happened counts half after {count(relevance.half_life_months)} months
            {relevance.two_way_factor > 1 && `, and ${relevance.two_way_factor}-fold because you write to each other`}.
          </p>
        </aside>
      </div>
    </>
  );
}

/** Two entries that are one person. */
function MergeForm({ contact_id }: { readonly contact_id: string }) {
  const q = useSignal("");
  const action = useAction();
  const found = useLoad(`merge ${q.value}`, async (signal) => {
    if (q.value.length < 2) return [];
    const params = { query: { q: q.value, limit: 5 } };
    const { items } = await ask(api().GET("/v1/contacts", { params, signal }));
    return items.filter((one) => one.contact_id !== contact_id);
  });
  const merge = (other_id: string) =>
    action.run(async () => {
      const params = { path: { contact_id } };
      const merged = await ask(api().POST("/v1/contacts/{contact_id}/merge", { params, body: { other_id } }));
      go(href(["people", merged.contact_id]), "replace");
      q.value = "";
    });
  return (
    <details class="merge">
      <summary>Is somebody else in the list the same person?</summary>
      <input
        type="search"
        aria-label="Find the other entry"
        placeholder="Name or address of the other entry"
        value={q.value}
        onInput={({ currentTarget }) => q.value = currentTarget.value}
      />
      {action.error.value !== undefined && <Failed error={action.error.value} />}
      <ul class="rows">
        {found.data?.map(({ contact_id: other, name, addresses }) => (
          <li key={other} class="row">
            <span class="row-main">
              <strong>{name || addresses[0]}</strong>
              <small class="soft">{addresses.join(", ")}</small>
            </span>
            <button type="button" disabled={action.busy.value} onClick={() => merge(other)}>Make them one</button>
          </li>
        ))}
      </ul>
    </details>
  );
}
