/** What could not be handled: why, what it was, and handing it back. */
import { useSignal } from "@preact/signals";
import type { Schemas } from "../../client/mod.ts";
import { ask, operatorApi, tell } from "../api.ts";
import { count, worded } from "../format.ts";
import { useAction, useEvery, useLoad } from "../load.ts";
import { Dialog } from "../parts/dialog.tsx";
import { PageHead } from "../parts/page.tsx";
import { Pages } from "../parts/pages.tsx";
import { Empty, Failed, Shown } from "../parts/states.tsx";
import { Ago } from "../parts/time.tsx";
import { go, href, query } from "../router.ts";

type Summary = Schemas["DeadLetterSummary"];

const AGAIN_MS = 10_000;
const PAGE_SIZE = 50;

export default function DeadLettersPage() {
  const cursor = query.value.get("cursor") ?? "";
  const opened = query.value.get("id") ?? "";
  const load = useLoad(`letters ${cursor}`, (signal) => {
    const params = { query: { limit: PAGE_SIZE, cursor } };
    return ask(operatorApi().GET("/v1/admin/dead-letters", { params, signal }));
  });
  useEvery(AGAIN_MS, load.reload);
  const close = () => go(href(["dead-letters"], { cursor }));
  return (
    <>
      <PageHead
        title="Dead letters"
        lead="Messages that a service could not handle. Each is handed back to the subscription that failed, and to it alone."
      />
      <Shown load={load} what="the dead letters">
        {({ items, next_cursor }) =>
          items.length === 0 && cursor === ""
            ? (
              <Empty icon="check" title="Nothing failed">
                <p>What can't be handled is listed here with its reason.</p>
              </Empty>
            )
            : (
              <>
                <ul class="rows card">
                  {items.map((letter) => <Row key={letter.dead_letter_id} letter={letter} cursor={cursor} />)}
                </ul>
                <Pages page="dead-letters" cursor={cursor} next_cursor={next_cursor} />
              </>
            )}
      </Shown>
      {opened !== "" && <LetterDialog id={opened} onClose={close} onChange={() => (close(), load.reload())} />}
    </>
  );
}

const KINDS: Readonly<Record<Summary["kind"], readonly [kind: string, text: string]>> = {
  permanent: ["bad", "Can't be handled"],
  exhausted: ["bad", "Failed again and again"],
  transient: ["warn", "Tried again by itself"],
  waiting: ["", "Waits its time"],
};

function Row({ letter, cursor }: { readonly letter: Summary; readonly cursor: string }) {
  const { dead_letter_id, kind, reason, subscription, failed_at, retry_at } = letter;
  const [look, text] = KINDS[kind];
  return (
    <li>
      <a class="row-link" href={href(["dead-letters"], { id: dead_letter_id, cursor })}>
        <span class="row-main">
          <strong>{reason}</strong>
          <small class="soft">
            <code>{subscription}</code> · failed <Ago at={failed_at} />
            {retry_at !== "" && (
              <>
                · again <Ago at={retry_at} />
              </>
            )}
          </small>
        </span>
        <span class={`badge ${look}`}>{text}</span>
      </a>
    </li>
  );
}

/** The message as text, where it is one. */
function decoded(base64: string): string {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  } catch {
    return "";
  }
}

interface LetterProps {
  readonly id: string;
  readonly onClose: () => void;
  readonly onChange: () => void;
}

function LetterDialog({ id, onClose, onChange }: LetterProps) {
  const load = useLoad(
    id,
    (signal) => ask(operatorApi().GET("/v1/admin/dead-letters/{id}", { params: { path: { id } }, signal })),
  );
  const action = useAction();
  const discarding = useSignal(false);
  const params = { path: { id } };
  const replay = () =>
    action.run(async () => {
      await ask(operatorApi().POST("/v1/admin/dead-letters/{id}/replay", { params }));
      onChange();
    });
  const discard = () =>
    action.run(async () => {
      await tell(operatorApi().POST("/v1/admin/dead-letters/{id}/discard", { params }));
      onChange();
    });
  return (
    <Dialog title="Dead letter" onClose={onClose} wide>
      <Shown load={load} what="the dead letter">
        {({ reason, field, kind, subscription, topic, attempts, failed_at, published_at, user_id, data_base64 }) => (
          <>
            <p>{reason}</p>
            <dl class="facts">
              <dt>Subscription</dt>
              <dd>
                <code>{subscription}</code>
              </dd>
              <dt>Topic</dt>
              <dd>
                <code>{topic}</code>
              </dd>
              <dt>Kind</dt>
              <dd>{worded(kind)}, {count(attempts)} tries</dd>
              {field !== "" && (
                <>
                  <dt>Field</dt>
                  <dd>
                    <code>{field}</code>
                  </dd>
                </>
              )}
              {user_id !== "" && (
                <>
                  <dt>Person</dt>
                  <dd>{user_id}</dd>
                </>
              )}
              <dt>Published</dt>
              <dd>
                <Ago at={published_at} />
              </dd>
              <dt>Failed</dt>
              <dd>
                <Ago at={failed_at} />
              </dd>
            </dl>
            <pre
              class="message"
              tabIndex={0}
              aria-label="The message"
            >{decoded(data_base64) || "The message is no text."}</pre>
            <p class="notice">
              Replaying hands this one message to <code>{subscription}</code>{" "}
              again; the other services don't see it. A newer version that was handled meanwhile stays.
            </p>
            {action.error.value !== undefined && <Failed error={action.error.value} />}
            <div class="dialog-actions">
              {discarding.value
                ? (
                  <button type="button" class="danger" onClick={discard} disabled={action.busy.value}>
                    Discard it for good
                  </button>
                )
                : <button type="button" class="danger" onClick={() => discarding.value = true}>Discard…</button>}
              <button type="button" class="primary" onClick={replay} disabled={action.busy.value}>Replay</button>
            </div>
          </>
        )}
      </Shown>
    </Dialog>
  );
}
