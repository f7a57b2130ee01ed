/** The fragments of a document in the order of reading, one of them opened with its neighbours a key away. */
import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../../client/mod.ts";
import { api, ask } from "../api.ts";
import { useLoad } from "../load.ts";
import { go, href } from "../router.ts";
import { Icon } from "./icon.tsx";
import { Shown } from "./states.tsx";

type Fragment = Schemas["Fragment"];

/** More than a page of them is fetched when it is scrolled to. */
const PAGE_SIZE = 200;
const PAGES_MAX = 10;

interface FragmentsProps {
  readonly doc_id: string;
  /** The one to open; `""` for none. */
  readonly chosen: string;
}

async function all(doc_id: string, signal: AbortSignal): Promise<readonly Fragment[]> {
  const found: Fragment[] = [];
  let cursor = "";
  for (let page = 0; page < PAGES_MAX && (page === 0 || cursor !== ""); page++) {
    const params = { path: { doc_id }, query: { limit: PAGE_SIZE, cursor } };
    const answer = await ask(api().GET("/v1/documents/{doc_id}/fragments", { params, signal }));
    found.push(...answer.items);
    cursor = answer.next_cursor;
  }
  return found;
}

export function Fragments({ doc_id, chosen }: FragmentsProps) {
  const load = useLoad(`${doc_id}`, (signal) => all(doc_id, signal));
  return (
    <section class="fragments" aria-label="Fragments">
      <Shown load={load} what="the fragments" lines={3}>
        {(fragments) => fragments.length === 0 ? null : <List fragments={fragments} chosen={chosen} />}
      </Shown>
    </section>
  );
}

function List({ fragments, chosen }: { readonly fragments: readonly Fragment[]; readonly chosen: string }) {
  const opened = useRef<HTMLLIElement>(null);
  const at = fragments.findIndex(({ fragment_id }) => fragment_id === chosen);
  useEffect(() => {
    opened.current?.scrollIntoView({ block: "center" });
  }, [chosen]);
  const open = (fragment: Fragment | undefined) => {
    if (fragment === undefined) return;
    go(href(["documents", fragment.parent_doc_id], { fragment: fragment.fragment_id }), "replace");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (at < 0 || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    open(fragments[at + (event.key === "ArrowLeft" ? -1 : 1)]);
  };
  return (
    <>
      <div class="section-head">
        <h2>Fragments</h2>
        {at >= 0 && (
          <div class="stepper" onKeyDown={onKeyDown}>
            <button
              type="button"
              class="square"
              aria-label="Previous fragment"
              disabled={at === 0}
              onClick={() => open(fragments[at - 1])}
            >
              <Icon name="previous" />
            </button>
            <span class="soft">{at + 1} of {fragments.length}</span>
            <button
              type="button"
              class="square"
              aria-label="Next fragment"
              disabled={at === fragments.length - 1}
              onClick={() => open(fragments[at + 1])}
            >
              <Icon name="next" />
            </button>
          </div>
        )}
      </div>
      <ol class="fragment-list">
        {fragments.map((fragment) => {
          const current = fragment.fragment_id === chosen;
          return (
            <li
              key={fragment.fragment_id}
              class={current ? "current" : ""}
              {...(current ? { ref: opened, "aria-current": "true" as const } : {})}
            >
              <a href={href(["documents", fragment.parent_doc_id], { fragment: fragment.fragment_id })}>
                {fragment.heading || fragment.place || `Part ${fragment.position + 1}`}
                {fragment.heading !== "" && fragment.place !== "" && <small>{fragment.place}</small>}
              </a>
              <div class="prose" dir="auto">{fragment.text}</div>
            </li>
          );
        })}
      </ol>
    </>
  );
}
