/** Parcels and orders out of a person's mails, and the history of one on a line. */
import type { Schemas } from "../../client/mod.ts";
import { api, ask } from "../api.ts";
import { exact, longDay, shortDate, worded } from "../format.ts";
import { useAction, useLoad } from "../load.ts";
import { Facts } from "../parts/document_body.tsx";
import { Icon } from "../parts/icon.tsx";
import { PageHead, useTitle } from "../parts/page.tsx";
import { Pages } from "../parts/pages.tsx";
import { Empty, Failed, Shown } from "../parts/states.tsx";
import { Ago } from "../parts/time.tsx";
import { href, path, query } from "../router.ts";

type Shipment = Schemas["Shipment"];
type Summary = Schemas["ShipmentSummary"];

const PAGE_SIZE = 50;
const STATUSES: readonly Shipment["status"][] = [
  "ordered",
  "label_created",
  "shipped",
  "in_transit",
  "out_for_delivery",
  "delivered",
  "delayed",
  "failed",
  "returned",
];

export default function ShipmentsPage() {
  const [, shipment_id] = path.value;
  return shipment_id === undefined ? <Shipments /> : <ShipmentPage shipment_id={shipment_id} />;
}

function Shipments() {
  const cursor = query.value.get("cursor") ?? "";
  const dismissed = query.value.get("dismissed") === "true" ? "true" as const : "false" as const;
  const load = useLoad(`shipments ${cursor} ${dismissed}`, (signal) => {
    const params = { query: { cursor, dismissed, limit: PAGE_SIZE } };
    return ask(api().GET("/v1/shipments", { params, signal }));
  });
  return (
    <>
      <PageHead title="Shipments" lead="Parcels and orders that your mails tell of, the newest first.">
        <a class="button" href={href(["shipments"], { dismissed: dismissed === "true" ? "" : "true" })}>
          {dismissed === "true" ? "Show the list" : "Show the dismissed"}
        </a>
      </PageHead>
      <Shown load={load} what="the shipments">
        {({ items, next_cursor }) =>
          items.length === 0
            ? <Empty icon="parcel" title={dismissed === "true" ? "Nothing was dismissed" : "No parcels yet"} />
            : (
              <>
                <ul class="rows card">{items.map((one) => <Row key={one.shipment_id} shipment={one} />)}</ul>
                <Pages
                  page="shipments"
                  cursor={cursor}
                  next_cursor={next_cursor}
                  parameters={{ dismissed: dismissed === "true" ? "true" : "" }}
                />
              </>
            )}
      </Shown>
    </>
  );
}

const look = (status: Shipment["status"]) =>
  status === "delivered" ? "good" : status === "delayed" || status === "failed" || status === "returned" ? "warn" : "";

function titleOf(
  { merchant, items, carrier, tracking_number }: Pick<Summary, "merchant" | "items" | "carrier" | "tracking_number">,
): string {
  return items.join(", ") || merchant || `${carrierName(carrier)} ${tracking_number}`;
}

const carrierName = (carrier: string) =>
  carrier === "" ? "" : carrier.length <= 5 ? carrier.toUpperCase() : worded(carrier);

function Row({ shipment }: { readonly shipment: Summary }) {
  const { shipment_id, merchant, carrier, tracking_number, status, status_at, expected } = shipment;
  return (
    <li>
      <a class="row-link" href={href(["shipments", shipment_id])}>
        <span class="kind">
          <Icon name="parcel" />
        </span>
        <span class="row-main">
          <strong>{titleOf(shipment)}</strong>
          <small class="soft">
            {[merchant, carrierName(carrier), tracking_number].filter((one) => one !== "").join(" · ")}
          </small>
        </span>
        <span class={`badge ${look(status)}`}>{worded(status)}</span>
        <small class="soft row-end">
          {expected !== null && status !== "delivered" ? `due ${shortDate(expected.from)}` : <Ago at={status_at} />}
        </small>
      </a>
    </li>
  );
}

