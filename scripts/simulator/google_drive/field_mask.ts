import { GoogleError } from "../gmail/errors.ts";

/** Which members of an answer are wanted: null for all of a member. */
interface Mask extends Map<string, Mask | null> {}

/** The part of an answer that a `fields` parameter asks for: `nextPageToken,files(id,capabilities/canDownload)`. */
export function masked(answer: Record<string, unknown>, fields: string): Record<string, unknown> {
  const reader = new MaskReader(fields);
  return pick(answer, reader.list());
}

function pick(value: Record<string, unknown>, mask: Mask): Record<string, unknown> {
  if (mask.has("*")) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, below] of mask) {
    if (name in value) kept[name] = below === null ? value[name] : pickAny(value[name], below);
  }
  return kept;
}

function pickAny(value: unknown, mask: Mask): unknown {
  if (Array.isArray(value)) return value.map((one) => pickAny(one, mask));
  return isRecord(value) ? pick(value, mask) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

class MaskReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.replace(/\s+/g, "");
  }

  /** Reads the whole text. */
  list(): Mask {
    const mask = this.#members();
    if (this.#at < this.#text.length) throw this.#wrong();
    return mask;
  }

  #members(): Mask {
    const mask: Mask = new Map();
    do {
      const name = /^[\w*-]+/.exec(this.#text.slice(this.#at))?.[0];
      if (name === undefined) throw this.#wrong();
      this.#at += name.length;
      mask.set(name, this.#below());
    } while (this.#take(","));
    return mask;
  }

  #below(): Mask | null {
    if (this.#take("/")) {
      const name = /^[\w*-]+/.exec(this.#text.slice(this.#at))?.[0];
      if (name === undefined) throw this.#wrong();
      this.#at += name.length;
      return new Map([[name, this.#below()]]);
    }
    if (!this.#take("(")) return null;
    const mask = this.#members();
    if (!this.#take(")")) throw this.#wrong();
    return mask;
  }

  #take(sign: string): boolean {
    const here = this.#text.startsWith(sign, this.#at);
    if (here) this.#at += sign.length;
    return here;
  }

  #wrong(): GoogleError {
    const message = `Invalid field selection ${this.#text.slice(this.#at)}`;
    return new GoogleError(400, "invalidParameter", message, { location: "fields" });
  }
}
