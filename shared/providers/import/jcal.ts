/** What a parsed iCalendar or vCard component holds (jCal, RFC 7265; jCard, RFC 7095). */
import { z } from "zod";
import { tidy } from "../text.ts";

const Parameters = z.record(z.string(), z.unknown());
const Property = z.tuple([z.string(), Parameters, z.string()]).rest(z.unknown());
const Component = z.tuple([z.string(), z.array(Property), z.array(z.unknown())]);

/** A property of a component. */
export interface JProperty {
  readonly name: string;
  /** `date`, `date-time`, `text`, … */
  readonly type: string;
  /** Each value as text; the parts of a structured one are an array. */
  readonly values: readonly (string | readonly string[])[];
  /** A parameter as text, `""` when it is absent; of several values the first. */
  parameter(name: string): string;
  /** All values of a parameter, lower-case. */
  parameters(name: string): readonly string[];
}

/** A component. */
export interface JComponent {
  readonly name: string;
  all(name: string): readonly JProperty[];
  /** The first value of the first such property as text, `""` when there is none. */
  text(name: string): string;
}

/** Reads a component. @throws z.ZodError for what is none */
export function componentOf(parsed: unknown): JComponent & { readonly inner: readonly unknown[] } {
  const [name, properties, inner] = Component.parse(parsed);
  const all = (wanted: string) => properties.filter(([each]) => each === wanted).map(propertyOf);
  return {
    name,
    inner,
    all,
    text: (wanted) => {
      const value = all(wanted)[0]?.values[0] ?? "";
      return typeof value === "string" ? value : value.join(", ");
    },
  };
}

function propertyOf([name, parameters, type, ...values]: z.infer<typeof Property>): JProperty {
  const listed = (wanted: string) => {
    const value = parameters[wanted] ?? [];
    return (Array.isArray(value) ? value : [value]).map((each) => tidy(String(each)).trim());
  };
  return {
    name,
    type,
    values: values.map((value) => Array.isArray(value) ? value.map(textOf) : textOf(value)),
    parameter: (wanted) => listed(wanted)[0] ?? "",
    parameters: (wanted) => listed(wanted).flatMap((each) => each.toLowerCase().split(",")),
  };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(" ");
  return typeof value === "object" && value !== null ? "" : tidy(String(value ?? ""));
}
