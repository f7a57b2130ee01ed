import assert from "node:assert/strict";
import { openDatabase } from "../../shared/sqlite/mod.ts";

Deno.test(
  "openDatabase() makes the file and its log for nobody but this user",
  { ignore: Deno.build.os === "windows" },
  async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/store.sqlite`;
    const db = openDatabase({ path, name: "The store", migrations: ["CREATE TABLE note (text TEXT NOT NULL) STRICT"] });
    try {
      db.prepare("INSERT INTO note (text) VALUES ('kept')").run();
      for (const name of [path, `${path}-wal`]) assert.equal(((await Deno.stat(name)).mode ?? 0) & 0o777, 0o600, name);
    } finally {
      db.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
