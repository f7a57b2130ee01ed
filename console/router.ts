/** The address as the page's state: every page and every search has one that can be shared. */
import { computed, signal } from "@preact/signals";

const BASE = "/console";

const address = signal(currentAddress());

function currentAddress(): string {
  return location.pathname + location.search;
}

/** The path below `/console`, as its parts: `["documents", "…"]`. */
export const path = computed(() => {
  const { pathname } = new URL(address.value, location.origin);
  return pathname.slice(BASE.length).split("/").filter((part) => part !== "").map(decodeURIComponent);
});

/** What stands behind the `?`. */
export const query = computed(() => new URL(address.value, location.origin).searchParams);

/** The address of a page, with what is not empty of its parameters. */
export function href(parts: readonly string[], parameters: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  const search = new URLSearchParams(given).toString();
  return `${BASE}/${parts.map(encodeURIComponent).join("/")}${search === "" ? "" : `?${search}`}`;
}

/** Goes to an address of the console. @param how `replace` leaves no step to go back to */
export function go(to: string, how: "push" | "replace" = "push"): void {
  if (to === currentAddress()) return;
  if (how === "push") history.pushState(null, "", to);
  else history.replaceState(null, "", to);
  const before = place();
  address.value = to;
  if (place() !== before) arrive();
}

/** Where we are; the console's own address is that of the search. */
const place = () => path.value.join("/") || "search";

/** A new page begins at its top, and is read out from there. */
function arrive(): void {
  scrollTo(0, 0);
  requestAnimationFrame(() => document.querySelector("main")?.focus({ preventScroll: true }));
}

/** Lets links within the console, and the browser's own buttons, change the page without loading it anew. */
export function watchAddress(): void {
  addEventListener("popstate", () => address.value = currentAddress());
  document.addEventListener("click", (event) => {
    const { target } = event;
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = target instanceof Element ? target.closest("a") : null;
    if (link === null || link.target !== "" || link.origin !== location.origin || link.hasAttribute("download")) return;
    if (!link.pathname.startsWith(BASE)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
