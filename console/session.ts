/** Who is signed in. The key stays in this tab, or on this device when the person wants that; never in an address. */
import { computed, signal } from "@preact/signals";
import type { Schemas } from "../client/mod.ts";

/** A signed-in person or operator. */
export interface Session {
  readonly key: string;
  readonly scope: Schemas["Me"]["scope"];
  /** Whose data is shown; `""` for an operator who has not chosen anybody. */
  readonly user: string;
}

const STORED_AS = "millrace.session";
const PEOPLE_STORED_AS = "millrace.people";
const PEOPLE_MAX = 8;

/** Null for nobody. */
export const session = signal<Session | null>(null);
export const isOperator = computed(() => session.value?.scope === "admin");
/** Why the person was signed out, for the page on which they sign in again. */
export const signedOutBecause = signal("");

/** What is kept of a session, where there is one. */
function stored(): { readonly key: string; readonly user: string } | null {
  const text = sessionStorage.getItem(STORED_AS) ?? localStorage.getItem(STORED_AS);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("key" in value) || !("user" in value)) return null;
    return { key: String(value.key), user: String(value.user) };
  } catch {
    return null;
  }
}

/**
 * What the page was opened with: `#key=…&user=…`, as `deno task dev` prints it, or what was kept. What stands behind
 * the `#` is sent to no server, and it is taken out of the address at once.
 */
export function initialCredentials(): { readonly key: string; readonly user: string } | null {
  const given = new URLSearchParams(location.hash.slice(1));
  const key = given.get("key");
  if (key === null) return stored();
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  return { key, user: given.get("user") ?? "" };
}

/** Signs in. @param keep also when the browser was closed */
export function signIn(next: Session, keep: boolean): void {
  const text = JSON.stringify({ key: next.key, user: next.user });
  (keep ? localStorage : sessionStorage).setItem(STORED_AS, text);
  if (next.scope === "admin" && next.user !== "") rememberPerson(next.user);
  signedOutBecause.value = "";
  session.value = next;
}

/** Shows another person's data; for operators. */
export function actFor(user: string): void {
  const now = session.value;
  if (now === null) return;
  signIn({ ...now, user }, localStorage.getItem(STORED_AS) !== null);
}

export function signOut(because = ""): void {
  for (const storage of [sessionStorage, localStorage]) storage.removeItem(STORED_AS);
  signedOutBecause.value = because;
  session.value = null;
}

/** For whom an operator acted lately. */
export function recentPeople(): readonly string[] {
  return (localStorage.getItem(PEOPLE_STORED_AS) ?? "").split(",").filter((name) => name !== "");
}

function rememberPerson(user: string): void {
  const people = [user, ...recentPeople().filter((name) => name !== user)].slice(0, PEOPLE_MAX);
  localStorage.setItem(PEOPLE_STORED_AS, people.join(","));
}
