import type { LanguagePhrases } from "./table.ts";

const PARCEL = "(?:paket|päckchen|sendung|einschreiben|kleinpaket|warenpost)";

export const GERMAN: LanguagePhrases = {
  says: {
    returned: [
      "zurückgesandt|zurückgesendet|zurückgeschickt|(?:zurück|retoure|rücksendung|rückversand|retourniert) (?:an|zum) (?:den |die )?(?:absender|versender)|rücksendung (?:eingeleitet|gestartet)|geht zurück",
    ],
    failed: [
      "nicht angetroffen|nicht (?:zustellen|zugestellt werden|ausgeliefert werden|ausliefern)|zustellversuch|zustellung (?:war )?(?:leider )?nicht (?:möglich|erfolgreich)|zustellung fehlgeschlagen|nicht zu hause waren|verpasst",
    ],
    delivered: [
      `(?:wurde|ist|wurden|worden|haben)(?:(?!\\b(?:wird|werden|nicht|voraussichtlich)\\b).){0,80} (?:zugestellt|ausgeliefert|abgeliefert|abgegeben|abgelegt|überreicht|hinterlegt|übergeben worden)(?! werden)`,
      `^(?:zugestellt|geliefert)\\b|erfolgreich zugestellt|hat (?:dein|ihr|das) paket erhalten|${PARCEL} (?:wurde )?zugestellt|(?:dein|ihr) paket ist da\\b|heute zugestellt:|wurde (?:heute )?geliefert`,
      "in (?:den|ihren|deinen) briefkasten (?:gelegt|eingelegt)",
    ],
    out_for_delivery: [
      "in (?:der )?zustellung|zustellfahrzeug|kommt heute|wird (?:voraussichtlich )?heute|heute kommt|heute zwischen|heute (?:noch )?(?:zugestellt|geliefert|bei (?:ihnen|dir))|ihnen (?:voraussichtlich )?heute|(?:ist|sind) heute|zustellung heute|lieferung heute|ankunft heute|kommt noch heute",
      "(?:unser|ihr|dein) (?:zusteller|fahrer|bote) ist|bereits? zur abholung|(?:zur abholung|für sie|für dich) bereit|abholbereit|bereit zur abholung|kann (?:ab sofort |jetzt )?(?:im|in|bei|ab).{0,60}abgeholt werden|(?:können|kannst).{0,60} abholen|wartet (?:auf|im|in|bei)|liegt (?:für|in der|im)",
    ],
    delayed: [
      "verzöger|verspäte|verspätung|neue[rs]? (?:voraussichtliche[rs]? )?(?:liefer|zustell)|später (?:als|zugestellt|geliefert)|verschoben|dauert (?:etwas )?länger|beim zoll|zollabfertigung",
    ],
    label_created: [
      "rücksendeetikett|retouren?(?:label|schein|etikett)|(?:elektronisch |beim? \\w+ )?angekündigt|versandetikett|paketschein (?:wurde )?erstellt|(?:sendungs|auftrags|versand)daten (?:wurden |sind )?(?:\\w+ )?(?:an \\w+ )?(?:übermittelt|erhalten|eingegangen)|noch nicht (?:bei uns )?(?:eingetroffen|übergeben|eingegangen)|vorbereitung beim absender|wird für den versand vorbereitet",
    ],
    in_transit: [
      "(?:depot|paketzentrum|verteilzentrum|sortierzentrum|zustellbasis|verteilerzentrum|logistikzentrum|start-|ziel-).{0,60} (?:eingetroffen|erreicht|verlassen|bearbeitet|angekommen|sortiert)|(?:hat|haben) (?:unser|das|ihr|dein|wir).{0,50}(?:depot|paketzentrum|verteilzentrum|zentrum)",
      `(?:haben|hat) (?:wir )?(?:ihre?n?|deine?n?|die|das)? ?${PARCEL} (?:vom absender |vom versender )?(?:erhalten|abgeholt|übernommen|bearbeitet)(?! und bereiten)|wurde (?:vom \\w+ )?(?:abgeholt|bearbeitet|eingeliefert|sortiert)|in bearbeitung|im transit|im paketnetz`,
    ],
    shipped: [
      "(?:wurde|wurden|haben|ist|hat|sind|worden).{0,80} (?:versandt|versendet|verschickt|an \\w+ übergeben|übergeben|abgeschickt|verlassen|losgeschickt)|^(?:versandt|versendet|unterwegs|verschickt)\\b|versandbestätigung|versandmitteilung|lieferbestätigung",
      "unterwegs|auf dem weg|auf den weg (?:gemacht|gebracht)|(?:kommt|zustellung|lieferung).{0,40} (?:morgen|am)\\b|bald ist (?:es|ihr|dein)|(?:wird|zugestellt werden|eintreffen).{0,30}voraussichtlich|voraussichtlich.{0,40}(?:zugestellt|geliefert)",
    ],
    ordered: [
      "bestellbestätigung|auftragsbestätigung|eingangsbestätigung|(?:danke|dank).{0,12} für (?:ihre|deine|die|ihren|deinen) (?:bestellung|einkauf|auftrag)|^bestellt\\b|^bestellung (?:erhalten|bestätigt|eingegangen)",
      "bestellung (?:\\S+ )?(?:ist |wurde )?(?:bei uns )?(?:eingegangen|erhalten|bestätigt|entgegengenommen|aufgenommen)|bestellung (?:ist )?in bearbeitung",
    ],
  },
  conditional: [
    "(?<!\\p{L})(?:sobald|wenn|falls|sofern|bis sie|nicht zu hause\\?|passt (?:ihnen|dir)|möchten sie|wie war|nach ablauf|danach|andernfalls|ansonsten|anschließend)(?!\\p{L})",
  ],
};
