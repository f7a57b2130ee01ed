import assert from "node:assert/strict";
import fc from "fast-check";
import { redactName, redactText, TEXT_CHARACTERS_MAX } from "../../shared/telemetry/redact.ts";

const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
const KEY = "mr_9fKx2LqPz7VbTn4RwYc8Hd3Js6Gm1Ae5";

/** Text, what must come out of a free text, and what of a name when that differs. */
const CASES: [string, string, string?][] = [
  ["mail from ada.lovelace+work@example.co.uk failed", "mail from [address] failed"],
  ["<ada@example.com>", "<[address]>"],
  ["/users/ada@example.com/messages", "/users/[address]/messages"],
  ["user ada%40example.com", "user [address]"],
  ["zoë@münchen.example wrote", "[address] wrote"],
  ['"ada l"@x, "ada.l"@example.com', '"ada l"@x, [address]'],
  ["to a@b.example,c@d.example", "to [address],[address]"],
  ["Bearer abcdefgh12345", "Bearer [secret]"],
  ["authorization: Bearer abc, then more", "authorization: [secret]"],
  ["set-cookie: sid=1; Path=/\nnext line", "set-cookie: [secret]\nnext line"],
  [`token ${JWT} was refused`, "token [secret] was refused"],
  [`unsigned eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0. here`, "unsigned [secret] here"],
  [`{"access_token":"short","expires_in":3600}`, `{"access_token":[secret],"expires_in":3600}`],
  [`{"password": "with \\" quote", "n": 1}`, `{"password": [secret], "n": 1}`],
  ["client_secret=abc&grant_type=x", "client_secret=[secret]&grant_type=x"],
  ["redis://default:pa55@cache.example:6379/1", "redis://[secret]@cache.example:6379/1"],
  ["GET https://graph.example/v1.0/me?$search=divorce&$top=1 404", "GET https://graph.example/v1.0/me?[query] 404"],
  ["/oauth/google/callback?code=4/abc", "/oauth/google/callback?[query]"],
  [`key ${KEY} refused`, "key [secret] refused", `key ${KEY} refused`],
  ["a AAAAbbbbCCCCddddEEEEffff0123456789+/== b", "a [secret] b", "a AAAAbbbbCCCCddddEEEEffff0123456789+/== b"],
];

for (const [text, asText, asName = asText] of CASES) {
  Deno.test(`redactText() takes the secret out of ${JSON.stringify(text)}`, () => {
    assert.equal(redactText(text), asText);
    assert.equal(redactName(text), asName);
  });
}

const KEPT = [
  "Cannot refresh the token: invalid_grant",
  "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "0b7e1f0a-6f0e-4f0e-9d0a-2f6f1f0a6f0e",
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "    at convertMessageFolderSynchronisation (file:///srv/app/shared/providers/microsoft/mail.ts:12:34)",
  "npm:pino@10.4.0/browser.js",
  "office:ada:email:doc_1",
  "Is this subject to change? Yes: body weight",
];

for (const text of KEPT) {
  Deno.test(`redactText() keeps ${JSON.stringify(text)}`, () => {
    assert.equal(redactText(text), text);
    assert.equal(redactName(text), text);
  });
}

Deno.test("redactText() cuts a long text before a word that it would halve", () => {
  const text = `${"word ".repeat(TEXT_CHARACTERS_MAX / 5 - 2)}${KEY} end`;
  const cut = redactText(text);
  assert.ok(cut.length <= TEXT_CHARACTERS_MAX + 5);
  assert.ok(cut.endsWith("word [cut]"), cut.slice(-40));
});

Deno.test("redactText() lets no address through whatever stands around it", () => {
  const around = fc.string({ maxLength: 40, unit: "grapheme" });
  fc.assert(fc.property(around, around, (before, after) => {
    assert.ok(!redactText(`${before} ada@example.com ${after}`).includes("ada@example.com"));
  }));
});

Deno.test("redactText() lets no token of 32 random bytes through whatever its bytes", () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 64 });
  fc.assert(fc.property(bytes, (token) => {
    const word = token.toBase64({ alphabet: "base64url", omitPadding: true });
    // A word of one kind of characters only is no word that chance makes.
    fc.pre(/[A-Z]/.test(word) && /[a-z]/.test(word) && /[0-9]/.test(word));
    assert.ok(!redactText(`got ${word}.`).includes(word));
  }));
});

Deno.test("redactText() stays linear for texts made to make it slow", () => {
  const started = performance.now();
  for (const unit of ["a", "a.", "eyJ", "a@", "token", '"', "Bearer ", "://", "a?b=", "%40", 'token="\\']) {
    redactText(unit.repeat(TEXT_CHARACTERS_MAX * 4));
    redactText(`${unit} `.repeat(TEXT_CHARACTERS_MAX));
  }
  // Some milliseconds here, whatever the length, because the rules are bounded and the text is cut before.
  assert.ok(performance.now() - started < 3_000);
});
