/** Tracking numbers: their forms, their check digits, and what has to stand beside them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readings } from "../../../consumers/shipments/parse/formats.ts";
import { labelBefore } from "../../../consumers/shipments/parse/labels.ts";
import { readLinks } from "../../../consumers/shipments/parse/links.ts";
import { parseMail } from "../../../consumers/shipments/parse/mod.ts";
import { mailOf, UPS } from "./shipments_world.ts";

/** Examples that carriers and standards publish, and numbers made by their rules. */
const PUBLISHED: readonly (readonly [string, string])[] = [
  ["ups", "1Z5R89390357567127"],
  ["ups", "1ZXX3150YW44070023"],
  ["fedex", "986578788855"],
  ["fedex", "041441760228964"],
  ["fedex", "61299998820821171811"],
  ["usps", "9400111202555842332669"],
  ["usps", "92748931507708513018050063"],
  ["usps", "9405803699300124287899"],
  ["dhl", "3318810025"],
  ["dhl", "00340433836442636597"],
  ["dhl", "201298452277"],
  ["dhl", "JJD1410302937991"],
  ["amazon", "TBA502887274000"],
  ["royal_mail", "RB123456785GB"],
  ["royal_mail", "JV473124829GB"],
  ["usps", "RB123456785US"],
  ["s10", "RB123456785CV"],
  ["dpd", "01015026003653C"],
  ["hermes", "09133131530724"],
  ["postnl", "3SABCD123456789"],
  ["canada_post", "0073938000549297"],
  ["la_poste", "8K00009775862"],
  ["la_poste", "4P36275770836"],
  ["la_poste", "LU680211095FR"],
];

Deno.test("readings() reads carriers' published examples as theirs", () => {
  for (const [carrier, number] of PUBLISHED) {
    assert.ok(readings(number).some((reading) => reading.carrier === carrier), `${carrier} ${number}`);
  }
});

Deno.test("readings() refuses every number whose check digit is another", () => {
  // FedEx and DHL have several forms of one length, and USPS two: theirs are read by what the library knows.
  const one = PUBLISHED.filter(([carrier, number]) =>
    !["fedex", "dhl", "usps"].includes(carrier) && readings(number)[0]?.checked
  );
  assert.ok(one.length >= 10);
  for (const [carrier, number] of one) {
    const at = /[A-Z]{2}$/.test(number) ? number.length - 3 : number.length - 1;
    const digit = number[at] ?? "";
    const others = [.../\d/.test(digit) ? "0123456789" : "ABCDEFGH"].filter((other) => other !== digit);
    for (const other of others) {
      const wrong = number.slice(0, at) + other + number.slice(at + 1);
      assert.deepEqual(readings(wrong).filter((reading) => reading.carrier === carrier && reading.checked), [], wrong);
    }
  }
});

Deno.test("readings() knows no country for two letters that are none", () => {
  assert.deepEqual(readings("RB123456785XQ"), []);
});

Deno.test("labelBefore() takes the nearest word, on the line or alone on the one above", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["Tracking number: ", "parcel"],
    ["Tracking number\n", "parcel"],
    ["Tracking number\n\n", "parcel"],
    ["Order 12 Tracking ", "parcel"],
    ["Parcel for order ", "other"],
    ["Sendungsnummer ", "parcel"],
    ["Kundennummer ", "other"],
    ["Numéro de suivi : ", "parcel"],
    ["Facture n° ", "other"],
    ["Número de seguimiento ", "parcel"],
    ["Pedido n.º ", "other"],
    ["Track & trace-code: ", "parcel"],
    ["Klantnummer ", "other"],
    ["Case tracking number ", "other"],
    ["Reference ", "vague"],
    ["Hello\nKim ", "none"],
  ];
  for (const [before, label] of cases) assert.equal(labelBefore(`${before}123`, before.length, false), label, before);
  assert.equal(labelBefore("Item number 12", 12, true), "parcel");
  assert.equal(labelBefore("Item number 12", 12, false), "vague");
});

