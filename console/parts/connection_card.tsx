/** One connected account: its health at a glance, and what can be done with it. */
import { useSignal } from "@preact/signals";
import type { Schemas } from "../../client/mod.ts";
import { api, ask, tell } from "../api.ts";
import { ago, count, duration } from "../format.ts";
import { type Action, useAction } from "../load.ts";
import type { Verified } from "../verification.ts";
import { ChoicesDialog } from "./choices_dialog.tsx";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { providerOf, resourceOf } from "./kinds.tsx";
import { Failed } from "./states.tsx";
import { Ago } from "./time.tsx";

type Connection = Schemas["Connection"];
type Status = Connection["resources"][number];

interface CardProps {
  readonly connection: Connection;
  readonly verified: Verified | undefined;
  readonly onChange: () => void;
}

/** How a state looks and is said. */
const STATES: Readonly<Record<Status["state"], readonly [kind: string, text: string]>> = {
  active: ["good", "Current"],
  syncing: ["", "Reading"],
  new: ["", "Waits for its first read"],
  waiting: ["warn", "Told to wait"],
  failing: ["bad", "Failing"],
  left_out: ["", "Left out"],
  not_granted: ["", "Not given"],
};

/** What lags by less than this is current, seconds. */
const LAG_SHOWN_SECONDS = 60;

export function ConnectionCard({ connection, verified, onChange }: CardProps) {
  const dialog = useSignal<"" | "choices" | "end">("");
  const action = useAction();
  const { connection_id, address, account_id, provider, state, resources } = connection;
  const batch = (kind: "verify" | "refresh") =>
    action.run(async () => {
      const body = { kind, connections: [connection_id], resources: [], from: "", to: "" };
      await ask(api().POST("/v1/sync/batches", { body }));
      onChange();
    });
  const close = () => dialog.value = "";
  return (
    <section class="card connection" aria-label={address || account_id}>
      <header>
        <div>
          <h2>{address || account_id}</h2>
          <p class="soft">{providerOf(provider).name}</p>
        </div>
        <Overall connection={connection} />
        <div class="actions">
          {provider !== "import" && (
            <button type="button" onClick={() => batch("verify")} disabled={action.busy.value}>Verify</button>
          )}
          <button type="button" onClick={() => dialog.value = "choices"}>Choose</button>
          <button type="button" class="danger" onClick={() => dialog.value = "end"}>Disconnect</button>
        </div>
      </header>
      {action.error.value !== undefined && <Failed error={action.error.value} />}
      {state === "needs_reauth" && (
        <p class="notice warn">The provider no longer accepts the permission. Connect the account again to go on.</p>
      )}
      <div class="resources" role="table" aria-label="What is read">
        <div class="resource resource-head" role="row">
          {["What", "State", "Last change", "Notifications", "Verified"].map((title) => (
            <span key={title} role="columnheader">{title}</span>
          ))}
        </div>
        {resources.map((status) => (
          <ResourceRow key={status.resource} status={status} part={verified?.get(status.resource)} />
        ))}
      </div>
      {dialog.value === "choices" && <ChoicesDialog connection={connection} onClose={close} onChange={onChange} />}
      {dialog.value === "end" && (
        <EndDialog connection={connection} action={action} onClose={close} onChange={onChange} />
      )}
    </section>
  );
}

/** All of it in one word. */
function Overall({ connection: { state, resources } }: { readonly connection: Connection }) {
  if (state !== "active") {
    return (
      <span class="badge bad">
        <Icon name="warn" size={14} /> Needs your permission
      </span>
    );
  }
  const failing = resources.filter((one) => one.state === "failing" || one.state === "waiting").length;
  if (failing > 0) return <span class="badge warn">{count(failing)} of {count(resources.length)} wait</span>;
  const reading = resources.some((one) => one.state === "syncing" || one.state === "new");
  return reading ? <span class="badge">First sync</span> : (
    <span class="badge good">
      <Icon name="check" size={14} /> Healthy
    </span>
  );
}

