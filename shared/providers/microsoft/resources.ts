/** All resources that are read of an account at Microsoft, in the order in which a person is asked for them. */
import { calendar } from "./calendar.ts";
import { contacts } from "./contacts.ts";
import { drive } from "./drive_resource.ts";
import { mail } from "./mail.ts";
import type { GraphResource } from "./resource.ts";
import { todos } from "./todos.ts";

export const RESOURCES: readonly GraphResource[] = [mail, calendar, contacts, drive, todos];
