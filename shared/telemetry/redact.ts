/**
 * Takes secrets and addresses out of texts before they are written anywhere. Rather too much than too little: what is
 * lost here is a word of a log line, what is kept is read by everybody who may read logs.
 */

const ADDRESS = "[address]";
const SECRET = "[secret]";

/** What of a text is looked at and kept, in characters. The rest is cut, so that no body gets into a log. */
export const TEXT_CHARACTERS_MAX = 8_192;

/** `user:password@` in a URL. */
const URL_USER = /(:\/\/)[^\s/@"'<>]{1,512}@/g;
/** A query holds codes, provider tokens and what a person searched for. */
const URL_QUERY = /([\w/)}])\?[\w%$.~[\]-]{1,64}=[^\s"'<>]*/g;
const HEADER = /\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s{0,4}:\s{0,4})[^\r\n]+/gi;
/** A name that says secret or a person's words: `password=…`, `"access_token":"…"`, but not the prose `token: …`. */
const NAMED_VALUE = new RegExp(
  "((?:" +
    "token|secret|authorization|cookie|passw(?:or)?d|api[_-]?key|private[_-]?key|client_?state|assertion|verifier|subject|body" +
    String.raw`)[\w-]{0,40}(?:["']\s{0,4}:|["']?\s{0,4}=)\s{0,4})` +
    String.raw`("(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\s,;&"']+)`,
  "gi",
);
/** RFC 6750 and 7617: the token of an Authorization header, quoted without the header's name. */
const CREDENTIALS = /\b(Bearer|Basic|DPoP)\s+[A-Za-z0-9._~+/=-]{8,}/gi;
/** RFC 7519: a JWT begins with the base64url of `{"`. The last part is empty when it is unsigned. */
const JWT = /eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*/g;
/** Written out or percent-encoded; the last label has letters, so that `npm:name@1.2.3` is none. */
const MAIL_ADDRESS =
  /(?:"[^"\s]{1,64}"|[\p{L}\p{N}._+'~!#$%-]{1,64})(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,9}(?:xn--[\w-]{2,59}|\p{L}{2,24})/giu;
/** A word in the base64 alphabets; which of them are secrets is decided by {@link looksRandom}. */
const BASE64_WORD = /[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** No rule above can match a text without one of these; most values of most lines have none. */
const SUSPECT = /@|%40|eyJ|:\/\/|[=:]|bearer|basic|dpop/i;
const SUSPECT_WORD = /[A-Za-z0-9+/_-]{24}/;

/**
 * True for 24 characters or more without a break that mix capitals, small letters and digits: keys and tokens, but
 * neither words, paths, UUIDs nor hexadecimal digests, which are the ids that a log is read for.
 */
function looksRandom(word: string): boolean {
  return word.split("/").some((part) =>
    part.length >= 24 && /[A-Z]/.test(part) && /[a-z]/.test(part) && /[0-9]/.test(part)
  );
}

function cut(text: string): string {
  if (text.length <= TEXT_CHARACTERS_MAX) return text;
  // The last word may be the half of a secret, which no rule would know any more.
  return `${text.slice(0, TEXT_CHARACTERS_MAX).replace(/\S+$/, "")}[cut]`;
}

/**
 * The value of a field that names something (an id, a route, a topic), without credentials and e-mail addresses. Long
 * random words stay, because ids are such words.
 */
export function redactName(text: string): string {
  const kept = cut(text);
  if (!SUSPECT.test(kept)) return kept;
  return kept
    .replace(URL_USER, `$1${SECRET}@`)
    .replace(URL_QUERY, "$1?[query]")
    .replace(HEADER, `$1$2${SECRET}`)
    .replace(NAMED_VALUE, `$1${SECRET}`)
    .replace(CREDENTIALS, `$1 ${SECRET}`)
    .replace(JWT, SECRET)
    .replace(MAIL_ADDRESS, ADDRESS);
}

/** A free text (a message, a reason, a stack), also without long random words: keys, tokens, encoded bodies. */
export function redactText(text: string): string {
  const kept = redactName(text);
  if (!SUSPECT_WORD.test(kept)) return kept;
  return kept.replace(BASE64_WORD, (word) => looksRandom(word) ? SECRET : word);
}