function ResourceRow(
  { status, part }: { readonly status: Status; readonly part: Schemas["Batch"]["parts"][number] | undefined },
) {
  const {
    resource,
    state,
    reason,
    lag_seconds,
    last_change_at,
    last_notification_at,
    delivery,
    subscription_expires_at,
  } = status;
  const [kind, text] = STATES[state];
  const given = state !== "left_out" && state !== "not_granted";
  return (
    <div class="resource" role="row">
      <span role="cell" class="resource-name">
        <Icon name={resourceOf(resource).icon} /> {resourceOf(resource).name}
      </span>
      <span role="cell">
        <span class={`badge ${kind}`} title={reason}>{text}</span>
        {lag_seconds >= LAG_SHOWN_SECONDS && <small class="soft">a change waits {duration(lag_seconds * 1_000)}</small>}
        {(state === "failing" || state === "waiting") && reason !== "" && <small class="soft">{reason}</small>}
      </span>
      <span role="cell" data-title="Last change">
        {given ? <Ago at={last_change_at} never="none yet" /> : <span class="soft">–</span>}
      </span>
      <span role="cell" data-title="Notifications">
        {!given ? <span class="soft">–</span> : delivery === "push"
          ? (
            <>
              <Ago at={last_notification_at} never="none yet" />
              {subscription_expires_at !== "" && <small class="soft">expires {ago(subscription_expires_at)}</small>}
            </>
          )
          : (
            <>
              <span>Polled</span>
              <small class="soft">every {duration(status.poll_seconds * 1_000)}</small>
            </>
          )}
      </span>
      <span role="cell" data-title="Verified">
        {given ? <VerifiedCell status={status} part={part} /> : <span class="soft">–</span>}
      </span>
    </div>
  );
}

/** "100 % of 48,211, 3 minutes ago". */
function VerifiedCell(
  { status, part }: { readonly status: Status; readonly part: Schemas["Batch"]["parts"][number] | undefined },
) {
  if (status.verified_at === "") return <span class="soft">not yet</span>;
  const { found = 0 } = part?.counts ?? {};
  const { differences, repaired } = status;
  const share = found === 0 ? 1 : Math.max(0, found - differences) / found;
  const percent = differences === 0 ? "100 %" : `${Math.min(99.9, share * 100).toFixed(1)} %`;
  return (
    <>
      <span>
        {found === 0
          ? (differences === 0 ? "No difference" : `${count(differences)} differed`)
          : `${percent} of ${count(found)}`}
      </span>
      <small class="soft">
        <Ago at={status.verified_at} />
        {repaired > 0 && `, ${count(repaired)} repaired`}
      </small>
    </>
  );
}

interface EndProps {
  readonly connection: Connection;
  readonly action: Action;
  readonly onClose: () => void;
  readonly onChange: () => void;
}

function EndDialog({ connection, action, onClose, onChange }: EndProps) {
  const purge = useSignal(false);
  const end = () =>
    action.run(async () => {
      const params = {
        path: { id: connection.connection_id },
        query: { purge: purge.value ? "true" as const : "false" as const },
      };
      await tell(api().DELETE("/v1/connections/{id}", { params }));
      onClose();
      onChange();
    });
  return (
    <Dialog title={`Disconnect ${connection.address || connection.account_id}?`} onClose={onClose}>
      <p>Its notifications end, the permission is given back, and its tokens are removed.</p>
      <label class="check">
        <input type="checkbox" checked={purge.value} onChange={() => purge.value = !purge.value} />
        <span>Remove its documents from search and from all that was made of them</span>
      </label>
      {action.error.value !== undefined && <Failed error={action.error.value} />}
      <div class="dialog-actions">
        <button type="button" onClick={onClose}>Keep it</button>
        <button type="button" class="danger" onClick={end} disabled={action.busy.value}>Disconnect</button>
      </div>
    </Dialog>
  );
}
