/** One document as it was last read, its fragments, and how it came here. */
import { api, ask } from "../api.ts";
import { ago, exact } from "../format.ts";
import { useLoad } from "../load.ts";
import { DocumentBody } from "../parts/document_body.tsx";
import { Fragments } from "../parts/fragments.tsx";
import { Icon } from "../parts/icon.tsx";
import { KindIcon, kindOf, providerOf } from "../parts/kinds.tsx";
import { Lineage } from "../parts/lineage.tsx";
import { useTitle } from "../parts/page.tsx";
import { Shown } from "../parts/states.tsx";
import { Ago } from "../parts/time.tsx";
import { path, query } from "../router.ts";

export function DocumentPage() {
  const doc_id = path.value[1] ?? "";
  const load = useLoad(`${doc_id}`, (signal) => {
    return ask(api().GET("/v1/documents/{doc_id}", { params: { path: { doc_id } }, signal }));
  });
  useTitle(load.data?.document.title ?? "Document");
  return (
    <article class="document">
      <p>
        <button type="button" class="quiet back" onClick={() => history.back()}>
          <Icon name="back" size={18} /> Back
        </button>
      </p>
      <Shown load={load} what="the document" lines={8}>
        {({ document, sync_timestamp }) => {
          const { doc_type, title, provider, url, last_updated } = document;
          return (
            <>
              <header>
                <KindIcon type={doc_type} />
                <div>
                  <p class="eyebrow">{kindOf(doc_type).one} · {providerOf(provider).name}</p>
                  <h1>{title || "Without a title"}</h1>
                </div>
              </header>
              <div class="document-columns">
                <div class="document-text">
                  <DocumentBody document={document} />
                  <Fragments doc_id={doc_id} chosen={query.value.get("fragment") ?? ""} />
                  <Lineage doc_id={doc_id} changed_at={last_updated} />
                </div>
                <aside aria-label="About this document">
                  {url.startsWith("http") && (
                    <a class="button" href={url} target="_blank" rel="noreferrer">
                      {providerOf(provider).opens || "Open"} <Icon name="out" size={16} />
                    </a>
                  )}
                  <dl class="facts">
                    <dt>Changed there</dt>
                    <dd>
                      <Ago at={last_updated} />
                      <small>{exact(last_updated)}</small>
                    </dd>
                    <dt>Read by Millrace</dt>
                    <dd>
                      <Ago at={sync_timestamp} />
                      <small>{exact(sync_timestamp)}</small>
                    </dd>
                    <dt>Behind the provider</dt>
                    <dd>{behind(last_updated, sync_timestamp)}</dd>
                  </dl>
                </aside>
              </div>
            </>
          );
        }}
      </Shown>
    </article>
  );
}

/** How long the change waited to be read; what is older than the connection was read as a part of the first sync. */
function behind(changed: string, read: string): string {
  const ms = Date.parse(read) - Date.parse(changed);
  if (!(ms >= 0)) return "–";
  return ms < 60_000
    ? `${(ms / 1_000).toFixed(1)} s`
    : `read ${ago(read, Date.parse(changed)).replace("in ", "")} later`;
}
