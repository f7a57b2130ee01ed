/** Texts in which the server marked what was found. They become texts again here, never markup. */

/** A part of a text, found or not. */
export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&amp;": "&",
};

/** Takes an escaped text with `<mark>` apart. */
export function pieces(escaped: string): readonly Piece[] {
  let found = false;
  return escaped.split(/(<\/?mark>)/).flatMap((part) => {
    if (part === "<mark>" || part === "</mark>") {
      found = part === "<mark>";
      return [];
    }
    return part === ""
      ? []
      : [{ text: part.replaceAll(/&(?:lt|gt|quot|#39|amp);/g, (one) => ENTITIES[one] ?? one), found }];
  });
}
