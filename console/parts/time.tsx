/** Moments, as long ago as they are; where a pointer rests on them, exactly. */
import { signal } from "@preact/signals";
import { ago, exact } from "../format.ts";

/** Moves on by itself, so that what was "just now" does not stay so. */
const now = signal(Date.now());
setInterval(() => now.value = Date.now(), 10_000);

export function Ago({ at, never = "never" }: { readonly at: string; readonly never?: string }) {
  if (at === "") return <span class="soft">{never}</span>;
  return <time dateTime={at} title={exact(at)}>{ago(at, Math.max(now.value, Date.now()))}</time>;
}
