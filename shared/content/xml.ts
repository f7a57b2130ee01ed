/**
 * XML as a stream of what is in it: no tree is built, so that memory is bound by one text and the open elements.
 * Elements and attributes go by their local names. Prefixes are the writer's choice, and within one kind of part no
 * name has two meanings that matter here.
 */
import { SaxesParser } from "saxes";
import { Refusal } from "./extracted.ts";
import type { Budget } from "./limits.ts";

/** The attributes of one element, by their names as written. */
export type Attributes = Readonly<Record<string, string>>;

/** What hears of the content, in the order of the part. */
export interface XmlReader {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
  /** Elements that are left out with all that is in them. */
  readonly skipped?: ReadonlySet<string>;
  /** Whether nothing more is wanted. */
  done?(): boolean;
}

/** Characters that the parser is given at once. */
const STEP_CHARS = 65_536;

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** The value of the attribute of that local name, `""` when there is none. */
export function attribute(attributes: Attributes, name: string): string {
  const plain = attributes[name];
  if (plain !== undefined) return plain;
  for (const key in attributes) if (localName(key) === name) return attributes[key] ?? "";
  return "";
}

/** The id of a relationship (`r:id` and the like): beside it there may be an `id` without prefix that is something else. */
export function relationshipId(attributes: Attributes, name = "id"): string {
  for (const key in attributes) if (key.endsWith(`:${name}`)) return attributes[key] ?? "";
  return "";
}

/** Whether an attribute or element that is on by being there is on. Source: ECMA-376 part 1, 22.9.2.7 (ST_OnOff). */
export function isOn(value: string): boolean {
  return value !== "0" && value !== "false" && value !== "off";
}

function damaged(what: string, cause?: unknown): Refusal {
  return new Refusal("damaged", `The file is damaged: ${what}`, cause);
}

function parserFor(reader: XmlReader, budget: Budget, progress: () => void): SaxesParser {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let depth = 0;
  let skippedFrom = 0;
  parser.on("error", (error) => {
    throw damaged("its XML is broken", error);
  });
  // Entities of a document's own are what XML bombs and file readers are made of; no office writes them.
  parser.on("doctype", () => {
    throw damaged("its XML declares a document type, which no office does");
  });
  parser.on("opentag", (tag) => {
    progress();
    budget.element();
    if (++depth > budget.limits.depth_max) {
      throw new Refusal("too_deep", `The document is nested deeper than ${budget.limits.depth_max} elements`);
    }
    const name = localName(tag.name);
    if (skippedFrom === 0 && reader.skipped?.has(name)) skippedFrom = depth;
    if (skippedFrom === 0) reader.open?.(name, tag.attributes);
  });
  parser.on("closetag", (tag) => {
    progress();
    if (skippedFrom === 0) reader.close?.(localName(tag.name));
    else if (skippedFrom === depth) skippedFrom = 0;
    depth--;
  });
  const onText = (text: string) => {
    progress();
    if (skippedFrom === 0) reader.text?.(text);
  };
  parser.on("text", onText);
  parser.on("cdata", onText);
  return parser;
}

function decoderFor(chunk: Uint8Array): TextDecoder {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return new TextDecoder("utf-16le");
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return new TextDecoder("utf-16be");
  return new TextDecoder();
}

/**
 * Reads a part to its end, until the reader is done or until the budget is spent.
 * @throws Refusal `damaged`, `too_deep`, `bomb`, and what unpacking throws
 */
export function readXml(chunks: Iterable<Uint8Array>, reader: XmlReader, budget: Budget): void {
  let sinceProgress = 0;
  const parser = parserFor(reader, budget, () => sinceProgress = 0);
  const ended = () => reader.done?.() === true || budget.spent;
  function feed(text: string): void {
    for (let at = 0; at < text.length && !ended(); at += STEP_CHARS) {
      const step = text.slice(at, at + STEP_CHARS);
      sinceProgress += step.length;
      if (sinceProgress > budget.limits.token_chars_max) {
        throw new Refusal("bomb", "The file holds a text or tag without end");
      }
      parser.write(step);
    }
  }
  let decoder: TextDecoder | undefined;
  for (const chunk of chunks) {
    decoder ??= decoderFor(chunk);
    feed(decoder.decode(chunk, { stream: true }));
    if (ended()) break;
  }
  if (budget.spent) budget.cut();
  if (ended()) return;
  if (decoder === undefined) throw damaged("a part is empty");
  feed(decoder.decode());
  parser.close();
}
