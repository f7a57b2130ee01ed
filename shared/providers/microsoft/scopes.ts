/** The delegated permissions that a person is asked for. */
import type { ResourceName } from "../../contracts/ids.ts";
import { RESOURCES } from "./resources.ts";

/** To stay signed in, and who the person is. */
const SIGN_IN = ["offline_access", "openid", "profile", "email", "User.Read"] as const;

/** The scopes for these resources; for all of them where none are named. */
export function scopesFor(resources: readonly ResourceName[] = []): string[] {
  const wanted = RESOURCES.filter(({ resource }) => resources.length === 0 || resources.includes(resource));
  return [...SIGN_IN, ...wanted.map(({ scope }) => scope)];
}

/** Scopes come back with or without Graph's address before them, in any case. */
export function plainScope(scope: string): string {
  return scope.slice(scope.lastIndexOf("/") + 1).toLowerCase();
}
