/** Who comes up in documents: addresses, names, signatures, machines. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { addressesIn, addressOf, isMachine, isRole } from "../../../consumers/contact_discovery/read/address.ts";
import { mentionsIn } from "../../../consumers/contact_discovery/read/mod.ts";
import { cleanName, fullName } from "../../../consumers/contact_discovery/read/names.ts";
import { signatureOf } from "../../../consumers/contact_discovery/read/signature.ts";
import { AT, mail, meeting, OWN, person, type Told, wordDocument } from "./contacts_world.ts";

const OWNED = new Set([OWN]);

/** `kind address name`, in the order of the document. */
function told(document: Parameters<typeof mentionsIn>[0]): string[] {
  return mentionsIn(document, OWNED).map(({ kind, address, name }) => `${kind} ${address} ${name}`.trim());
}

Deno.test("a mail tells who wrote, who is answered, who had it too; each once", () => {
  const cases: readonly (readonly [Told, readonly string[]])[] = [
    [{ from: "Kim Berg <Kim@Firm.example>", cc: ["jo@firm.example", "kim@firm.example"] }, [
      "received kim@firm.example Kim Berg",
      "copied jo@firm.example",
    ]],
    [{ from: "kim@firm.example", reply_to: ["Jo <jo@firm.example>"] }, [
      "received kim@firm.example",
      "received jo@firm.example Jo",
    ]],
    [{ from: "Kim <no-reply@docs.example>", reply_to: ["Kim Berg <kim@firm.example>"] }, [
      "bulk no-reply@docs.example Kim",
      "received kim@firm.example Kim Berg",
    ]],
    [{ to: ["Kim <kim@firm.example>"], bcc: [person("jo@firm.example")] }, [
      "sent kim@firm.example Kim",
      "sent jo@firm.example",
    ]],
    [{ from: "kim@firm.example", sender: person("assistant@firm.example") }, [
      "received kim@firm.example",
      "copied assistant@firm.example",
    ]],
    [{ from: "Kim Berg via Dev <dev@lists.example>", to: ["dev@lists.example"], list_id: "<dev.lists.example>" }, [
      "list dev@lists.example Kim Berg",
    ]],
    [{ from: "/O=EXCHANGELABS/CN=KIM", to: ["undisclosed-recipients:;"] }, []],
  ];
  for (const [mailTold, expected] of cases) assert.deepEqual(told(mail(mailTold)), expected);
});

Deno.test("a document tells its owners, its last editor, and the addresses in its text", () => {
  const document = wordDocument({
    owners: [person("Kim Berg <kim@firm.example>"), person(OWN)],
    last_editor: person("Jo Lind <jo@firm.example>"),
    sections: [
      {
        heading: "Contact: a.b+c@shop.example",
        level: 1,
        place: "",
        text: `Mail <x@shop.example>, (y@shop.example). ${OWN}`,
      },
      { heading: "", level: 0, place: "", text: "no@address, @handle, a@b, kim@firm.example;z@shop.example" },
    ],
  });
  assert.deepEqual(told(document), [
    "document kim@firm.example Kim Berg",
    "document jo@firm.example Jo Lind",
    "mentioned a.b+c@shop.example",
    "mentioned x@shop.example",
    "mentioned y@shop.example",
    "mentioned z@shop.example",
  ]);
});

Deno.test("a meeting that is still to come counts from when it was last changed", () => {
  const at = (starts_at: string) =>
    mentionsIn(meeting({ starts_at, organizer: person("kim@firm.example") }), OWNED)[0]?.at;
  assert.equal(at("2030-01-01T08:00:00.000Z"), AT);
  assert.equal(at("2020-01-01T08:00:00.000Z"), "2020-01-01T08:00:00.000Z");
  assert.equal(at(""), AT);
});

Deno.test("fullName() is the same for all spellings of a name, and none for what is no full name", () => {
  const same = [
    "Anna Müller",
    "Müller, Anna",
    "ANNA MUELLER",
    "Dr. Anna Müller",
    "Anna Mu\u0308ller",
    "Anna Müller, PhD",
  ];
  for (const name of same) assert.equal(fullName(name), "anna mueller", name);
  assert.equal(fullName("Seán O'Brien"), fullName("O’Brien, Sean"));
  const none = ["Anna", "A. Müller", "Anna M.", "Support Team", "Northgate GmbH", "Agent 47", "", "Dr. Müller", "💐"];
  for (const name of none) assert.equal(fullName(name), "", name);
});

Deno.test("cleanName() leaves the name alone, without what is put around it", () => {
  const cases = [
    ["'Kim Berg'", "Kim Berg"],
    ["Kim Berg (Northgate)", "Kim Berg"],
    ["Kim Berg via Docs", "Kim Berg"],
    ["  Kim\n Berg ", "Kim Berg"],
    ["kim@firm.example", ""],
    ["???", ""],
  ] as const;
  for (const [text, name] of cases) assert.equal(cleanName(text), name, text);
});

