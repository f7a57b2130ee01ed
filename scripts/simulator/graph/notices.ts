import type { Chance } from "../chance.ts";
import type { DeskPart } from "../desk_habits.ts";
import type { Entry } from "../journal.ts";
import type { MailChange } from "../mailbox/microsoft_mailbox.ts";
import type { MicrosoftUser } from "./context.ts";
import { changeKey, eventId } from "./event_shape.ts";
import { changeKeyOf } from "./message_shape.ts";
import type { Subscription, Watched } from "./subscription_store.ts";

export type ChangeType = "created" | "updated" | "deleted";

/** One change, as subscriptions are told of it. */
export interface Notice {
  /** What happened to what is watched; undefined if nothing did. */
  changeType(watched: Watched): ChangeType | undefined;
  /** Makes the next delta read of the collection find nothing. */
  quiet(): void;
  /** The members of the notification item that are of this kind. */
  body(subscription: Subscription, changeType: ChangeType, chance: Chance): Record<string, unknown>;
}

export function mailNotice(me: MicrosoftUser, change: MailChange): Notice {
  return {
    changeType: (watched) => {
      const told = watched.part === "mail" && (watched.folder === undefined || watched.folder === change.folder);
      return told ? change.changeType : undefined;
    },
    quiet: () => {
      change.folder.quietOnce = true;
    },
    body: ({ immutableIds }, changeType, chance) => {
      const id = me.mailbox.id(change.mail, immutableIds);
      return outlookBody(me, "Message", id, changeType === "deleted" ? null : changeKeyOf(me, change.mail), chance);
    },
  };
}

export function deskNotice(me: MicrosoftUser, part: DeskPart, entry: Entry): Notice {
  return {
    changeType: (watched) => watched.part === part ? changeTypeOf(part, entry, watched.container) : undefined,
    quiet: () => {
      me.quiet.add(`${part}/${part === "drive" ? 0 : entry.container}`);
    },
    body: (subscription, changeType, chance) => deskBody(me, part, entry, subscription, changeType, chance),
  };
}

const CHANGE_TYPES = {
  create: "created",
  restore: "created",
  edit: "updated",
  rename: "updated",
  move: "updated",
  cancel: "updated",
  trash: "deleted",
  delete: "deleted",
} as const;

function changeTypeOf(part: DeskPart, entry: Entry, container: number | undefined): ChangeType | undefined {
  // A drive only ever says that something is not as it was.
  if (part === "drive") return "updated";
  if (container === undefined) return CHANGE_TYPES[entry.verb];
  if (entry.verb === "move") {
    return entry.container === container ? "created" : entry.from === container ? "deleted" : undefined;
  }
  return entry.container === container ? CHANGE_TYPES[entry.verb] : undefined;
}

function deskBody(
  me: MicrosoftUser,
  part: DeskPart,
  { item }: Entry,
  { immutableIds, resource, watched }: Subscription,
  changeType: ChangeType,
  chance: Chance,
): Record<string, unknown> {
  const { desk, ids } = me;
  switch (part) {
    case "drive":
      return { resource: resource.replace(/^\//, ""), resourceData: null };
    case "tasks": {
      const list = ids.container("tasks", watched.part === "tasks" ? watched.container ?? 0 : 0);
      // Another path than the one that was subscribed to, and no tenant (PROTOCOLS G-13).
      return {
        resource: `todob2/graph/v1/users('${me.objectId}')/todoApp/lists('${list}')/tasks`,
        resourceData: { "@odata.type": "#Microsoft.Graph.todoTask", id: ids.item("tasks", item) },
        tenantId: "",
      };
    }
    case "calendar":
    case "contacts": {
      const event = part === "calendar" ? desk.calendar.at(item) : undefined;
      const id = event === undefined ? ids.item(part, item, immutableIds) : eventId(me, event, immutableIds);
      const changed = changeType === "deleted" ? undefined : desk[part].at(item);
      const key = changed === undefined ? null : changeKey(me, changed);
      return outlookBody(me, part === "calendar" ? "Event" : "Contact", id, key, chance);
    }
  }
}

function outlookBody(
  me: MicrosoftUser,
  type: "Message" | "Event" | "Contact",
  id: string,
  etag: string | null,
  chance: Chance,
): Record<string, unknown> {
  const name = `${type}s`;
  // The documentation and real traffic spell the path in several ways (PROTOCOLS A5).
  const resource = chance.pick([
    `users/${me.objectId}@${me.tenantId}/${name.toLowerCase()}/${id}`,
    `Users/${me.objectId}/${name}/${id}`,
    `Users('${me.objectId}')/${name.toLowerCase()}('${id}')`,
  ]);
  return {
    ...(chance.happens(0.5) ? { id: chance.uuid() } : {}),
    resource,
    resourceData: {
      "@odata.type": chance.pick([`#Microsoft.Graph.${type}`, `#microsoft.graph.${type.toLowerCase()}`]),
      "@odata.id": resource,
      ...(etag === null ? {} : { "@odata.etag": `W/"${etag}"` }),
      id,
    },
  };
}
