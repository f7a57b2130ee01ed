/** What a mail says beside its numbers: status, day, place, order. */
import assert from "node:assert/strict";
import { findDays, findWindow } from "../../../consumers/shipments/parse/calendar.ts";
import { parseMail } from "../../../consumers/shipments/parse/mod.ts";
import { statusOf } from "../../../consumers/shipments/parse/status.ts";
import type { Status } from "../../../consumers/shipments/model.ts";
import { readSet, score } from "../../../scripts/bench/shipments_set.ts";
import { mailOf, OTHER_UPS, UPS } from "./shipments_world.ts";

const at = "2026-03-02T08:00:00.000Z";

Deno.test("statusOf() reads what carriers and shops write, in five languages", () => {
  const cases: readonly (readonly [Status, string])[] = [
    ["ordered", "Thank you for your order"],
    ["ordered", "Vielen Dank für Ihre Bestellung"],
    ["ordered", "Merci pour votre commande"],
    ["ordered", "Gracias por tu compra"],
    ["ordered", "Bedankt voor je bestelling"],
    ["label_created", "A shipping label has been created"],
    ["label_created", "Ihre Sendung wurde elektronisch angekündigt"],
    ["shipped", "Your order has shipped"],
    ["shipped", "Ihre Bestellung wurde versandt"],
    ["shipped", "Votre commande a été expédiée"],
    ["shipped", "Tu pedido ha sido enviado"],
    ["shipped", "Je bestelling is verzonden"],
    ["in_transit", "Your package is in transit"],
    ["in_transit", "Votre colis est en cours d'acheminement"],
    ["out_for_delivery", "Your parcel is out for delivery"],
    ["out_for_delivery", "Die Sendung wurde in das Zustellfahrzeug geladen"],
    ["out_for_delivery", "Je pakket wordt vandaag bezorgd"],
    ["delivered", "Your package was delivered"],
    ["delivered", "Ihr Paket wurde zugestellt"],
    ["delivered", "Votre colis a été livré"],
    ["delivered", "Tu paquete ha sido entregado"],
    ["delivered", "Je pakket is bezorgd"],
    ["delayed", "Your delivery has been delayed"],
    ["delayed", "Die Zustellung verzögert sich"],
    ["failed", "We tried to deliver your parcel"],
    ["failed", "Wir haben Sie leider nicht angetroffen"],
    ["failed", "Je was niet thuis"],
    ["returned", "Your parcel is being returned to the sender"],
    ["returned", "Die Sendung wird an den Absender zurückgesandt"],
  ];
  for (const [status, text] of cases) assert.equal(statusOf("", text), status, text);
});

Deno.test("statusOf() does not take what may come for what has happened", () => {
  for (
    const text of [
      "We'll email you when it has been delivered.",
      "If we missed you, call us.",
      "Sobald Ihre Ware zugestellt wurde, melden wir uns.",
      "Dès que votre colis a été livré, vous recevrez un e-mail.",
    ]
  ) assert.equal(statusOf("", text), null, text);
  assert.equal(statusOf("Your order has shipped", "We'll tell you once it was delivered."), "shipped");
});

