/** Contracts checked at a fraction of their cost where nothing of a value has to be changed, which is nearly always. */
import { z } from "zod";

type Check = (value: unknown) => boolean;

/** Like `schema.safeParse`, for what `JSON.parse` gave. */
export type QuickParse<T> = (value: unknown) => z.ZodSafeParseResult<T>;

/**
 * Parses as the schema does, with the same result and the same issues. A value that keeps the contract, and of which
 * parsing would leave out or add nothing, is handed back as it is instead of being built anew: the copy, and what zod
 * notes on its way, cost more than all checks. The checks are zod's own, taken from the schema at the first call;
 * where the schema has a part that is not known here, or a value is anything out of the ordinary, zod parses it.
 */
export function quickParse<T>(schema: z.ZodType<T>): QuickParse<T> {
  let holds: ((value: unknown) => value is T) | undefined;
  return (value) => {
    holds ??= keeps(schema);
    return holds(value) ? { success: true, data: value } : schema.safeParse(value);
  };
}

/** True only of what the schema's parsing gives back unchanged. */
function keeps<T>(schema: z.ZodType<T>): (value: unknown) => value is T {
  const check = checkOf(schema) ?? (() => false);
  return (value): value is T => check(value);
}

/** Undefined for what is not known. */
function checkOf(schema: unknown): Check | undefined {
  const check = shapeOf(schema);
  if (check === undefined || !(schema instanceof z.ZodType)) return undefined;
  const own = ownChecksOf(schema);
  if (own === undefined || own.length === 0) return own && check;
  const text = schema instanceof z.ZodString && own.length === 1 ? textOf(own[0]) : undefined;
  return text ?? ((value) => check(value) && passes(own, value));
}

/** Texts with one check are by far the most frequent, so the usual ones go without zod's bookkeeping. */
function textOf(check: unknown): Check | undefined {
  if (check instanceof z.core.$ZodCheckMaxLength) {
    const { maximum } = check._zod.def;
    return (value) => typeof value === "string" && value.length <= maximum;
  }
  if (!(check instanceof z.core.$ZodCheckRegex)) return undefined;
  const { pattern } = check._zod.def;
  // One that remembers where it was is not the same from call to call.
  if (pattern.global || pattern.sticky) return undefined;
  return (value) => typeof value === "string" && pattern.test(value);
}

function shapeOf(schema: unknown): Check | undefined {
  if (schema instanceof z.ZodDiscriminatedUnion) return oneByName(schema);
  if (schema instanceof z.ZodObject) return objectOf(schema);
  if (schema instanceof z.ZodArray) return arrayOf(schema);
  if (schema instanceof z.ZodUnion) return oneOf(schema);
  if (schema instanceof z.ZodOptional) {
    const inner = checkOf(schema.unwrap());
    return inner && ((value) => value === undefined || inner(value));
  }
  // Where it is missing, parsing adds it.
  if (schema instanceof z.ZodDefault) {
    const inner = checkOf(schema.unwrap());
    return inner && ((value) => value !== undefined && inner(value));
  }
  return plainOf(schema);
}

/** What either passes or fails, and is never changed. */
function plainOf(schema: unknown): Check | undefined {
  if (schema instanceof z.ZodEnum) return memberOf(schema.options);
  if (schema instanceof z.ZodLiteral) return memberOf([...schema.values]);
  if (schema instanceof z.ZodBoolean && schema.def.coerce !== true) return (value) => typeof value === "boolean";
  if (schema instanceof z.ZodString && schema.def.coerce !== true) return (value) => typeof value === "string";
  if (schema instanceof z.ZodNumber && schema.def.coerce !== true) return (value) => Number.isFinite(value);
  return undefined;
}

function memberOf(values: readonly unknown[]): Check {
  const members = new Set(values);
  return (value) => members.has(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(schema: z.ZodObject): Check | undefined {
  // Parsing would keep, or refuse, members that the schema does not name.
  if (schema.def.catchall !== undefined) return undefined;
  const members = new Map<string, Check>();
  const required = new Set<string>();
  for (const [name, member] of Object.entries(schema.shape)) {
    const check = checkOf(member);
    if (check === undefined) return undefined;
    members.set(name, check);
    if (!(member instanceof z.ZodOptional)) required.add(name);
  }
  return (value) => {
    if (!isObject(value)) return false;
    let found = 0;
    for (const name in value) {
      const check = members.get(name);
      if (check === undefined || !check(value[name])) return false;
      found++;
    }
    if (found === members.size) return true;
    for (const name of required) if (!Object.hasOwn(value, name)) return false;
    return true;
  };
}

function arrayOf(schema: z.ZodArray): Check | undefined {
  const element = checkOf(schema.element);
  return element && ((value) => Array.isArray(value) && value.every((item) => element(item)));
}

/** Only of plain ones: of two objects that both take a value, parsing gives back what the first leaves of it. */
function oneOf(schema: z.ZodUnion): Check | undefined {
  const checks: Check[] = [];
  for (const option of schema.options) {
    const check = plainOf(option) && checkOf(option);
    if (check === undefined) return undefined;
    checks.push(check);
  }
  return (value) => checks.some((check) => check(value));
}

function oneByName(schema: z.ZodDiscriminatedUnion): Check | undefined {
  const { discriminator } = schema.def;
  const checks = new Map<unknown, Check>();
  for (const option of schema.options) {
    const name = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
    const check = checkOf(option);
    if (check === undefined || !(name instanceof z.ZodLiteral)) return undefined;
    for (const value of name.values) checks.set(value, check);
  }
  return (value) => isObject(value) && checks.get(value[discriminator])?.(value) === true;
}

/** A check of zod's that belongs to a schema: a length, a form, a rule between members. */
type OwnCheck = Pick<z.core.$ZodCheck<unknown>, "_zod">;

/** Rules between members are of no class. */
function isOwnCheck(value: unknown): value is OwnCheck {
  return isObject(value) && isObject(value._zod) && typeof value._zod.check === "function";
}

/** Undefined when one of them is not known, or changes the value. */
function ownChecksOf(schema: z.ZodType): readonly OwnCheck[] | undefined {
  const given: readonly unknown[] = schema.def.checks ?? [];
  // `z.int()` is a schema and its own check.
  const all = schema instanceof z.core.$ZodCheck ? [schema, ...given] : given;
  const checks = all.filter(isOwnCheck);
  return checks.length < all.length || checks.some(({ _zod }) => _zod.def.check === "overwrite") ? undefined : checks;
}

/** What checks are given to write their issues to, used again as long as there are none. */
let payload: z.core.ParsePayload = { value: undefined, issues: [] };

function passes(checks: readonly OwnCheck[], value: unknown): boolean {
  payload.value = value;
  for (const { _zod } of checks) {
    if (_zod.def.when?.(payload) === false) continue;
    if (_zod.check(payload) !== undefined || payload.issues.length > 0 || payload.value !== value) {
      payload = { value: undefined, issues: [] };
      return false;
    }
  }
  payload.value = undefined;
  return true;
}
