/** The kinds of documents and the providers, by the names and icons that people know. */
import type { Schemas } from "../../client/mod.ts";
import { Icon, type IconName } from "./icon.tsx";

export type DocType = Schemas["Document"]["doc_type"];
export type ProviderName = Schemas["Connection"]["provider"];
export type Resource = Schemas["Connection"]["resources"][number]["resource"];

const KINDS: Readonly<Record<DocType, { readonly icon: IconName; readonly one: string; readonly many: string }>> = {
  email: { icon: "mail", one: "Mail", many: "Mails" },
  calendar: { icon: "calendar", one: "Event", many: "Events" },
  contact: { icon: "card", one: "Contact", many: "Contacts" },
  word_document: { icon: "word", one: "Document", many: "Documents" },
  sheet_document: { icon: "sheet", one: "Sheet", many: "Sheets" },
  presentation_document: { icon: "slides", one: "Presentation", many: "Presentations" },
  todo: { icon: "task", one: "Task", many: "Tasks" },
};

const PROVIDERS: Readonly<Record<ProviderName, { readonly name: string; readonly opens: string }>> = {
  microsoft: { name: "Microsoft 365", opens: "Open in Microsoft 365" },
  google: { name: "Google", opens: "Open in Google" },
  import: { name: "Imported files", opens: "" },
};

const RESOURCES: Readonly<Record<Resource, { readonly icon: IconName; readonly name: string }>> = {
  mail: { icon: "mail", name: "Mail" },
  calendar: { icon: "calendar", name: "Calendar" },
  contacts: { icon: "card", name: "Contacts" },
  drive: { icon: "word", name: "Documents" },
  todos: { icon: "task", name: "Tasks" },
};

/** Whether a text is the name of a kind. */
export function isDocType(name: string): name is DocType {
  return name in KINDS;
}
/** Whether a text is the name of a provider. */
export function isProvider(name: string): name is ProviderName {
  return name in PROVIDERS;
}

export const kindOf = (type: DocType) => KINDS[type];
export const providerOf = (name: ProviderName) => PROVIDERS[name];
export const resourceOf = (name: Resource) => RESOURCES[name];
/** The name of a value of a facet. */
export function facetName(value: string): string {
  if (isDocType(value)) return KINDS[value].many;
  return isProvider(value) ? PROVIDERS[value].name : value;
}

export function KindIcon({ type }: { readonly type: DocType }) {
  return (
    <span class={`kind kind-${type}`} title={KINDS[type].one}>
      <Icon name={KINDS[type].icon} />
    </span>
  );
}
