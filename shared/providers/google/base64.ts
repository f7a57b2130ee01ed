/** The bytes of a base64 or base64url text, with or without padding; none for a text that is neither. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/").replaceAll(/[\s=]/g, "");
  try {
    return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
