/** The Windows names that Outlook gives to the zones that occur here. */
const WINDOWS: Readonly<Record<string, string>> = {
  "Europe/London": "GMT Standard Time",
  "Europe/Berlin": "W. Europe Standard Time",
  "Europe/Paris": "Romance Standard Time",
  UTC: "UTC",
};

export function windowsZone(iana: string): string {
  return WINDOWS[iana] ?? "UTC";
}

/** The IANA zone of a name of either kind; undefined for one that is not known. */
export function ianaZone(name: string): string | undefined {
  const windows = Object.entries(WINDOWS).find(([, one]) => one === name)?.[0];
  if (windows !== undefined) return windows;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
