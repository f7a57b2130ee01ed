import assert from "node:assert/strict";
import {
  findPubsubEmulator,
  findRedis,
  isAbsent,
  startPubsubEmulator,
  startRedis,
} from "../../scripts/services/mod.ts";

const noRedis = typeof findRedis() !== "string";
const noEmulator = isAbsent(findPubsubEmulator());

async function command(port: number, line: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(`${line}\r\n`));
  const answer = new Uint8Array(1_024);
  return new TextDecoder().decode(answer.subarray(0, await connection.read(answer) ?? 0)).trim();
}

function isAlive(pid: number): boolean {
  return new Deno.Command("/bin/sh", { args: ["-c", `kill -0 ${pid} 2>/dev/null`] }).outputSync().success;
}

Deno.test({
  name: "startRedis() gives an empty Redis that keeps nothing over a kill, and close() ends it",
  ignore: noRedis,
  async fn() {
    const redis = await startRedis();
    assert.ok(!isAbsent(redis));
    try {
      assert.equal(redis.url, `redis://127.0.0.1:${redis.port}/0`);
      assert.equal(await command(redis.port, "DBSIZE"), ":0");
      assert.equal(await command(redis.port, "SET a 1"), "+OK");
      const first = redis.pid;
      await redis.kill();
      await assert.rejects(command(redis.port, "PING"), Deno.errors.ConnectionRefused);
      await redis.restart();
      assert.notEqual(redis.pid, first);
      assert.equal(await command(redis.port, "GET a"), "$-1");
    } finally {
      await redis.close();
    }
    assert.equal(isAlive(redis.pid), false);
    await redis.close();
  },
});

Deno.test({
  name: "startRedis() with appendonly keeps over a kill what it answered",
  ignore: noRedis,
  async fn() {
    const redis = await startRedis({ appendonly: "always" });
    assert.ok(!isAbsent(redis));
    try {
      assert.equal(await command(redis.port, "SET a 1"), "+OK");
      await redis.kill();
      await redis.restart();
      assert.equal(await command(redis.port, "GET a"), "$1\r\n1");
    } finally {
      await redis.close();
    }
  },
});

Deno.test({
  name: "startRedis() says what redis-server said when it cannot start",
  ignore: noRedis,
  async fn() {
    await assert.rejects(
      startRedis({ args: ["--no-such-option", "1"] }),
      /Cannot start redis: it ended at once\n[^]*no-such-option/i,
    );
  },
});

Deno.test({
  name: "startPubsubEmulator() gives an emulator that answers, also after a restart, and close() ends it",
  ignore: noEmulator,
  async fn() {
    const emulator = await startPubsubEmulator();
    assert.ok(!isAbsent(emulator));
    try {
      await emulator.restart();
      const topic = `http://${emulator.host}/v1/projects/project/topics/topic`;
      const created = await fetch(topic, {
        method: "PUT",
        body: "{}",
        headers: { "content-type": "application/json" },
      });
      assert.deepEqual(await created.json(), { name: "projects/project/topics/topic" });
    } finally {
      await emulator.close();
    }
    assert.equal(isAlive(emulator.pid), false);
  },
});
