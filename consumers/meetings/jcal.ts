/** iCalendar as JSON (RFC 7265): what the library writes as text. */

/** Name, parameters, type, values. */
export type JCalProperty = [string, Record<string, string>, string, ...unknown[]];
/** Name, properties, components within. */
export type JCal = [string, JCalProperty[], JCal[]];
