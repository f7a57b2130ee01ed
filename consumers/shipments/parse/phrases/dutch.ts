import type { LanguagePhrases } from "./table.ts";

export const DUTCH: LanguagePhrases = {
  says: {
    returned: [
      "retour (?:naar |gestuurd naar |aan )?(?:de )?afzender|terug ?(?:gestuurd )?naar (?:de )?(?:afzender|verzender)|retour gestuurd|teruggestuurd|geretourneerd",
    ],
    failed: [
      "(?:konden|kon) (?:we )?(?:je|uw|het|de)? ?(?:pakket|zending|bestelling)?.{0,20} niet (?:bezorgen|afleveren|bezorgd)|geprobeerd.{0,60} te bezorgen|niet thuis|(?:bezorgpoging|bezorging) (?:is )?(?:mislukt|niet gelukt)|niet bezorgd|bezorgpoging|(?:hebben je|je) gemist",
    ],
    delivered: [
      "(?:is|zijn|hebben|werd|was)(?:(?!\\b(?:wordt|worden|onderweg|verwacht|niet)\\b).){0,60} (?:bezorgd|afgeleverd|geleverd)(?! op| worden)|^(?:bezorgd|afgeleverd|geleverd)(?!\\p{L})|pakket (?:is )?bezorgd|in (?:je|de|uw) brievenbus (?:gestopt|bezorgd)",
    ],
    out_for_delivery: [
      "bij de bezorger|met de bezorger|bezorger (?:is|komt)|vandaag (?:bezorgd|geleverd|tussen|verwacht|in huis)|(?:wordt|bezorgen we?|komt|verwachten).{0,40} vandaag|vandaag (?:te )?bezorgen|(?:in|uit) bezorging",
      "ligt .{0,20}klaar|staat .{0,20}klaar|(?:af te|kunt?.{0,40}) (?:halen|ophalen|afhalen)|klaar om (?:op|af)",
    ],
    delayed: [
      "vertrag|later (?:bezorgd|dan)|komt later|nieuwe (?:verwachte )?bezorg(?:datum|moment)|duurt (?:iets )?langer",
    ],
    label_created: [
      "retourlabel|aangemeld|label (?:is )?(?:aangemaakt|gemaakt|geprint)|nog niet (?:bij ons )?(?:ontvangen|aangeleverd|binnen)|aangekondigd|voorgemeld",
    ],
    in_transit: [
      "(?:hebben|heeft|is).{0,20} (?:pakket|zending).{0,40} (?:ontvangen|gesorteerd|binnen)|sorteercentrum|gesorteerd|in transit|distributiecentrum|door (?:postnl|dhl|dpd|gls) (?:ontvangen|opgehaald)",
    ],
    shipped: [
      "(?:is|zijn|hebben|wordt).{0,60} (?:verzonden|verstuurd|verstuurt|meegegeven)|^(?:verzonden|onderweg)(?!\\p{L})|onderweg|op weg naar|komt eraan|(?:komt|bezorgen|bezorgd|bezorgd op|verwacht).{0,30} (?:morgen|op)(?!\\p{L})|verzendbevestiging|ons magazijn verlaten",
    ],
    ordered: [
      "bedankt voor (?:je|uw) (?:bestelling|aankoop|order)|bevestiging (?:van )?(?:je |uw )?(?:bestelling|order)|(?:bestel|order)bevestiging|bestelling (?:\\S+ )?(?:is )?(?:ontvangen|bevestigd|geplaatst)|bestelling ontvangen",
    ],
  },
  conditional: ["(?<!\\p{L})(?:zodra|wanneer|als je|als u|indien|wil je|daarna|anders|na \\d+ dagen)(?!\\p{L})"],
};
