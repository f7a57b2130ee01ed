/** Mails that look like an order's but are of another kind. */
import type { Email } from "../../../shared/contracts/documents.ts";

/** Words of the subject or the text that no mail about a parcel to come has at its heart. */
const OTHER_KINDS = new RegExp(
  [
    String
      .raw`invoice|receipt|refund|\breview\b|rate your|survey|statement|subscription|renews|donation|verification|unsubscribe from`,
    String
      .raw`(?:e-?|mobile )?tickets?\b|download|game key|licen[cs]e key|your rider|restaurant|your food|slot is booked|reservation|\bbook(?:ed|ing)\b|appointment|check-in|application|your return|access to`,
    "rechnung|gutschrift|erstattung|bewertung|bewerten sie|abo\\b|verkauft|fahrkarte|buchung",
    "facture|remboursement|avis client|abonnement|billet",
    "factura|reembolso|reseña|suscripción|entradas",
    "factuur|terugbetaling|beoordeling|abonnement|tickets",
    "you left something|in your cart|warenkorb vergessen|you(?:['’]ve)? sold|has sold",
  ].join("|"),
  "iu",
);

/** Words without which nothing is sent to anybody. */
const SENDING =
  /ship|deliver|parcel|package|dispatch|despatch|arriv|versand|versend|verschick|liefer|paket|zustell|ankunft|expédi|livr|colis|envi|entreg|paquete|verzend|verzonden|bezorg|pakket|verwacht/iu;

/** Whether a mail without a tracking number is none of an order on its way. */
export function isOther(mail: Pick<Email, "from" | "title" | "list_id">, text: string): boolean {
  return mail.list_id !== "" || !SENDING.test(text) || /^(?:mailer-daemon|postmaster)@/i.test(mail.from.address) ||
    OTHER_KINDS.test(mail.title) ||
    OTHER_KINDS.test(text.slice(0, 1_500));
}
