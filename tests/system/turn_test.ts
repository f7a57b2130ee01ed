import assert from "node:assert/strict";
import { answeringInTurns, atTurnEnd } from "../../shared/system/mod.ts";

const request = (name: string) => new Request(`http://127.0.0.1/${name}`);

/** Lets everything happen that is ready in this turn, and nothing of the next. */
async function microtasks(): Promise<void> {
  for (let at = 0; at < 50; at++) await Promise.resolve();
}

Deno.test("answeringInTurns() gives the answers of one turn when the turn is over, all together", async () => {
  const done: string[] = [];
  const serve = answeringInTurns<string>((_, info) => {
    done.push(`worked ${info}`);
    return new Response(info);
  });
  const ends = Promise.withResolvers<void>();
  const answers = ["a", "b", "c"].map(async (name) =>
    done.push(`answered ${await (await serve(request(name), name)).text()}`)
  );
  await microtasks();
  assert.deepEqual(done, ["worked a", "worked b", "worked c"]);
  atTurnEnd(ends.resolve);
  await ends.promise;
  await Promise.all(answers);
  assert.deepEqual(done.slice(3).toSorted(), ["answered a", "answered b", "answered c"]);
});

Deno.test("answeringInTurns() passes on what the handler throws", async () => {
  const serve = answeringInTurns<string>(() => Promise.reject(new Error("a bug")));
  await assert.rejects(() => serve(request("a"), ""), /a bug/);
});

Deno.test("answeringInTurns() tells a server's handler who asks, and answers each turn anew", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    answeringInTurns((_, info) => new Response(info.remoteAddr.hostname)),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  for (let turn = 0; turn < 3; turn++) assert.equal(await (await fetch(url)).text(), "127.0.0.1");
  await server.shutdown();
});
