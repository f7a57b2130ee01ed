/** Each page in a real browser: its main task by keyboard and by pointer, on a desktop and on a phone. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { browserTest, DESKTOP, hasBrowser, openBrowser, openTab, PHONE, type Watched } from "./browser.ts";
import { ADMIN_KEY, openWorld, type World } from "./world.ts";

let world: World;
let browser: Browser;

Deno.test.beforeAll(async () => {
  if (!hasBrowser) return;
  [world, browser] = await Promise.all([openWorld(), openBrowser()]);
  // The page may have to be bundled first, for which no test waits.
  await (await fetch(`${world.url}/console`)).body?.cancel();
});
Deno.test.afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** As whom the console is opened. */
const AS_ADA = `#key=${ADMIN_KEY}&user=ada`;

async function onPage(
  path: string,
  options: Parameters<typeof openTab>[2],
  act: (page: Page, tab: Watched) => Promise<void>,
): Promise<void> {
  const tab = await openTab(browser, world.url, options);
  try {
    await tab.page.goto(`${world.url}${path}`);
    await act(tab.page, tab);
    assert.deepEqual(tab.wrong, [], path);
  } finally {
    await tab.context.close();
  }
}

const AXE = new URL("axe.js", import.meta.resolve("axe-core"));

const Violations = z.array(z.object({
  id: z.string(),
  help: z.string(),
  nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
}));

/** What axe finds wrong on the page. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(await Deno.readTextFile(AXE));
  const found: unknown = await page.evaluate(
    "axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return Violations.parse(found).flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary}`)
  );
}

const Boxes = z.array(z.string());

/** What can be pressed and is smaller than a finger; links inside of texts are as high as their lines. */
async function smallTargets(page: Page): Promise<string[]> {
  return Boxes.parse(
    await page.evaluate(
      `[...document.querySelectorAll("button, select, input, a.button, nav a, summary, .hit h2 a, .row-link")]
      .filter((one) => !one.matches(".hit h2 a, [type=checkbox], [type=radio]") && one.checkVisibility())
      .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 0 && (height < 43.5 || width < 43.5))
      .map(([html, { width, height }]) => html + " " + Math.round(width) + "x" + Math.round(height))`,
    ),
  );
}

async function overflow(page: Page): Promise<number> {
  return z.number().parse(await page.evaluate("document.documentElement.scrollWidth - innerWidth"));
}