Deno.test("machines, desks and people are told apart by their addresses", () => {
  const machines = [
    "noreply@a.example",
    "no-reply+x1@a.example",
    "do_not_reply@a.example",
    "nicht-antworten@a.example",
    "account-noreply@a.example",
    "mailer-daemon@a.example",
    "notifications@a.example",
    "order-updates@a.example",
    "c_1@resource.calendar.google.com",
  ];
  for (const address of machines) assert.ok(isMachine(address), address);
  for (const address of ["kim@a.example", "norep.lyman@a.example", "newsome@a.example", "alerta.lopez@a.example"]) {
    assert.ok(!isMachine(address), address);
  }
  assert.ok(isRole("info@a.example") && isRole("support+4711@a.example") && !isRole("information.officer@a.example"));
});

const NAME = "Katharina Oberndörfer", ADDRESS = "k.oberndoerfer@waldkontor.de";
const SIGNATURES: readonly (readonly [string, ReturnType<typeof signatureOf>])[] = [
  [
    "Passt.\n\n-- \nDr. Katharina Oberndörfer\nLeiterin Einkauf\nWaldkontor GmbH\nTel: 030 901820 | Mobil: +49 171 2345678\n" +
    "Fax: 030 901821\nkatharina@privat.example",
    {
      title: "Leiterin Einkauf",
      company: "Waldkontor GmbH",
      phones: ["+4930901820", "+491712345678"],
      addresses: ["katharina@privat.example"],
    },
  ],
  [
    "See you!\n\nBest regards,\nKatharina Oberndörfer\nHead of Purchasing | Waldkontor\n+44 20 7946 0958\n\n" +
    "On Mon, 2 Mar 2026 at 09:00, Kim Berg <kim@firm.example> wrote:\n> Kim Berg\n> CEO\n> +49 171 9999999",
    { title: "Head of Purchasing", company: "Waldkontor", phones: ["+442079460958"], addresses: [] },
  ],
  ["Grüße\nKatharina", null],
  ["-- \nKim Berg\nCEO\n+44 20 7946 0958", null],
  ["Order 4711 0815 for Katharina Oberndörfer: +44 20 7946 0958", null],
  ["Katharina Oberndörfer\nOrder 1234 5678, 12.03.2026", null],
  ["", null],
];

Deno.test("signatureOf() reads title, company, phones and further addresses of who signs, and nobody else's", () => {
  for (const [body, expected] of SIGNATURES) {
    assert.deepEqual(signatureOf({ body, name: NAME, address: ADDRESS }), expected, body);
  }
});

Deno.test("what a signature says is the contact's, and its other address is the same person's", () => {
  const [first] = SIGNATURES;
  const [sender, other] = mentionsIn(mail({ from: `${NAME} <${ADDRESS}>`, body: first?.[0] ?? "" }), OWNED);
  assert.equal(sender?.details?.company, "Waldkontor GmbH");
  assert.deepEqual([other?.kind, other?.address, other?.name], ["mentioned", "katharina@privat.example", NAME]);
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.array(
    fc.constantFrom(NAME, "-- ", "\n", "@", ".", "a", "Tel: +49 30 901820", "On ", "wrote:", ADDRESS, ",", "|"),
    {
      maxLength: 40,
    },
  ).map((parts) => parts.join("")),
);

Deno.test("whatever a mail holds, the same is read each time, in what its schema allows", () => {
  fc.assert(
    fc.property(text, text, text, (name, body, address) => {
      const document = mail({ body, cc: [address] });
      const read = () => mentionsIn({ ...document, from: { name, address: "kim@firm.example" } }, OWNED);
      const mentions = read();
      assert.deepEqual(read(), mentions);
      for (const mention of mentions) assert.equal(addressOf(mention.address), mention.address);
      assert.equal(new Set(mentions.map(({ address }) => address)).size, mentions.length);
      assert.equal(cleanName(cleanName(name)), cleanName(name));
    }),
    { numRuns: 500 },
  );
});

Deno.test("hostile texts are read in time in proportion to their length", () => {
  const hostile = [
    "a.".repeat(50_000),
    "a@".repeat(50_000),
    "@a.".repeat(40_000),
    `${"-".repeat(100_000)}\n`,
    "(".repeat(100_000),
  ];
  for (const each of hostile) {
    const started = performance.now();
    addressesIn(each, 100);
    cleanName(each);
    signatureOf({ body: `${each}\n-- \n${NAME}\n${each}`, name: NAME, address: ADDRESS });
    assert.ok(performance.now() - started < 2_000, each.slice(0, 10));
  }
});
