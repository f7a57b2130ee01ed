/** All resources that are read of an account at Microsoft, in the order in which a person is asked for them. */
import { mail } from "./mail.ts";
import type { GraphResource } from "./resource.ts";

export const RESOURCES: readonly GraphResource[] = [mail];
