/** The services that take events, as people call what they make. */
import type { Sample } from "./rates.ts";

type Service = Sample["subscriptions"][number]["service"];

export const SERVICES: readonly { readonly service: Service; readonly title: string; readonly colour: string }[] = [
  { service: "vespa-loader", title: "Search index", colour: "--plot-1" },
  { service: "contact-discovery", title: "Contacts", colour: "--plot-2" },
  { service: "meetings", title: "Meetings", colour: "--plot-3" },
  { service: "shipments", title: "Shipments", colour: "--plot-4" },
];
