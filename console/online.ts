/** Whether Millrace can be reached, as the last request found it and as the browser says. */
import { signal } from "@preact/signals";

export const online = signal(true);

/** Listens to the browser. */
export function watchOnline(): void {
  addEventListener("offline", () => online.value = false);
  addEventListener("online", () => online.value = true);
}
