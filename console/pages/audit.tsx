/** Who did what. */
import { ask, operatorApi } from "../api.ts";
import { exact, worded } from "../format.ts";
import { useLoad } from "../load.ts";
import { PageHead } from "../parts/page.tsx";
import { Pages } from "../parts/pages.tsx";
import { Empty, Shown } from "../parts/states.tsx";
import { query } from "../router.ts";

const PAGE_SIZE = 50;

export default function AuditPage() {
  const cursor = query.value.get("cursor") ?? "";
  const load = useLoad(`audit ${cursor}`, (signal) => {
    const params = { query: { limit: PAGE_SIZE, cursor } };
    return ask(operatorApi().GET("/v1/admin/audit", { params, signal }));
  });
  return (
    <>
      <PageHead
        title="Audit log"
        lead="Who connected, synced, acted for somebody, replayed, or made a key. Nothing here can be changed."
      />
      <Shown load={load} what="the audit log">
        {({ items, next_cursor }) =>
          items.length === 0 ? <Empty icon="key" title="Nothing was noted yet" /> : (
            <>
              <div class="card table" tabIndex={0} role="region" aria-label="Entries">
                <table>
                  <thead>
                    <tr>
                      <th>When</th>
                      <th>What</th>
                      <th>By</th>
                      <th>For</th>
                      <th>On</th>
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((entry) => (
                      <tr key={entry.audit_id}>
                        <td>
                          <time dateTime={entry.at}>{exact(entry.at)}</time>
                        </td>
                        <td>{worded(entry.action)}</td>
                        <td>
                          {entry.by}
                          <small class="soft">{worded(entry.via)}</small>
                        </td>
                        <td>{entry.user_id}</td>
                        <td>
                          <code>{entry.object}</code>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <Pages page="audit" cursor={cursor} next_cursor={next_cursor} />
            </>
          )}
      </Shown>
    </>
  );
}
