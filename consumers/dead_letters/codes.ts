/** The stable beginning of a reason, such as `document_invalid`. */
export function codeOf(reason: string): string {
  return /^[\w.-]{1,64}(?=:|$)/.exec(reason)?.[0] ?? "other";
}