const at = "2026-03-02T08:00:00.000Z";
const numbersOf = (from: string, subject: string, body: string) =>
  parseMail(mailOf({ from, subject, body, at })).filter(({ confidence, tracking_number }) =>
    confidence >= 0.5 && tracking_number !== ""
  )
    .map(({ carrier, tracking_number }) => `${carrier} ${tracking_number}`);

Deno.test("digits that pass a check digit are a parcel's only where the mail says so", () => {
  const number = "986578788855";
  assert.deepEqual(numbersOf("Shop <a@shop.example>", "Shipped", `Your order has shipped. FedEx tracking ${number}`), [
    `fedex ${number}`,
  ]);
  for (
    const body of [
      `Invoice ${number}. FedEx delivers in two days.`,
      `Call ${number}`,
      number,
      `Your order ${number} has shipped with FedEx.`,
      `Your order has shipped with DPD. Tracking number ${number}`,
    ]
  ) assert.deepEqual(numbersOf("Shop <a@shop.example>", "News", body), [], body);
  assert.deepEqual(
    numbersOf("Shop <a@shop.example>", "Shipped", "Your order has shipped. FedEx tracking 986578788854"),
    [],
    "its check digit is wrong",
  );
});

Deno.test("a number is read whole however it is spaced, and not out of a longer one", () => {
  const spaced = [...UPS].join(" ");
  for (const written of [UPS, "1Z 5R8 939 03 5756 7127", spaced, UPS.replace(/(.{4})/g, "$1 ")]) {
    assert.deepEqual(
      numbersOf("UPS <a@ups.com>", "Package delivered", `Tracking number: ${written}`),
      [`ups ${UPS}`],
      written,
    );
  }
  assert.deepEqual(numbersOf("UPS <a@ups.com>", "Package delivered", `Tracking number: ${UPS}9`), []);
  assert.deepEqual(numbersOf("UPS <a@ups.com>", "Package delivered", `Tracking number: X${UPS}`), []);
});

Deno.test("readLinks() believes carriers' own tracking pages alone", () => {
  const numbersIn = (url: string) => readLinks([{ text: "Track", url }], "").numbers.map(({ number }) => number);
  assert.deepEqual(numbersIn(`https://www.ups.com/track?loc=en_US&tracknum=${UPS}`), [UPS]);
  assert.deepEqual(numbersIn(`https://wwwapps.ups.com/WebTracking/track?track=yes&trackNums=${UPS.toLowerCase()}`), [
    UPS,
  ]);
  assert.deepEqual(numbersIn(`https://ups.com.evil.example/track?tracknum=${UPS}`), []);
  assert.deepEqual(numbersIn(`https://www.ups.com/promotion?x=1Z5R89390357567128`), []);
  assert.deepEqual(numbersIn(`https://www.dhl.com/track?tracking-id=${UPS}`), [], "not one of DHL's");
  assert.deepEqual(numbersIn("not a url"), []);
  assert.deepEqual(readLinks([], `See https://www.ups.com/track?tracknum=${UPS}.`).numbers.length, 1);
});

Deno.test("parseMail() ends on whatever a mail may hold, with what its schema allows", async () => {
  const { Observation } = await import("../../../consumers/shipments/model.ts");
  const bits = fc.constantFrom(
    "tracking number ",
    UPS,
    "1Z",
    "9",
    "00340",
    " ",
    "\n",
    "Sendung ",
    "was delivered. ",
    "March 4",
    "3/4/26",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(bits, { maxLength: 60 }).map((parts) => parts.join("")),
  );
  fc.assert(fc.property(text, text, (subject, body) => {
    for (const found of parseMail(mailOf({ from: "UPS <a@ups.com>", subject, body, at }))) Observation.parse(found);
  }));
  // Nothing that grows with the square of its length: this takes minutes then.
  for (const unit of ["1Z ", "9 ", "12-", "order ", "from A ", "Packstation ", "10:00 - ", "March ", "delivered "]) {
    parseMail(mailOf({ from: "UPS <a@ups.com>", subject: "x", body: unit.repeat(200_000), at }));
  }
});
