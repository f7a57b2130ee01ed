/** What the words before a number say that it is. */

/** Words that announce the number of a parcel. */
const PARCEL_WORDS = new RegExp(
  [
    "track ?(?:&|en|and|und) ?trace(?:-?(?: ?code|nummer| ?number| id))?",
    // English
    String.raw`track(?:ing)?(?:[ -]?(?:number|no\.?|nr\.?|id|code|ref(?:erence)?|#))?`,
    "way ?bill(?: (?:number|no))?",
    "AWB",
    "(?:parcel|package|shipment|consignment|inquiry)(?: (?:number|no|id|code|reference))?",
    // German
    String.raw`sendungs(?:verfolgungs)?-?(?:nummer|nr\.?|id|code)`,
    String.raw`paket(?:schein)?-?(?:nummer|nr\.?|id)?`,
    "kontrollnummer",
    "frachtbrief(?:nummer)?",
    String.raw`track(?:ing)?-?(?:nummer|id|nr\.?)`,
    "(?:sendung|einschreiben|päckchen)",
    // French
    String.raw`(?:n°|numéro|num\.?|no\.?) ?(?:de |du )?(?:suivi|colis|envoi)`,
    "(?:colis|suivi|envoi)",
    // Spanish
    String.raw`(?:n\.?º|número|núm\.?) ?de (?:seguimiento|envío|localizador|expedición)`,
    "(?:seguimiento|envío|paquete|localizador|expedición)",
    // Dutch
    "(?:zending|pakket|verzending)s?-?(?:nummer|code)?",
    "(?:volgnummer|barcode)",
    "met code",
  ].join("|"),
  "gi",
);

/** What carriers call a parcel's number, and others anything's. */
const CARRIERS_WORDS = /(?<!\p{L})(?:item|label|piece|article)(?: (?:number|no\.?|id|reference))?(?!\p{L})/giu;

/** Words that announce some other number. */
const OTHER_WORDS = new RegExp(
  [
    String.raw`(?:application|case|claim|request|ticket|field|study) tracking(?: (?:number|no\.?|id))?`,
    "invoice|account|customer|client|member|order|purchase|P\\.?O\\.?|bill|receipt|statement|payment|transaction|transfer",
    "phone|tel(?:ephone|efon)?|call|fax|hotline|line|mobile|dial-?in|conference|bridge|contact|desk",
    "booking|reservation|confirmation|e-?ticket|ticket|flight|case|request|trace|job|application|filing|envelope|policy",
    "part|style|sku|serials?|serial numbers?|model|product|material|ean|isbn|upc|hs code|item no|article|project|bucket|build|run",
    "iban|bic|vat|tax|company|charity|registered|registration|hrb|rcs|siret|ust-?id(?:nr)?|card|pin|passcode|(?:offer|access|verification|promo|discount) code|coupon|voucher",
    "sample|survey|credential|quote|frequent flyer|queue|message|commit|version|user|license|licence|trip|cart",
    "(?:rechnung|konto|kunden?|bestell|auftrag|vorgang|vertrag|artikel|serien|steuer|transfer|versicher|schaden|personal|telefon|mobil|gutschein|buchung)\\p{L}*",
    "facture|commande|client|contrat|téléphone|réservation|dossier|compte|appelez",
    "factura|contrato|pedido|cliente|teléfono|cuenta|reserva|llama",
    "(?:factuur|bestel|klant|rekening|telefoon|polis|boeking)\\p{L}*|bel ons",
  ].map((words) => String.raw`(?<!\p{L})(?:${words})(?!\p{L})`).join("|"),
  "giu",
);

/** Words that announce any number: a carrier calls a parcel's that, a shop an order's. */
const VAGUE_WORDS =
  /(?<!\p{L})(?:reference|referenz|référence|referencia|kenmerk|réf|ref\.?|id|number|nummer|nr\.?|code|kode|numéro|n°|número|n\.º)(?!\p{L})/giu;

/** How far before a number its label may stand, in characters. */
const LABEL_REACH = 70;

/** What the text says of what stands at a place. `vague`: a number of some sort; `none`: nothing near it tells. */
export type Label = "parcel" | "other" | "vague" | "none";

/** What stands before a place, on its line or alone on the one above, and is nearest to it. */
export function labelBefore(text: string, start: number, by_carrier: boolean): Label {
  const before = text.slice(Math.max(0, start - LABEL_REACH), start);
  const lines = before.split("\n");
  const own = lines.pop() ?? "";
  const near = own.trim() === "" ? lines.findLast((line) => line.trim() !== "") ?? "" : own;
  const parcel = lastMatch(near, PARCEL_WORDS) ?? (by_carrier ? lastMatch(near, CARRIERS_WORDS) : null);
  const other = lastMatch(near, OTHER_WORDS);
  if (parcel === null && other === null) return lastMatch(near, VAGUE_WORDS) === null ? "none" : "vague";
  // "I called about the parcel, their number is …"
  if (
    parcel !== null && /[,;.].*/u.test(near.slice(parcel.end)) &&
    lastMatch(near.slice(parcel.end), VAGUE_WORDS) !== null
  ) {
    return other === null ? "vague" : "other";
  }
  if (other === null) return "parcel";
  if (parcel === null) return "other";
  // Of "parcel number" and "number" the longer tells; else what is nearer does.
  if (parcel.start <= other.start && other.end <= parcel.end) return "parcel";
  if (other.start <= parcel.start && parcel.end <= other.end) return "other";
  return parcel.end > other.end ? "parcel" : "other";
}

function lastMatch(text: string, words: RegExp): { readonly start: number; readonly end: number } | null {
  let last = null;
  for (const match of text.matchAll(words)) last = { start: match.index, end: match.index + match[0].length };
  return last;
}
