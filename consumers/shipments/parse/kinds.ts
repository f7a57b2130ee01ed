/** Mails that look like an order's but are of another kind. */
import type { Email } from "../../../shared/contracts/documents.ts";
import { statusOf } from "./status.ts";

function words(...languages: readonly string[]): RegExp {
  return new RegExp(languages.map((list) => `(?<!\\p{L})(?:${list})`).join("|"), "iu");
}

/** What is about an order and not on its way; an order's own mail may mention it. */
const PAPER = words(
  "invoice|receipt|refund|reviews?(?!\\p{L})|rate (?:your|us)|tell us what|how did we|survey|statement|subscription|renews|donation|verification|your return",
  "rechnung|gutschrift|erstattung|rückerstattung|bewertung|bewerten sie|abo(?!\\p{L})|verkauft",
  "facture|remboursement|avis client|abonnement",
  "factura|reembolso|reseña|suscripción",
  "factuur|terugbetaling|beoordeling|abonnement",
  "you left something|in your cart|warenkorb vergessen|you(?:['’]ve)? sold|has sold|application",
);

/** What no parcel brings. */
const IMMATERIAL = words(
  "(?:e-?|mobile )?tickets?(?!\\p{L})|downloads?(?!\\p{L})|game key|licen[cs]e key|e-?books?(?!\\p{L})|kindle|gift card|membership|access to|streaming",
  "your rider|restaurant|your food|groceries|slot is booked|reservation|book(?:ed|ing)(?!\\p{L})|appointment|check-in",
  "fahrkarte|buchung|geschenkkarte|termin(?!\\p{L})|billets?(?!\\p{L})|réservation|rendez-vous|entradas|reserva|cita(?!\\p{L})|boeking|afspraak",
);

/** Words without which nothing is sent to anybody. */
const SENDING = words(
  "ship|deliver|parcel|package|dispatch|despatch|arriv|on (?:its|the) way",
  "versand|versend|verschick|liefer|paket|zustell|ankunft|zugestellt|unterwegs",
  "expédi|livr|colis|envi|entreg|paquete|en (?:camino|route)",
  "verzend|verzonden|bezorg|pakket|verwacht|onderweg",
);

/** How much of a mail says what it is about. */
const HEART_CHARS = 1_500;

/** Whether a mail without a tracking number is none of an order on its way. */
export function isOther({ from, title, list_id }: Pick<Email, "from" | "title" | "list_id">, text: string): boolean {
  const heart = text.slice(0, HEART_CHARS);
  if (list_id !== "" || /^(?:mailer-daemon|postmaster)@/i.test(from.address)) return true;
  if (!SENDING.test(text) || PAPER.test(title) || IMMATERIAL.test(heart)) return true;
  return statusOf(title, "") === null && PAPER.test(heart);
}
