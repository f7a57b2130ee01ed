/** What a document says, by its kind: as text, whatever it was before. */
import type { ComponentChildren } from "preact";
import type {
  CalendarEvent,
  Contact,
  Email,
  NormalisedDocument,
  Person,
  Todo,
} from "../../shared/contracts/documents.ts";
import { bytes, clock, exact, longDay, worded } from "../format.ts";
import { href } from "../router.ts";
import { Icon } from "./icon.tsx";

export function DocumentBody({ document }: { readonly document: NormalisedDocument }) {
  switch (document.doc_type) {
    case "email":
      return <MailBody mail={document} />;
    case "calendar":
      return <EventBody event={document} />;
    case "contact":
      return <ContactBody contact={document} />;
    case "todo":
      return <TodoBody todo={document} />;
    default:
      return (
        <>
          <Facts
            facts={[
              ["Folder", document.path],
              ["Owner", people(document.owners)],
              ["Last edited by", people([document.last_editor])],
              ["Size", bytes(document.size_bytes)],
            ]}
          />
          {document.content_reason !== "" && <p class="notice">{document.content_reason}</p>}
        </>
      );
  }
}

type Fact = readonly [name: string, value: ComponentChildren];

/** Names and values, without those that are empty. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  const given = facts.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return (
    <dl class="facts wide-facts">
      {given.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

/** Addresses as they stand in a mail; `""` for nobody. */
function people(persons: readonly Person[]): ComponentChildren {
  const known = persons.filter(({ name, address }) => name !== "" || address !== "");
  if (known.length === 0) return "";
  return known.map(({ name, address }, index) => (
    <>
      {index > 0 && ", "}
      {address === ""
        ? name
        : <a href={href(["search"], { q: `from:${address} ` })} title={address}>{name || address}</a>}
    </>
  ));
}

function MailBody({ mail }: { readonly mail: Email }) {
  const at = mail.sent_at || mail.received_at;
  return (
    <>
      <Facts
        facts={[
          ["From", people([mail.from])],
          ["To", people(mail.to)],
          ["Cc", people(mail.cc)],
          ["Sent", exact(at)],
          ["Folder", mail.folder_name],
          ["Attached", mail.attachments.map(({ name, size_bytes }) => `${name} (${bytes(size_bytes)})`).join(", ")],
        ]}
      />
      <Text text={mail.body} />
    </>
  );
}

/** When an event takes place, in the browser's own zone. */
function span({ all_day, start_date, starts_at, ends_at }: CalendarEvent): string {
  if (all_day) return `${longDay(`${start_date}T12:00:00`)}, the whole day`;
  if (starts_at === "") return "";
  return `${longDay(starts_at)}, ${clock(starts_at)}${ends_at === "" ? "" : `–${clock(ends_at)}`}`;
}

function EventBody({ event }: { readonly event: CalendarEvent }) {
  return (
    <>
      <Facts
        facts={[
          ["When", span(event)],
          ["Where", event.location],
          [
            "Join",
            event.online_url.startsWith("https:") && (
              <a href={event.online_url} target="_blank" rel="noreferrer">
                {new URL(event.online_url).hostname} <Icon name="out" size={14} />
              </a>
            ),
          ],
          ["Organizer", people([event.organizer])],
          ["Invited", people(event.attendees)],
          ["Calendar", event.calendar_name],
          ["Status", event.status === "confirmed" ? "" : worded(event.status)],
        ]}
      />
      <Text text={event.body} />
    </>
  );
}

const labelled = (values: Contact["phones"]) =>
  values.map(({ label, value }) => label === "" ? value : `${value} (${label})`).join(", ");

function ContactBody({ contact }: { readonly contact: Contact }) {
  return (
    <>
      <Facts
        facts={[
          ["E-mail", labelled(contact.addresses)],
          ["Phone", labelled(contact.phones)],
          ["Company", [contact.job_title, contact.department, contact.company].filter((one) => one !== "").join(", ")],
          ["Address", labelled(contact.postal_addresses)],
          ["Birthday", contact.birthday],
          ["Web", contact.websites.join(", ")],
        ]}
      />
      <Text text={contact.notes} />
    </>
  );
}

function TodoBody({ todo }: { readonly todo: Todo }) {
  return (
    <>
      <Facts
        facts={[
          ["List", todo.list_name],
          ["Status", worded(todo.status)],
          ["Due", todo.due_date === "" ? "" : longDay(`${todo.due_date}T12:00:00`)],
        ]}
      />
      {todo.steps.length > 0 && (
        <ul class="steps">
          {todo.steps.map(({ text, done }) => (
            <li key={text} class={done ? "done" : ""}>
              <Icon name={done ? "check" : "next"} size={16} /> {text}
            </li>
          ))}
        </ul>
      )}
      <Text text={todo.body} />
    </>
  );
}

/** A text with the line ends that it has. */
export function Text({ text }: { readonly text: string }) {
  return text.trim() === "" ? null : <div class="prose" dir="auto">{text}</div>;
}
