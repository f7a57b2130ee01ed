/** HTML microdata as JSON-LD, element by element. Source: the microdata chapter of the HTML standard. */
import { cut, tidy } from "./text.ts";

/** The most properties of one document, and the longest of them: what says more is not written for machines. */
const PROPERTIES_MAX = 500;
const VALUE_CHARS_MAX = 2_000;

/** Elements whose value stands in an attribute. */
const VALUE_ATTRIBUTES = new Map([
  ...["a", "area", "link"].map((name) => [name, "href"] as const),
  ...["audio", "embed", "iframe", "img", "source", "track", "video"].map((name) => [name, "src"] as const),
  ["meta", "content"],
  ["object", "data"],
  ["data", "value"],
  ["meter", "value"],
  ["time", "datetime"],
]);

type Value = string | Item;
interface Item {
  [property: string]: Value | Value[];
}

/** An open element: the item that it begins, and the property that its text is the value of. */
interface Open {
  readonly item: Item | null;
  readonly properties: readonly string[];
  readonly owner: Item | null;
  text: string;
}

/** Takes the parser's steps, which must be balanced. */
export interface MicrodataReader {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(): void;
}

/** Reads items; each one that is in no other is handed to `found` once it is whole. */
export function microdata(found: (item: object) => void): MicrodataReader {
  const open: Open[] = [];
  let left = PROPERTIES_MAX;

  function add(owner: Item, properties: readonly string[], value: Value): void {
    for (const property of properties) {
      if (left-- <= 0) return;
      const before = Object.hasOwn(owner, property) ? owner[property] : undefined;
      owner[property] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
    }
  }

  return {
    open(name, attributes) {
      const owner = open.findLast((element) => element.item !== null)?.item ?? null;
      const item = attributes["itemscope"] === undefined ? null : itemOf(attributes["itemtype"] ?? "");
      const properties = owner === null
        ? []
        : words(attributes["itemprop"] ?? "").filter((word) => word !== "__proto__");
      const value = item === null ? attributes[VALUE_ATTRIBUTES.get(name) ?? ""] : undefined;
      if (owner !== null && value !== undefined) add(owner, properties, cut(tidy(value).trim(), VALUE_CHARS_MAX));
      open.push({ item, properties: value === undefined ? properties : [], owner, text: "" });
    },
    text(text) {
      for (const element of open) {
        const wanted = element.item === null && element.properties.length > 0;
        if (wanted && element.text.length < VALUE_CHARS_MAX) element.text += text;
      }
    },
    close() {
      const element = open.pop();
      if (element === undefined) return;
      const { item, owner, properties } = element;
      if (item !== null && (owner === null || properties.length === 0)) found(item);
      else if (item !== null && owner !== null) add(owner, properties, item);
      else if (owner !== null) {
        add(owner, properties, cut(tidy(element.text).replaceAll(/\s+/g, " ").trim(), VALUE_CHARS_MAX));
      }
    },
  };
}

/** An item with its type: the vocabulary's address is the context, what follows the type's name. */
function itemOf(itemtype: string): Item {
  const [type = ""] = words(itemtype);
  const parts = /^(https?:\/\/(?:www\.)?schema\.org)\/([A-Za-z]+)$/.exec(type);
  if (parts?.[1] !== undefined && parts[2] !== undefined) return { "@context": parts[1], "@type": parts[2] };
  return type === "" ? {} : { "@type": cut(type, VALUE_CHARS_MAX) };
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "").slice(0, 10);
}
