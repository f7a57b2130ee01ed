import assert from "node:assert/strict";
import fc from "fast-check";
import { batchBody, boundaryOf, parseBatch } from "../../shared/providers/google/multipart.ts";

function answer(at: number, status: number, body: string): string {
  return `--b\r\nContent-Type: application/http\r\nContent-ID: <response-item-${at}>\r\n\r\n` +
    `HTTP/1.1 ${status} Whatever\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n${body}\r\n`;
}

Deno.test("parseBatch() matches answers that come in another order to their positions", () => {
  const answers = parseBatch(`${answer(1, 404, "{}")}${answer(0, 200, '{\r\n "a": 1\r\n}')}--b--\r\n`, "b");
  assert.deepEqual([...answers], [
    [1, { status: 404, text: "{}" }],
    [0, { status: 200, text: '{\r\n "a": 1\r\n}' }],
  ]);
});

Deno.test("parseBatch() reads lines that end in a line feed alone", () => {
  const answers = parseBatch(`${answer(0, 200, "{}")}--b--`.replaceAll("\r\n", "\n"), "b");
  assert.deepEqual(answers.get(0), { status: 200, text: "{}" });
});

Deno.test("parseBatch() is not led astray by a boundary inside a body", () => {
  const body = '{"snippet":"--b--  --b Content-ID: <response-item-1> HTTP/1.1 404 x"}';
  const answers = parseBatch(`${answer(0, 200, body)}${answer(1, 200, "{}")}--b--`, "b");
  assert.deepEqual([answers.get(0)?.text, answers.get(1)], [body, { status: 200, text: "{}" }]);
});

Deno.test("parseBatch() leaves out what it can't read, and never throws", () => {
  assert.equal(parseBatch(answer(0, 200, "{}"), "").size, 0);
  assert.equal(parseBatch("--b\r\nContent-ID: <response-item-0>\r\n\r\nnothing here\r\n--b--", "b").size, 0);
  assert.equal(parseBatch(answer(0, 200, "{}").replace("response-", ""), "b").size, 0);
  fc.assert(fc.property(fc.string(), fc.string(), (text, boundary) => {
    parseBatch(text, boundary);
  }));
});

Deno.test("boundaryOf() reads quoted and plain boundaries of multipart/mixed only", () => {
  assert.equal(boundaryOf("multipart/mixed; boundary=batch_1"), "batch_1");
  assert.equal(boundaryOf('Multipart/Mixed;charset=utf-8; boundary="a b;c"'), "a b;c");
  assert.equal(boundaryOf("multipart/form-data; boundary=x"), "");
  assert.equal(boundaryOf("application/json"), "");
});

Deno.test("batchBody() names each part after its position", () => {
  const body = batchBody("b", ["/gmail/v1/users/me/messages/1?format=full", "/x"]);
  assert.deepEqual(body.split("\r\n"), [
    "--b",
    "Content-Type: application/http",
    "Content-ID: <item-0>",
    "",
    "GET /gmail/v1/users/me/messages/1?format=full",
    "",
    "--b",
    "Content-Type: application/http",
    "Content-ID: <item-1>",
    "",
    "GET /x",
    "",
    "--b--",
    "",
  ]);
});
