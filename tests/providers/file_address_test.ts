/** Where a redirect to a file may lead, and that the token does not go along. */
import assert from "node:assert/strict";
import { PermanentError } from "../../shared/contracts/errors.ts";
import { fileAddress } from "../../shared/providers/file_address.ts";
import { HOST, mailboxBundle } from "./mailbox_bundle.ts";

const ASKED = `${HOST}/me/drive/items/1/content`;
const to = (location: string, asked = ASKED) => fileAddress({ status: 302, headers: new Headers({ location }) }, asked);
const isForeign = (error: unknown) => error instanceof PermanentError && error.code === "foreign_link";

Deno.test("fileAddress() gives the address of a redirect, and nothing for other answers", () => {
  assert.equal(to("https://files.example/a?sig=1"), "https://files.example/a?sig=1");
  assert.equal(to("/elsewhere"), "https://provider.test/elsewhere");
  assert.equal(to("https://8.8.8.8/a"), "https://8.8.8.8/a");
  assert.equal(to("https://[2606:4700::1]/a"), "https://[2606:4700::1]/a");
  for (const status of [200, 204, 304, 404, 500]) {
    assert.equal(fileAddress({ status, headers: new Headers({ location: "https://files.example" }) }, ASKED), null);
  }
});

Deno.test("fileAddress() refuses addresses in the clear, with a name, of private networks, and none at all", () => {
  const refused = [
    "http://files.example/a",
    "ftp://files.example/a",
    "https://user:secret@files.example/a",
    "https://localhost/a",
    "https://metadata.google.internal/a",
    "https://printer/a",
    "https://127.0.0.1/a",
    "https://127.1/a",
    "https://2130706433/a",
    "https://0x7f.1/a",
    "https://10.1.2.3/a",
    "https://172.20.0.1/a",
    "https://192.168.1.1/a",
    "https://169.254.169.254/a",
    "https://100.64.0.1/a",
    "https://0.0.0.0/a",
    "https://224.0.0.1/a",
    "https://[::1]/a",
    "https://[::]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[fe80::1]/a",
    "https://[fd00::1]/a",
    "https://[64:ff9b::7f00:1]/a",
    "https://[2002:7f00:1::]/a",
    "https://",
  ];
  for (const location of refused) assert.throws(() => to(location), isForeign, location);
  assert.throws(() => fileAddress({ status: 302, headers: new Headers() }, ASKED), isForeign);
});

Deno.test("fileAddress() lets a provider in the clear, or of the private network, keep its files there too", () => {
  assert.equal(to("http://127.0.0.1:9/a", "http://127.0.0.1:8/b"), "http://127.0.0.1:9/a");
  assert.equal(to("http://files.example/a", "http://graph.example/b"), "http://files.example/a");
  assert.throws(() => to("http://127.0.0.1/a", "http://graph.example/b"), isForeign);
});

Deno.test("request() fetches a file from where it is redirected to, without the token", async () => {
  const bundle = await mailboxBundle({
    fetch: (request) =>
      new URL(request.url).host === "files.example"
        ? new Response("the file")
        : new Response(null, { status: 302, headers: { location: "https://files.example/a" } }),
  });
  const answer = await bundle.run(bundle.open().request(ASKED, { bytes_max: 100 }));
  assert.equal(new TextDecoder().decode(answer.bytes ?? assert.fail()), "the file");
  const [first, second] = bundle.requests;
  assert.match(first?.headers.get("authorization") ?? "", /^Bearer /);
  assert.equal(second?.headers.get("authorization"), null);
});

Deno.test("request() follows no redirect but that of a file, and only one", async () => {
  const bundle = await mailboxBundle({
    fetch: () => new Response(null, { status: 302, headers: { location: "https://files.example/a" } }),
  });
  assert.equal((await bundle.run(bundle.open().request(ASKED))).status, 302);
  assert.equal(bundle.requests.length, 1);
  const answer = await bundle.run(bundle.open().request(ASKED, { bytes_max: 100 }));
  assert.deepEqual([answer.status, bundle.requests.length], [302, 3]);
});

Deno.test("request() does not doubt its token because a file's address asks who it is", async () => {
  const bundle = await mailboxBundle({
    fetch: (request) =>
      new URL(request.url).host === "files.example"
        ? new Response(null, { status: 401 })
        : new Response(null, { status: 302, headers: { location: "https://files.example/a" } }),
  });
  const answer = await bundle.run(bundle.open().request(ASKED, { bytes_max: 100 }));
  assert.deepEqual([answer.status, bundle.refreshed.length], [403, 0]);
});
