/** A text with what was found in it. */
import { pieces } from "../marked.ts";

export function Marked({ text }: { readonly text: string }) {
  return <>{pieces(text).map(({ text, found }, index) => found ? <mark key={index}>{text}</mark> : text)}</>;
}