function ShipmentPage({ shipment_id }: { readonly shipment_id: string }) {
  const load = useLoad(shipment_id, (signal) => {
    return ask(api().GET("/v1/shipments/{shipment_id}", { params: { path: { shipment_id } }, signal }));
  });
  useTitle(load.data === undefined ? "Shipment" : titleOf(load.data));
  return (
    <article class="document">
      <p>
        <a class="button quiet back" href={href(["shipments"])}>
          <Icon name="back" size={18} /> Shipments
        </a>
      </p>
      <Shown load={load} what="the shipment" lines={6}>
        {(shipment) => <Whole shipment={shipment} onChange={load.reload} />}
      </Shown>
    </article>
  );
}

function Whole({ shipment, onChange }: { readonly shipment: Shipment; readonly onChange: () => void }) {
  const {
    shipment_id,
    merchant,
    carrier,
    tracking_number,
    tracking_url,
    order_number,
    status,
    expected,
    pickup_place,
    history,
    confidence,
    certain,
    corrected,
    dismissed,
  } = shipment;
  const action = useAction();
  const params = { path: { shipment_id } };
  const correct = (next: Shipment["status"] | null) =>
    action.run(async () => {
      await ask(api().POST("/v1/shipments/{shipment_id}/correct", { params, body: { status: next } }));
      onChange();
    });
  const dismiss = () =>
    action.run(async () => {
      await (dismissed
        ? ask(api().POST("/v1/shipments/{shipment_id}/restore", { params }))
        : ask(api().POST("/v1/shipments/{shipment_id}/dismiss", { params })));
      onChange();
    });
  return (
    <>
      <header>
        <span class="kind">
          <Icon name="parcel" />
        </span>
        <div>
          <p class="eyebrow">
            {[merchant, carrierName(carrier)].filter((one) => one !== "").join(" · ") || "Shipment"}
          </p>
          <h1>{titleOf(shipment)}</h1>
        </div>
      </header>
      <div class="document-columns">
        <div class="document-text">
          <p>
            <span class={`badge ${look(status)}`}>{worded(status)}</span>
          </p>
          <ol class="history">
            {history.map(({ at, status, evidence, doc_id, moved }, index) => (
              <li key={`${doc_id} ${index}`} class={moved ? "" : "quiet-step"}>
                <strong>{worded(status)}</strong>
                <time dateTime={at}>{exact(at)}</time>
                {evidence.length > 0 && <small class="soft">“{evidence.join("” “")}”</small>}
                <a href={href(["documents", doc_id])}>The mail</a>
              </li>
            ))}
          </ol>
        </div>
        <aside aria-label="About this shipment">
          {tracking_url.startsWith("https:") && (
            <a class="button" href={tracking_url} target="_blank" rel="noreferrer">
              Track it <Icon name="out" size={16} />
            </a>
          )}
          <Facts
            facts={[
              ["Number", tracking_number],
              ["Order", order_number],
              ["Expected", expected === null ? "" : longDay(expected.from)],
              ["Pick up at", pickup_place],
              ["Sure of it", certain ? "yes" : `${Math.round(confidence * 100)} %`],
              ["Set by you", corrected.map(worded).join(", ")],
            ]}
          />
          <label class="field">
            <span>Set the status right</span>
            <select
              value={status}
              disabled={action.busy.value}
              onChange={({ currentTarget }) => correct(STATUSES.find((one) => one === currentTarget.value) ?? null)}
            >
              {STATUSES.map((one) => <option key={one} value={one}>{worded(one)}</option>)}
            </select>
          </label>
          {corrected.includes("status") && (
            <button
              type="button"
              disabled={action.busy.value}
              onClick={() => correct(null)}
            >
              As the mails say
            </button>
          )}
          <button type="button" disabled={action.busy.value} onClick={dismiss}>
            {dismissed ? "Put it back on the list" : "Take it off the list"}
          </button>
          {action.error.value !== undefined && <Failed error={action.error.value} />}
        </aside>
      </div>
    </>
  );
}
