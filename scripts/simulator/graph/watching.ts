import type { DeskPart } from "../desk_habits.ts";
import type { MicrosoftUser } from "./context.ts";
import { badRequest, GraphError } from "./errors.ts";
import { CALENDAR_SCOPES, CONTACT_SCOPES, MAIL_SCOPES } from "./guard.ts";
import type { Watched } from "./subscription_store.ts";

/** The events that the lifecycle address is told of. */
export type LifecycleEvent = "missed" | "subscriptionRemoved" | "reauthorizationRequired";

/** What holds for subscriptions of one kind (PROTOCOLS A2, A6). */
export interface WatchingRule {
  readonly type: string;
  /** One of them is needed to subscribe: for drives and To Do, more than for reading. */
  readonly scopes: readonly string[];
  readonly changeTypes: readonly string[];
  /** How far ahead the expiry may be. */
  readonly minutesMax: number;
  readonly lifecycle: readonly LifecycleEvent[];
}

const OUTLOOK = {
  changeTypes: ["created", "updated", "deleted"],
  minutesMax: 10_080,
  lifecycle: ["missed", "subscriptionRemoved", "reauthorizationRequired"],
} as const;

export const WATCHING: Readonly<Record<Watched["part"], WatchingRule>> = {
  mail: { ...OUTLOOK, type: "message", scopes: MAIL_SCOPES },
  calendar: { ...OUTLOOK, type: "event", scopes: CALENDAR_SCOPES },
  contacts: { ...OUTLOOK, type: "contact", scopes: CONTACT_SCOPES },
  drive: {
    type: "driveItem",
    scopes: ["files.readwrite", "files.readwrite.all"],
    changeTypes: ["updated"],
    minutesMax: 42_300,
    lifecycle: ["reauthorizationRequired"],
  },
  tasks: {
    type: "todoTask",
    scopes: ["tasks.readwrite"],
    changeTypes: ["created", "updated", "deleted"],
    minutesMax: 4_230,
    lifecycle: ["reauthorizationRequired"],
  },
};

const PATHS: readonly (readonly [DeskPart, RegExp])[] = [
  ["calendar", /^(?:calendars\/([^/]+)\/)?events$/i],
  ["contacts", /^(?:contactfolders\/([^/]+)\/)?contacts$/i],
  ["drive", /^drive\/root$/i],
  ["tasks", /^todo\/lists\/([^/]+)\/tasks$/i],
];

/** What a subscription's resource path names; throws Graph's error if it names nothing of this person. */
export function watchedBy(resource: string, me: MicrosoftUser): Watched {
  const path = resource.replace(/^\//, "").replace(/\('([^']*)'\)/g, "/$1");
  const drive = /^drives\/([^/]+)\/root$/i.exec(path)?.[1];
  if (drive !== undefined && drive === me.ids.container("drive", 0)) return { part: "drive", container: undefined };
  const [, user, rest] = /^(?:me|users\/([^/]+))\/(.+)$/i.exec(path) ?? [];
  if (rest === undefined) throw badRequest(`The resource '${resource}' is not supported.`);
  if (user !== undefined && user !== me.objectId && user !== me.address) {
    throw new GraphError(403, "Forbidden", "The caller may only subscribe to the own mailbox.");
  }
  const mail = /^(?:mailfolders\/([^/]+)\/)?messages$/i.exec(rest);
  if (mail !== null) return { part: "mail", folder: folderNamed(mail[1], me) };
  for (const [part, form] of PATHS) {
    const match = form.exec(rest);
    if (match !== null) return { part, container: containerNamed(part, match[1], me) };
  }
  throw badRequest(`The resource '${resource}' is not supported.`);
}

function folderNamed(key: string | undefined, me: MicrosoftUser) {
  if (key === undefined) return undefined;
  const folder = me.mailbox.listFolders().find((one) => one.id === key || one.alias === key.toLowerCase());
  if (folder === undefined) throw badRequest(`The folder '${key}' does not exist.`);
  return folder;
}

function containerNamed(part: DeskPart, id: string | undefined, me: MicrosoftUser): number | undefined {
  if (id === undefined) return undefined;
  const number = me.ids.parseContainer(part, id);
  const known = me.desk[part].containers().some((one) => one.number === number);
  if (number === undefined || !known) throw badRequest(`The container '${id}' does not exist.`);
  return number;
}