Deno.test("findDays() reads days by the language, the country and the day of the mail", () => {
  const days = (text: string, language: "en" | "de" | "fr" | "es" | "nl", month_first = false, today = "2026-03-02") =>
    findDays(text, { language, month_first, today }).map(({ day }) => day);
  assert.deepEqual(days("03/04/2026", "en", true), ["2026-03-04"]);
  assert.deepEqual(days("03/04/2026", "en", false), ["2026-04-03"]);
  assert.deepEqual(days("04.03.2026 und 05.03.", "de"), ["2026-03-04", "2026-03-05"]);
  assert.deepEqual(days("Thursday, March 5th", "en"), ["2026-03-05"]);
  assert.deepEqual(days("5 March 2026", "en"), ["2026-03-05"]);
  assert.deepEqual(days("Mittwoch, den 4. März", "de"), ["2026-03-04"]);
  assert.deepEqual(days("mercredi 4 mars", "fr"), ["2026-03-04"]);
  assert.deepEqual(days("5 de marzo de 2026", "es"), ["2026-03-05"]);
  assert.deepEqual(days("vrijdag 6 maart", "nl"), ["2026-03-06"]);
  assert.deepEqual(days("le 13 et le 16 février 2026", "fr"), ["2026-02-13", "2026-02-16"]);
  assert.deepEqual([days("tomorrow", "en"), days("demain", "fr"), days("hoy", "es")], [["2026-03-03"], ["2026-03-03"], [
    "2026-03-02",
  ]]);
  assert.deepEqual(days("morgen", "de", false, "2026-12-31"), ["2027-01-01"]);
  assert.deepEqual(days("on Friday", "en"), ["2026-03-06"]);
  assert.deepEqual(days("2. Januar", "de", false, "2026-12-30"), ["2027-01-02"], "the year that is nearest");
  assert.deepEqual(days("31.02.2026, 13/13/2026, call 0800 555 0199, 3-5 days, 1.000,00 EUR", "de"), []);
});

Deno.test("findWindow() reads windows of time, and none out of ranges of anything else", () => {
  assert.deepEqual(findWindow("between 10:15 A.M. - 2:15 P.M."), ["10:15", "14:15"]);
  assert.deepEqual(findWindow("between 2pm and 4pm"), ["14:00", "16:00"]);
  assert.deepEqual(findWindow("zwischen 11:30 und 13:00 Uhr"), ["11:30", "13:00"]);
  assert.deepEqual(findWindow("entre 15h10 et 16h10"), ["15:10", "16:10"]);
  assert.deepEqual(findWindow("entre las 12:00 y las 14:00"), ["12:00", "14:00"]);
  assert.deepEqual(findWindow("tussen 13:15 en 15:45 uur"), ["13:15", "15:45"]);
  for (const none of ["3 - 5 days", "22:00 - 10:00", "9 to 5 people", "1.2.2026 - 3.2.2026"]) {
    assert.equal(findWindow(none), null, none);
  }
});

Deno.test("an expected day has the zone of a carrier that has one, and the offset that structured data gives", () => {
  const [postnl] = parseMail(mailOf({
    from: "PostNL <a@edm.postnl.nl>",
    subject: "Je pakket komt vandaag",
    body: "Pakket 3SABCD123456789 wordt vandaag tussen 13:15 en 15:45 uur bezorgd.",
    at: "2026-03-02T23:30:00.000Z",
  }));
  assert.deepEqual(postnl?.expected, {
    from: "2026-03-03T13:15",
    to: "2026-03-03T15:45",
    time_zone: "Europe/Amsterdam",
  }, "today is the recipient's");
  const structured = [JSON.stringify({
    "@graph": [{
      "@type": ["ParcelDelivery"],
      trackingNumber: UPS,
      carrier: { name: "UPS" },
      expectedArrivalFrom: "2026-03-04T10:00:00+09:00",
      expectedArrivalUntil: "2026-03-04T12:00:00+09:00",
      partOfOrder: {
        "@type": "Order",
        orderNumber: "A-1",
        merchant: { name: "Shop" },
        orderStatus: "https://schema.org/OrderInTransit",
      },
      itemShipped: [{ name: "Lamp" }, { name: "Bulb" }],
    }],
  })];
  const [parcel, ...others] = parseMail(mailOf({ from: "a@shop.example", subject: "x", body: "", at }, { structured }));
  assert.deepEqual(others, []);
  assert.deepEqual(
    [parcel?.tracking_number, parcel?.carrier, parcel?.status, parcel?.order_number, parcel?.merchant, parcel?.items],
    [UPS, "ups", "in_transit", "A-1", "Shop", ["Lamp", "Bulb"]],
  );
  assert.deepEqual(parcel?.expected, { from: "2026-03-04T10:00", to: "2026-03-04T12:00", time_zone: "+09:00" });
});

