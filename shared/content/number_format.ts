/** Numbers of a workbook as a person reads them: serial days as dates, by the format of the cell. */

/** What a format makes of a number. */
export type NumberKind = "plain" | "percent" | "date" | "time" | "moment";

const DAY_MS = 86_400_000;
/** 1899-12-30: the day that is serial 0 for all serials after the day that Excel wrongly has in 1900. */
const EPOCH_1900_MS = Date.UTC(1899, 11, 30);
const EPOCH_1904_MS = Date.UTC(1904, 0, 1);
/** Excel counts a 29 February 1900, which was none: serials before it are one day off. */
const FALSE_LEAP_DAY = 60;
/** 9999-12-31, the last day that Excel knows. */
const SERIAL_MAX = 2_958_465;

/** The built-in formats with a meaning, by ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are dates of East Asia. */
function builtIn(id: number): NumberKind {
  if (id === 9 || id === 10) return "percent";
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return "date";
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47)) return "time";
  return id === 22 ? "moment" : "plain";
}

/**
 * What a format makes of numbers.
 * @param id `numFmtId`
 * @param code the format's own code such as `yyyy\-mm\-dd;@`, undefined for a built-in one
 */
export function numberKind(id: number, code: string | undefined): NumberKind {
  if (code === undefined) return builtIn(id);
  // Without what is only shown: "text" and \x, colours and currencies in brackets, fillers. [h] counts hours.
  const first = code.slice(0, 255).replace(/"[^"]*"|\\.|[_*]./g, "").replace(/\[(?![hms]+\])[^\]]*\]/gi, "")
    .split(";")[0]?.toLowerCase() ?? "";
  if (/general/.test(first)) return "plain";
  const time = /[hs]|am\/pm/.test(first);
  const date = /[dy]/.test(first) || (!time && /m/.test(first));
  if (date && time) return "moment";
  if (date) return "date";
  if (time) return "time";
  return first.includes("%") ? "percent" : "plain";
}

function pad(text: string): string {
  return text.padStart(2, "0");
}

/** Hours, minutes and seconds of a duration that may be longer than a day. */
function clockTime(serial: number): string {
  const seconds = Math.round(serial * 86_400);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${pad(String(h))}:${pad(String(m))}${s === 0 ? "" : `:${pad(String(s))}`}`;
}

/** A serial day as `2026-03-01`, a moment as `2026-03-01 14:30` (it has no zone), a time as `14:30`. */
function serialText(serial: number, kind: NumberKind, from_1904: boolean): string {
  if (serial < 0 || serial > SERIAL_MAX + 1) return String(serial);
  if (kind === "time") return clockTime(serial);
  // A time that is shown as a moment stands on no day.
  if (kind === "moment" && serial < 1 && !from_1904) return clockTime(serial);
  const epoch_ms = from_1904 ? EPOCH_1904_MS : EPOCH_1900_MS + (serial < FALSE_LEAP_DAY ? DAY_MS : 0);
  const instant = new Date(epoch_ms + Math.round(serial * 86_400) * 1000).toISOString();
  const day = instant.slice(0, 10);
  if (kind === "date") return day;
  const seconds = instant.slice(16, 19);
  return `${day} ${instant.slice(11, 16)}${seconds === ":00" ? "" : seconds}`;
}

/** A number as it stands in the file (`0.30000000000000004`), as text. What is no number stays as it is. */
export function numberText(value: string, kind: NumberKind, from_1904: boolean): string {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) return value;
  // Excel shows 15 digits; what stands beyond is the rounding of the computer.
  if (kind === "plain") return String(Number(number.toPrecision(15)));
  if (kind === "percent") return `${Number((number * 100).toPrecision(15))}%`;
  return serialText(number, kind, from_1904);
}
