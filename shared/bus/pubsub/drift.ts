/** Comparing what a resource should be with what it is. */

/** A setting by name, as a text that an operator reads. */
export type Settings = Readonly<Record<string, string>>;

/** Each setting that is not as expected, in words. */
export function drift(expected: Settings, actual: Settings): string[] {
  return Object.keys(expected)
    .filter((name) => expected[name] !== actual[name])
    .map((name) => `${name}: expected ${expected[name]}, is ${actual[name] ?? "unknown"}`);
}

/** A duration as the library returns it. */
export interface DurationParts {
  readonly seconds?: string | number | { toString(): string } | null;
}

/** `604800s`, or `none`. */
export function durationText(duration: DurationParts | null | undefined): string {
  return duration?.seconds === undefined || duration.seconds === null ? "none" : `${duration.seconds}s`;
}
