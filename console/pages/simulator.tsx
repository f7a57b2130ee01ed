/** The simulated providers: cause a change or trouble, and watch the system take it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Schemas } from "../../client/mod.ts";
import { clock, plural } from "../format.ts";
import { useAction } from "../load.ts";
import { KindIcon, providerOf } from "../parts/kinds.tsx";
import { PageHead } from "../parts/page.tsx";
import { Empty, Failed } from "../parts/states.tsx";
import { href } from "../router.ts";
import { session } from "../session.ts";
import { findSimulator, order, silent, simulated, type SimulatedPerson } from "../simulator.ts";
import { follow } from "../stream.ts";

type FeedEvent = Schemas["FeedEvent"];

interface Deed {
  readonly name: string;
  readonly command: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly then: string;
}

const CHANGES: readonly Deed[] = [
  { name: "A mail arrives", command: "send", body: {}, then: "A mail is on its way." },
  { name: "A mail changes", command: "change", body: {}, then: "Something happened to a mail." },
  { name: "An event changes", command: "desk", body: { part: "calendar" }, then: "The calendar changed." },
  { name: "A file changes", command: "desk", body: { part: "drive" }, then: "A file changed." },
];

const TROUBLE: readonly Deed[] = [
  {
    name: "A storm of 100 changes",
    command: "trouble",
    body: { what: "storm" },
    then: "A hundred changes at once: a handful of rounds reads them.",
  },
  {
    name: "Five calls answered 429",
    command: "trouble",
    body: { what: "throttle" },
    then: "The next five calls are told to wait.",
  },
  {
    name: "Every cursor lost",
    command: "trouble",
    body: { what: "cursor" },
    then: "The next read finds its cursor gone and enumerates.",
  },
  {
    name: "The consent withdrawn",
    command: "trouble",
    body: { what: "consent" },
    then: "The account needs the person's permission again: see Connections.",
  },
];

const SHOWN_MAX = 25;

export default function SimulatorPage() {
  useEffect(() => {
    findSimulator();
  }, []);
  if (simulated.value.length === 0) {
    return (
      <Empty icon="flask" title="The providers are real" alone>
        <p>
          Only <code>deno task dev</code> simulates them.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <PageHead title="Simulator" lead="Make something happen at the simulated providers, and watch it arrive." />
      <div class="simulator">
        <div class="stack">{simulated.value.map((person) => <PersonCard key={person.user} person={person} />)}</div>
        <Tail />
      </div>
    </>
  );
}

function PersonCard({ person }: { readonly person: SimulatedPerson }) {
  const action = useAction();
  const said = useSignal("");
  const { user, address, provider, mails } = person;
  const act = ({ command, body, then }: Deed) =>
    action.run(async () => {
      said.value = "";
      await order(user, command, body);
      said.value = then;
      await findSimulator();
    });
  const hush = {
    name: "",
    command: "trouble",
    body: { what: "silence", on: !silent.value },
    then: silent.value
      ? "Notifications are sent again."
      : "Notifications get lost; what changes is found by the polls.",
  };
  return (
    <section class="card" aria-label={user}>
      <h2>{user}</h2>
      <p class="soft">
        {address} · {provider === "google" || provider === "microsoft" ? providerOf(provider).name : provider} ·{" "}
        {plural(mails, "mail")}
      </p>
      <div class="chips deeds">
        {CHANGES.map((deed) => (
          <button
            key={deed.name}
            type="button"
            disabled={action.busy.value}
            onClick={() => act(deed)}
          >
            {deed.name}
          </button>
        ))}
      </div>
      <h3>Trouble</h3>
      <div class="chips deeds">
        {TROUBLE.map((deed) => (
          <button
            key={deed.name}
            type="button"
            class="danger"
            disabled={action.busy.value}
            onClick={() => act(deed)}
          >
            {deed.name}
          </button>
        ))}
        <button
          type="button"
          class="danger"
          aria-pressed={silent.value}
          disabled={action.busy.value}
          onClick={() => act(hush)}
        >
          {silent.value ? "Send notifications again" : "Notifications lost"}
        </button>
      </div>
      {said.value !== "" && <p class="notice" role="status">{said.value}</p>}
      {action.error.value !== undefined && <Failed error={action.error.value} />}
    </section>
  );
}

function isEvent(value: unknown): value is FeedEvent {
  return typeof value === "object" && value !== null && "doc_id" in value && "operation" in value && "title" in value;
}

const OPERATIONS: Readonly<Record<FeedEvent["operation"], string>> = {
  create: "New",
  update: "Changed",
  delete: "Gone",
};

/** What becomes searchable, as it does. */
function Tail() {
  const user = session.value?.user ?? "";
  const events = useSignal<readonly FeedEvent[]>([]);
  useEffect(() => {
    if (user === "") return;
    const ending = new AbortController();
    follow("/v1/events", {
      signal: ending.signal,
      onEvent({ data }) {
        const value: unknown = JSON.parse(data);
        if (isEvent(value)) events.value = [value, ...events.value].slice(0, SHOWN_MAX);
      },
    });
    return () => ending.abort();
  }, [user]);
  return (
    <section class="card tail" aria-labelledby="tail">
      <h2 id="tail">Becomes searchable{user === "" ? "" : ` for ${user}`}</h2>
      {events.value.length === 0 && (
        <p class="soft">
          {user === "" ? "Choose whose data to show, to see it arrive." : "Waits for the next change…"}
        </p>
      )}
      <ol>
        {events.value.map(({ time, operation, doc_type, doc_id, title, folder }) => (
          <li key={`${doc_id} ${time}`}>
            <KindIcon type={doc_type} />
            <span class="row-main">
              {operation === "delete"
                ? <span class="soft">{title || "A document"}</span>
                : <a href={href(["documents", doc_id])}>{title || "Without a title"}</a>}
              <small class="soft">{clock(time)} · {OPERATIONS[operation]}{folder !== "" && ` · ${folder}`}</small>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
