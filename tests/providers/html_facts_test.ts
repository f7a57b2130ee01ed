import assert from "node:assert/strict";
import fc from "fast-check";
import { htmlFacts, LINKS_MAX, STRUCTURED_BYTES_MAX, STRUCTURED_MAX } from "../../shared/providers/html_facts.ts";

Deno.test("htmlFacts() names each outward link once, in order, with the first words it has", () => {
  const { links } = htmlFacts(`
    <a href="https://shop.example/order?a=1&amp;b=2"><img src="x.png"></a>
    <a href="https://shop.example/order?a=1&amp;b=2"> See
       <b>your order</b> </a>
    <a href="mailto:help@shop.example">Help</a>
    <a href="javascript:alert(1)">no</a><a href="/relative">no</a><a href="cid:part1">no</a><a name="x">no</a>
    <a href="tel:+123">no</a><map><area href="http://map.example/" alt="Map"></map>`);
  assert.deepEqual(links, [
    { text: "See your order", url: "https://shop.example/order?a=1&b=2" },
    { text: "Help", url: "mailto:help@shop.example" },
    { text: "Map", url: "http://map.example/" },
  ]);
});

Deno.test("htmlFacts() takes a picture's words for a link without its own", () => {
  assert.deepEqual(htmlFacts(`<a href="https://a.example/"><img alt="Logo" src="l.png"></a>`).links, [
    { text: "Logo", url: "https://a.example/" },
  ]);
});

Deno.test("htmlFacts() reads JSON-LD and leaves out what is no JSON, says nothing or is too large", () => {
  const flight = { "@context": "http://schema.org", "@type": "FlightReservation", reservationNumber: "RXJ34P </p>" };
  const large = { "@type": "Thing", name: "x".repeat(STRUCTURED_BYTES_MAX) };
  const script = (text: string) => `<script type="application/ld+json">${text}</script>`;
  const { structured } = htmlFacts(
    script(`\n${JSON.stringify(flight)}\n`) + script("{not json") + script(JSON.stringify(large)) + script("{}") +
      script(JSON.stringify(flight)) + `<script>var x = {"@type": "Thing"}</script>`,
  );
  assert.deepEqual(structured.map((text) => JSON.parse(text)), [flight]);
});

Deno.test("htmlFacts() reads microdata as JSON-LD, with items inside items and properties that repeat", () => {
  const { structured } = htmlFacts(`
    <div itemscope itemtype="http://schema.org/EventReservation">
      <meta itemprop="reservationNumber" content="IO12345"/>
      <div itemprop="underName" itemscope itemtype="http://schema.org/Person"><span itemprop="name">John
        <b>Smith</b></span></div>
      <link itemprop="modifyUrl" href="https://g.example/change"/>
      <time itemprop="startDate" datetime="2027-05-15T08:30:00-08:00">May 15</time>
      <i itemprop="tag">one</i><i itemprop="tag">two</i>
    </div>
    <p itemprop="stray">outside</p>`);
  assert.deepEqual(structured.map((text) => JSON.parse(text)), [{
    "@context": "http://schema.org",
    "@type": "EventReservation",
    reservationNumber: "IO12345",
    underName: { "@context": "http://schema.org", "@type": "Person", name: "John Smith" },
    modifyUrl: "https://g.example/change",
    startDate: "2027-05-15T08:30:00-08:00",
    tag: ["one", "two"],
  }]);
});

Deno.test("htmlFacts() stops at its limits", () => {
  const many = Array.from({ length: 3 * LINKS_MAX }, (_, n) => `<a href="https://l.example/${n}">${n}</a>`).join("");
  const items = Array.from(
    { length: 3 * STRUCTURED_MAX },
    (_, n) => `<p itemscope itemtype="https://schema.org/Thing"><b itemprop="name">${n}</b></p>`,
  ).join("");
  const facts = htmlFacts(many + items);
  assert.equal(facts.links.length, LINKS_MAX);
  assert.equal(facts.structured.length, STRUCTURED_MAX);
});

Deno.test("htmlFacts() gets through hostile HTML in time", () => {
  const deep = "<div itemscope itemprop=x>".repeat(60_000) + "<a href=https://a.example/>x";
  assert.equal(htmlFacts(deep).structured.length <= STRUCTURED_MAX, true);
  const nested = `<script type="application/ld+json">${"[".repeat(30_000)}${"]".repeat(30_000)}</script>`;
  assert.deepEqual(htmlFacts(nested).structured, []);
  assert.deepEqual(
    htmlFacts(`<p itemscope><b itemprop="__proto__ constructor">x</b></p>`).structured,
    ['{"constructor":"x"}'],
  );
});

Deno.test("htmlFacts() never throws, and what it gives keeps its promises", () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "<a href='https://x.example/",
      "'>",
      "</a>",
      "<p itemscope itemtype=t>",
      "</p>",
      "<b itemprop=n>",
      "\ud800",
      "<script type=application/ld+json>",
      "</script>",
      '{"a":1}',
      "<!--",
      "<img alt=x>",
      "</br>",
    ),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
    const { links, structured } = htmlFacts(pieces.join(""));
    for (const { text, url } of links) assert.ok(text.isWellFormed() && /^(https?|mailto):/.test(url));
    for (const text of structured) assert.equal(typeof JSON.parse(text), "object");
    assert.equal(new Set(links.map(({ url }) => url)).size, links.length);
  }));
});