Deno.test("structured data and the text of a mail are put together, whatever each of them leaves out", () => {
  const order = { "@type": "Order", orderNumber: "W-77", seller: { name: "Orchard" } };
  const read = (body: string, ...statements: readonly unknown[]) => {
    const structured = statements.map((statement) => JSON.stringify(statement));
    return parseMail(mailOf({ from: "a@orchard.example", subject: "Your order has shipped", body, at }, { structured }))
      .map((
        { tracking_number, order_number, merchant, confidence },
      ) => [tracking_number, order_number, merchant, confidence >= 0.9]);
  };
  assert.deepEqual(read(`UPS tracking number ${UPS}`, order), [[UPS, "W-77", "Orchard", true]]);
  const delivery = {
    "@type": "ParcelDelivery",
    trackingNumber: OTHER_UPS,
    carrier: { name: "UPS" },
    partOfOrder: order,
  };
  assert.deepEqual(read(`UPS tracking number ${UPS}`, delivery), [
    [OTHER_UPS, "W-77", "Orchard", true],
    [UPS, "W-77", "Orchard", true],
  ]);
  assert.deepEqual(read("It ships with UPS.", { ...delivery, trackingNumber: "12345678" }), [
    ["12345678", "W-77", "Orchard", false],
  ], "a number that is none of UPS's is not certain");
  assert.deepEqual(read("It ships with UPS.", { ...delivery, trackingNumber: "pending" }), [[
    "",
    "W-77",
    "Orchard",
    false,
  ]]);
});

Deno.test("structured data of any other shape is left alone", () => {
  for (
    const text of ["", "{", "[]", "null", '{"@type":5}', '{"@type":"Order"}', `${"[".repeat(500)}${"]".repeat(500)}`]
  ) {
    assert.deepEqual(
      parseMail(mailOf({ from: "a@shop.example", subject: "Hi", body: "", at }, { structured: [text] })),
      [],
      text,
    );
  }
});

Deno.test("each parcel of a mail has the status and the day that are said of it", () => {
  const found = parseMail(mailOf({
    from: "Shop <a@shop.example>",
    subject: "Your order A-100 has shipped",
    body:
      `Parcel 1 was delivered on March 1. UPS tracking number ${UPS}\nParcel 2 is in transit. UPS tracking number ${OTHER_UPS}, expected March 4, 2026`,
    at,
  }));
  assert.deepEqual(found.map(({ tracking_number, status, expected }) => [tracking_number, status, expected?.from]), [
    [UPS, "delivered", undefined],
    [OTHER_UPS, "in_transit", "2026-03-04"],
  ]);
});

Deno.test("the labelled mails are read as well as is promised, and more than enough of them are none", async () => {
  const mails = await readSet(new URL("../../shipments/set/", import.meta.url));
  assert.ok(mails.length >= 150);
  assert.ok(mails.filter(({ labels }) => labels.parcels.length === 0).length >= 60);
  const { precision, recall, status } = score(mails);
  for (const [{ right, all, misses }, target] of [[precision, 0.98], [recall, 0.95], [status, 0.95]] as const) {
    assert.ok(right / all >= target, misses.join("\n"));
  }
});

Deno.test("today is the recipient's, and a date beside it knows better", () => {
  const expected = (from: string, body: string, received: string) =>
    parseMail(mailOf({ from, subject: "Your package", body, at: received }))[0]?.expected?.from;
  const night = "2026-03-03T02:00:00.000Z";
  const body = `Your package is scheduled for delivery tomorrow.\nTracking number: ${UPS}`;
  assert.equal(expected("UPS <a@ups.com>", body, night), "2026-03-03", "in America it is still the second of March");
  const dated = body.replace("tomorrow", "tomorrow, Wednesday, March 4");
  assert.equal(expected("UPS <a@ups.com>", dated, night), "2026-03-04");
});
