/** The JSON types found at each path of a value; array elements are merged under `[]`. */
export type Shape = Map<string, Set<string>>;

export function shapeOf(value: unknown, path = "", shape: Shape = new Map()): Shape {
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  shape.set(path, (shape.get(path) ?? new Set()).add(type));
  if (Array.isArray(value)) { for (const element of value) shapeOf(element, `${path}[]`, shape); }
  else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) shapeOf(inner, `${path}.${name}`, shape);
  }
  return shape;
}

/** How two values of the same kind differ in shape. */
export interface ShapeDifference {
  /** Paths at which both have a value, of different types. */
  readonly clashes: string[];
  /** Paths that only the real one has, below something that both have. */
  readonly missing: string[];
  /** Paths that only the other one has. */
  readonly extra: string[];
}

/** Compares by path. A null on one side says nothing about the type. */
export function compareShapes(real: Shape, other: Shape): ShapeDifference {
  const clashes: string[] = [];
  for (const [path, types] of real) {
    const others = other.get(path);
    if (others === undefined) continue;
    const known = [...others].filter((type) => type !== "null");
    const unlike = [...types].filter((type) => type !== "null" && known.length > 0 && !known.includes(type));
    if (unlike.length > 0) clashes.push(`${path}: ${unlike.join("|")} is not ${known.join("|")}`);
  }
  const only = (one: Shape, two: Shape) =>
    [...one.keys()].filter((path) => !two.has(path) && two.has(path.replace(/(\.[^.[\]]+|\[\])$/, "")));
  return { clashes, missing: only(real, other), extra: only(other, real) };
}