browserTest(
  "sign in: a wrong key is refused in words, a right one opens the search, and neither is ever in an address",
  async () => {
    await onPage("/console", { viewport: DESKTOP }, async (page, tab) => {
      await page.keyboard.type("mr_user_wrong");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").filter({ hasText: "not known" }).waitFor();
      assert.deepEqual(tab.wrong.splice(0).filter((one) => !one.includes("401")), []);
      await page.getByLabel("API key").fill(ADMIN_KEY);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Whose data" }).waitFor();
      await page.getByLabel("Whose data").fill("ada");
      await page.keyboard.press("Enter");
      await page.locator(".hit").first().waitFor();
      await page.reload();
      await page.locator(".hit").first().waitFor();
      await page.getByRole("button", { name: "ada" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await page.reload();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
    });
  },
);

browserTest(
  "search by keyboard: the query is completed, results open and lead back, and the address can be shared",
  async () => {
    await onPage(`/console${AS_ADA}`, { viewport: DESKTOP }, async (page) => {
      await page.locator(".hit").first().waitFor();
      assert.ok(!page.url().includes(ADMIN_KEY));
      await page.keyboard.press("/");
      await page.keyboard.type("type:ma");
      await page.getByRole("option", { name: "type:mail" }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      assert.equal(await page.getByRole("combobox", { name: "Search everything" }).inputValue(), "type:mail ");
      await page.getByRole("status").filter({ hasText: "30 documents found" }).waitFor();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await page.getByText("Mail · Microsoft 365").waitFor();
      await page.getByText("Read by Millrace").waitFor();
      await page.goBack();
      await page.locator(".hit").first().waitFor();
      assert.match(page.url(), /\/console\/search\?q=type%3Amail$/);
    });
  },
);

browserTest(
  "search by pointer on a phone: filters narrow, more is shown, and a query that can't be understood says where",
  async () => {
    await onPage(`/console${AS_ADA}`, { viewport: PHONE }, async (page, tab) => {
      await page.locator(".hit").first().waitFor();
      const events = /\d+/.exec(await page.getByRole("button", { name: /^Events/ }).textContent() ?? "")?.[0];
      await page.getByRole("button", { name: /^Events/ }).tap();
      await page.getByRole("button", { name: /^Events/, pressed: true }).waitFor();
      await page.getByRole("status").filter({ hasText: `${events} documents` }).waitFor();
      await page.getByRole("button", { name: /^Events/ }).tap();
      await page.getByRole("button", { name: "Show more" }).tap();
      await page.waitForFunction("document.querySelectorAll('.hit').length > 20");
      await page.getByRole("combobox", { name: "Search everything" }).fill("budget type:nonsense");
      await page.getByRole("alert").filter({ hasText: "type" }).waitFor();
      // The browser tells it too.
      assert.deepEqual(tab.wrong.splice(0).filter((one) => !one.includes("400")), []);
      assert.equal(await page.locator(".query-wrong mark").textContent(), "type:nonsense");
      await page.getByRole("combobox", { name: "Search everything" }).fill("nothinghasthisword");
      await page.getByRole("heading", { name: "Nothing was found" }).waitFor();
    });
  },
);

browserTest("a mail's HTML is never more than text, and loads nothing", async () => {
  const sent = world.simulator.person("ada").send({
    subject: "<script>alert(1)</script> hostile",
    body: '<p>Look: <img src="https://tracker.example/x.png" onerror="alert(1)"></p><script>alert(2)</script>',
  });
  assert.ok(sent);
  await world.until("the mail is found", async () => {
    const { hits } = await (await world.ask("/v1/search?q=hostile")).json();
    return hits.length > 0;
  });
  await onPage(`/console/search?q=hostile${AS_ADA}`, { viewport: DESKTOP }, async (page) => {
    await page.getByRole("link", { name: "<script>alert(1)</script> hostile" }).click();
    await page.getByRole("heading", { name: "<script>alert(1)</script> hostile" }).waitFor();
    assert.equal(await page.locator("main img, main script, main iframe").count(), 0);
  });
});

browserTest("fragments open inside their document, and the next one is a key away", async () => {
  const { hits } = await (await world.ask("/v1/search?q=type:word")).json();
  const [{ doc_id }] = hits;
  const { items } = await (await world.ask(`/v1/documents/${doc_id}/fragments`)).json();
  assert.ok(items.length > 1);
  const path = `/console/documents/${doc_id}?fragment=${items[0].fragment_id}${AS_ADA}`;
  await onPage(path, { viewport: DESKTOP }, async (page) => {
    await page.getByText(`1 of ${items.length}`).waitFor();
    await page.getByRole("button", { name: "Next fragment" }).click();
    await page.getByText(`2 of ${items.length}`).waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.getByText(`1 of ${items.length}`).waitFor();
    assert.ok((await page.locator("li.current .prose").textContent())?.includes(items[0].text.slice(0, 20)));
  });
});

browserTest(
  "connections: health, a verification with its progress, choices, and what a disconnect would do",
  async () => {
    await onPage(`/console/connections${AS_ADA}`, { viewport: DESKTOP }, async (page) => {
      const card = page.getByRole("region", { name: "ada@outlook.example" });
      await card.getByText("Healthy").waitFor();
      await card.getByRole("button", { name: "Verify" }).click();
      await page.getByText("Verification").first().waitFor();
      await card.getByText(/100 % of \d+|No difference/).first().waitFor();
      await card.getByRole("button", { name: "Choose" }).click();
      await page.getByRole("dialog").getByLabel("Tasks").uncheck();
      await page.getByRole("button", { name: "Save" }).click();
      await card.getByText("Left out").waitFor();
      await card.getByRole("button", { name: "Disconnect" }).click();
      await page.getByRole("heading", { name: "Disconnect ada@outlook.example?" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Connect an account" }).click();
      await page.getByRole("button", { name: /Microsoft 365/ }).click();
      await page.waitForURL(/\/connect\//);
      await page.getByRole("heading", { name: "Connect a Microsoft 365 account?" }).waitFor();
    });
  },
);

browserTest("files are imported by choosing them, and said to be there", async () => {
  const mail =
    "From: x@example.com\r\nTo: y@example.com\r\nSubject: An imported quokka\r\nMessage-ID: <1@example.com>\r\n\r\nHello\r\n";
  await onPage(`/console/connections${AS_ADA}`, { viewport: PHONE }, async (page) => {
    await page.locator("input[type=file]").setInputFiles({
      name: "quokka.eml",
      mimeType: "message/rfc822",
      buffer: Buffer.from(mail),
    });
    await page.getByText("quokka.eml").waitFor();
    await page.getByText("1 item").waitFor();
  });
});

browserTest("flow: samples come while it is watched, and a dead letter is read and replayed", async () => {
  const data = new TextEncoder().encode('{"not":"an event"}').toBase64();
  const message = { data, messageId: "bad-1", publishTime: new Date().toISOString(), attributes: {} };
  const subscription = "projects/embedded/subscriptions/vespa-loader-emails";
  assert.equal(await world.deliver("vespa-loader-emails", { message, subscription }), 204);
  await onPage(`/console/flow#key=${ADMIN_KEY}`, { viewport: DESKTOP }, async (page, tab) => {
    await page.getByText("Live").waitFor();
    await page.getByRole("img", { name: /From the providers/ }).waitFor();
    await page.locator(".plot canvas").first().waitFor();
    await page.getByRole("cell", { name: "vespa-loader-emails" }).waitFor();
    await page.getByRole("link", { name: "Dead letters" }).first().click();
    await page.getByRole("link", { name: /vespa-loader-emails/ }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText('"not": "an event"').waitFor();
    await dialog.getByRole("button", { name: "Replay" }).click();
    await dialog.getByRole("alert").waitFor();
    // What never kept its contract can't be handed back, which the browser tells too.
    assert.deepEqual(tab.wrong.splice(0).filter((one) => !one.includes("409")), []);
    await dialog.getByRole("button", { name: "Discard…" }).click();
    await dialog.getByRole("button", { name: "Discard it for good" }).click();
    await page.getByRole("heading", { name: "Nothing failed" }).waitFor();
    await page.getByRole("link", { name: "Audit log" }).first().click();
    await page.getByRole("cell", { name: "Discarded" }).first().waitFor();
  });
});

browserTest("people, meetings and shipments: from a list to the reasons, and a correction in place", async () => {
  const { items: [meeting] } = await (await world.ask("/v1/meetings?limit=1")).json();
  await onPage(`/console/people${AS_ADA}`, { viewport: PHONE }, async (page) => {
    await page.locator(".people .row-link").first().tap();
    await page.getByRole("heading", { name: /^Relevance/ }).waitFor();
    await page.locator(".timeline .row-link").first().waitFor();
    await page.goto(`${world.url}/console/meetings?day=${meeting.local_start.slice(0, 10)}`);
    await page.getByRole("link", { name: meeting.title }).first().tap();
    await page.getByRole("heading", { name: "Sources" }).waitFor();
  });
  const text =
    "Hello, your order 405-1234567 has been shipped with UPS. Tracking number: 1Z999AA10123456784. Items: kettle";
  world.simulator.person("ada").send({ subject: "Your parcel is on its way", body: text });
  await world.until("the parcel is known", async () => {
    const { items } = await (await world.ask("/v1/shipments?min_confidence=0")).json();
    return items.some(({ tracking_number }: { tracking_number: string }) => tracking_number === "1Z999AA10123456784");
  });
  await onPage(`/console/shipments${AS_ADA}`, { viewport: DESKTOP }, async (page) => {
    await page.getByRole("link", { name: /1Z999AA10123456784/ }).click();
    await page.getByLabel("Set the status right").selectOption("delivered");
    await page.getByText("Set by you").waitFor();
    await page.getByRole("button", { name: "As the mails say" }).click();
    await page.getByText("Set by you").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "The mail" }).first().click();
    await page.getByRole("heading", { name: "How it came here" }).waitFor();
    await page.locator(".waterfall li").first().waitFor();
  });
});

browserTest("the simulator's panel: a mail is caused, arrives before one's eyes, and trouble is said", async () => {
  await onPage(`/console/simulator${AS_ADA}`, { viewport: DESKTOP }, async (page) => {
    const tail = page.getByRole("region", { name: "Becomes searchable for ada" });
    await tail.waitFor();
    await page.getByRole("button", { name: "A mail arrives" }).click();
    await page.getByText("A mail is on its way.").waitFor();
    await tail.getByText(/New/).first().waitFor();
    await page.getByRole("button", { name: "Notifications lost" }).click();
    await page.getByRole("button", { name: "Send notifications again" }).click();
    await page.getByText("Notifications are sent again.").waitFor();
  });
  assert.equal(world.simulator.faults.dropNotifications, 0);
});

browserTest("an instance that does not answer is said, and found again by itself", async () => {
  await onPage(`/console/connections${AS_ADA}`, { viewport: PHONE }, async (page, tab) => {
    await page.getByText("ada@outlook.example").waitFor();
    await tab.context.setOffline(true);
    await page.getByRole("status").filter({ hasText: "does not answer" }).waitFor();
    await page.getByText("ada@outlook.example").waitFor();
    await tab.context.setOffline(false);
    await page.getByRole("status").filter({ hasText: "does not answer" }).waitFor({ state: "detached" });
    tab.wrong.splice(0, Infinity, ...tab.wrong.filter((one) => !one.includes("ERR_INTERNET_DISCONNECTED")));
  });
});

const PAGES = [
  "search?q=meeting",
  "people",
  "meetings",
  "shipments",
  "connections",
  "flow",
  "dead-letters",
  "audit",
  "simulator",
  "nowhere",
] as const;

for (const [size, viewport, dark] of [["phone", PHONE, false], ["desktop", DESKTOP, true]] as const) {
  browserTest(
    `every page on a ${size}, ${
      dark ? "dark" : "light"
    }: axe finds nothing, nothing overflows, fingers find everything`,
    async () => {
      for (const path of PAGES) {
        await onPage(`/console/${path}${AS_ADA}`, { viewport, dark }, async (page) => {
          await page.locator("main h1, main h2").first().waitFor();
          await page.locator(".skeleton").first().waitFor({ state: "detached" });
          assert.deepEqual(await violations(page), [], path);
          assert.ok(await overflow(page) <= 0, `${path} is wider than the ${size}`);
          assert.deepEqual(await smallTargets(page), [], path);
        });
      }
      await onPage("/console", { viewport, dark }, async (page) => {
        await page.getByRole("heading", { name: "Sign in" }).waitFor();
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(await smallTargets(page), []);
      });
    },
  );
}
