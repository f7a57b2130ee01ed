/** Where a parcel waits to be fetched. */

/** A place is named up to its address or the end of the sentence. */
const NAME = String
  .raw`(?<place>(?:Packstation|Postfiliale|Paketbox) \d+(?:, \p{Lu}[^,.\n]+)?|[\p{L}\p{N}#&'’ /-]{3,80}?)(?=,? (?:where|until|from|on|by|bis|à partir|jusqu)(?!\p{L})|[,.;\n]|$)`;
const INTRO = [
  "(?:access point |pick-?up )?location:?\\s*\\n|access point location:|collect from:|(?:pick|collect)(?:ed)?(?: (?:it|your \\w+))?(?: ?up)? (?:from|at):?|(?:ready|waiting)[^\\n.]{0,30} (?:at|from)(?: parcelshop)?:?|pickup at|servicepoint:|(?:now )?waiting for you at|collect it at[^:\\n]{0,40}:",
  "für (?:sie|dich) (?:zur abholung )?bereit:|(?:in der|in folgender) filiale abholen:|paketshop abgegeben:|(?:liegt|wartet) in (?:der|dem|ihrer)|(?:pickup )?paketshop:|folgender filiale[^:\\n]*:",
  "disponible (?:au bureau de poste|dans votre point relais|en point relais|chez)(?: :| :)?|point relais(?: \\p{L}+)? :",
  "(?:punto servicepoint|punto de recogida|oficina de correos)[^:\\n]{0,20}:|recogerlo en(?: el)?(?: punto)?",
  "ligt (?:voor je |voor u )?klaar bij|op te halen bij|af te halen bij",
];
const PLACES: readonly RegExp[] = INTRO.map((intro) => new RegExp(`(?:${intro})\\s*${NAME}`, "iu"));
const STATION = /(?<place>Packstation \d{2,4})/u;

/** The name of the place, `""` when the mail names none. */
export function pickupPlaceOf(subject: string, body: string): string {
  const station = STATION.exec(`${subject}\n${body}`)?.groups?.place;
  if (station !== undefined) return station;
  for (const pattern of PLACES) {
    const place = pattern.exec(body)?.groups?.place?.trim();
    // "your local shop" is no name.
    if (place !== undefined && /^[\p{Lu}\d]/u.test(place)) return place.slice(0, 200);
  }
  return "";
}
