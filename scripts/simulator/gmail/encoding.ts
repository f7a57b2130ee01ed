/** UTF-8 bytes of a text as base64url without padding, as Gmail gives raw mails; bodies keep their padding. */
export function base64url(text: string, padded = false): string {
  const standard = base64(text).replaceAll("+", "-").replaceAll("/", "_");
  return padded ? standard : standard.replaceAll("=", "");
}

/** UTF-8 bytes of a text as base64. */
export function base64(text: string): string {
  let raw = "";
  for (const byte of new TextEncoder().encode(text)) raw += String.fromCharCode(byte);
  return btoa(raw);
}

/** A header value as it travels: words outside ASCII encoded (RFC 2047), in pieces of no more than 75 characters. */
export function encodedWords(text: string): string {
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  const pieces: string[] = [];
  let piece = "";
  for (const letter of text) {
    if (base64(piece + letter).length > 60) {
      pieces.push(piece);
      piece = "";
    }
    piece += letter;
  }
  return [...pieces, piece].map((one) => `=?UTF-8?B?${base64(one)}?=`).join("\r\n ");
}

/** How many bytes a text takes in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
