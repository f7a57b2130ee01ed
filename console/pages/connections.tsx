/** The connected accounts, how current they are, batches of work on them, and files to import. */
import { useSignal } from "@preact/signals";
import type { Schemas } from "../../client/mod.ts";
import { api, ask } from "../api.ts";
import { useAction, useEvery, useLoad } from "../load.ts";
import { Batches } from "../parts/batches.tsx";
import { ConnectionCard } from "../parts/connection_card.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Imports } from "../parts/imports.tsx";
import { PageHead } from "../parts/page.tsx";
import { Empty, Failed, Shown } from "../parts/states.tsx";
import { latestVerification } from "../verification.ts";

/** How often it is asked again how current the connections are. */
const AGAIN_MS = 5_000;
const PAGE_SIZE = 100;

export function Connections() {
  const connecting = useSignal(false);
  const load = useLoad("connections", async (signal) => {
    const query = { limit: PAGE_SIZE };
    const [connections, batches] = await Promise.all([
      ask(api().GET("/v1/connections", { params: { query }, signal })),
      ask(api().GET("/v1/sync/batches", { params: { query: { limit: 20 } }, signal })),
    ]);
    return {
      connections: connections.items,
      batches: batches.items,
      verified: await latestVerification(batches.items, signal),
    };
  });
  useEvery(AGAIN_MS, load.reload);
  return (
    <>
      <PageHead title="Connections" lead="The accounts that Millrace reads, and how current it is with each.">
        <button type="button" class="primary" onClick={() => connecting.value = true}>Connect an account</button>
      </PageHead>
      <Shown load={load} what="the connections" lines={5}>
        {({ connections, batches, verified }) => (
          <>
            <div class="stack">
              {connections.map((connection) => (
                <ConnectionCard
                  key={connection.connection_id}
                  connection={connection}
                  verified={verified.get(connection.connection_id)}
                  onChange={load.reload}
                />
              ))}
            </div>
            {connections.length === 0 && (
              <Empty icon="plug" title="No account is connected">
                <p>
                  Connect Microsoft 365 or Google Workspace: you see what is asked for before you agree, and Millrace
                  only reads.
                </p>
              </Empty>
            )}
            <Batches batches={batches} onChange={load.reload} />
          </>
        )}
      </Shown>
      <Imports onChange={load.reload} />
      {connecting.value && <ConnectDialog onClose={() => connecting.value = false} />}
    </>
  );
}

type ConnectProvider = "microsoft" | "google";

const CHOICES: readonly { readonly provider: ConnectProvider; readonly name: string; readonly what: string }[] = [
  { provider: "microsoft", name: "Microsoft 365", what: "Outlook mail and calendar, contacts, OneDrive, To Do" },
  { provider: "google", name: "Google Workspace", what: "Gmail, Calendar, Contacts, Drive, Tasks" },
];

type Resource = Schemas["Connection"]["resources"][number]["resource"];
const NOTHING_LEFT_OUT: Resource[] = [];

function ConnectDialog({ onClose }: { readonly onClose: () => void }) {
  const action = useAction();
  const connect = (provider: ConnectProvider) =>
    action.run(async () => {
      const params = { path: { provider } };
      const body = { resources: NOTHING_LEFT_OUT };
      const { authorize_url } = await ask(api().POST("/v1/connections/{provider}", { params, body }));
      location.assign(authorize_url);
    });
  return (
    <Dialog title="Connect an account" onClose={onClose}>
      <p class="soft">The next page names who will receive the data. Then the provider asks for your permission.</p>
      {action.error.value !== undefined && <Failed error={action.error.value} />}
      <div class="choices">
        {CHOICES.map(({ provider, name, what }) => (
          <button
            key={provider}
            type="button"
            disabled={action.busy.value}
            onClick={() => connect(provider)}
          >
            <strong>{name}</strong>
            <small>{what}</small>
          </button>
        ))}
      </div>
    </Dialog>
  );
}
