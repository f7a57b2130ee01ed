import type { LanguagePhrases } from "./table.ts";

const THING = "(?:parcel|package|item|shipment|order|delivery|mail piece|envelope)s?";
const PLACE = "(?:depot|hub|facility|sort(?:ing)? cent(?:re|er)|distribution cent(?:re|er)|delivery office|station)";

export const ENGLISH: LanguagePhrases = {
  says: {
    returned: [
      "return(?:ed|ing)? (?:back )?to (?:the |its )?(?:original )?(?:sender|shipper|retailer|seller)",
      "(?:on its )?way back to (?:the )?(?:sender|shipper|retailer|seller)|sent back to (?:the )?(?:sender|shipper|retailer)",
    ],
    failed: [
      "(?:tried|attempted) to deliver|delivery (?:was )?attempt(?:ed)?|attempted delivery|(?:sorry )?(?:we )?missed (?:you|your delivery)",
      "notice (?:card )?(?:was )?left|(?:was|were) not delivered|(?:unable|not able) to (?:deliver|complete)|failed delivery|delivery failed",
      "could(?:n['’]t| not) (?:be delivered|deliver|complete)|no one was (?:available|home|in)|(?:weren['’]t|were not) (?:home|in|available)|recipient (?:was )?not (?:home|available)|no access to",
    ],
    delivered: [
      "(?:was|were|been|now|we['’]ve|we have|has) (?:just |successfully |safely )*delivered(?! to (?:our|the|your) (?:local )?(?:depot|post office|facility))",
      `^delivered\\b|(?:successfully|final) deliver(?:ed|y)|: delivered\\b|${THING} delivered|delivered (?:to|at|in|on|with) (?:your|the|a) (?:front|door|porch|neighbo|mailbox|reception|safe|locker)`,
      "(?:was|been) (?:left|placed|handed) (?:in|at|near|on|by|with|to) (?:your|the|a|an)? ?(?:front|porch|door|mailbox|safe|garage|neighbo|reception|resident|shed|back)|signed for by|left in a safe place",
    ],
    out_for_delivery: [
      "out for delivery|on(?:board)? (?:the |with |a )?(?:\\w+ )?(?:vehicle|driver|van)\\b|loaded on(?:to)? |with (?:our|your|the|a|local)? ?(?:local )?(?:driver|(?:delivery )?courier)|your driver\\b",
      "(?:be )?delivered today|with you today|due (?:to be delivered )?today|arriv(?:ing|es?) today|deliver(?:y|ing|s)? .{0,80}today|coming today|expected today|today is the day",
      "(?:ready|available|waiting|held)(?: and waiting)?(?: for you)?(?: to be| to| for)? (?:collect(?:ed|ion)?|pick(?:ed)? ?-?up)|awaiting (?:collection|pickup)|you can (?:now )?(?:collect|pick up) (?:it|your)|waiting for you at",
    ],
    delayed: [
      "delayed|delay in|weather delay|(?:running|arriving|be) late(?:r than)?\\b|on hold|held (?:at|by|in) customs|customs hold|clearance (?:delay|event)|rescheduled|delivery date (?:has )?(?:been )?(?:changed|updated)",
      "later than (?:expected|planned|we)|new (?:scheduled|estimated|expected) (?:delivery|arrival)|taking (?:a little )?longer|pushed back|revised delivery",
    ],
    label_created: [
      "return (?:shipping )?label|label (?:has been |was |is )?(?:created|printed|prepared|generated)|created a (?:shipping )?label|ha(?:s|ve) not (?:yet )?(?:received|been received)|(?:not|n['’]t) (?:with us )?yet|awaiting (?:item|parcel|package)",
      "pre-?shipment|(?:shipment|order|sender|parcel) (?:information|details|data).{0,30} (?:transmitted|sent|received)|(?:received|got) the details of|ship notification|preparing (?:your )?(?:shipment|parcel|item) for",
      "told to expect|(?:we['’]re|we are) expecting (?:your|a) (?:parcel|package|item)|sending you (?:a|your) parcel|ready for (?:ups|fedex|dhl|usps|carrier) (?:pick-?up|to collect)",
    ],
    in_transit: [
      `in transit|arrived at|arrival (?:at|scan)|departed|departure scan|(?:on (?:its|the) way to|at|reached|left) (?:our|your|the|a)? ?(?:\\w+ )?${PLACE}`,
      "(?:we['’]ve|we have|we) (?:now )?(?:got|received|collected|picked up) (?:it|your (?:parcel|package|item|shipment))|we have your (?:parcel|package|item|shipment)|(?:has|have|ups|fedex|dhl|usps|dpd|evri)(?: has)? received (?:your|the) (?:parcel|package|item|shipment)",
      "(?:been |was )?(?:picked up|collected) (?:by|from)|(?:shipment|package|parcel|item) picked up|picked up (?:your|the) (?:package|shipment|parcel)|in possession of|accepted at|posting/collection|(?:item |shipment )?(?:processed|sorted) (?:at|through|by|in)",
      "left the (?:international|origin)|with our delivery partner|moving through (?:our|the)|(?:in|through) our network|cleared customs|dispatched from outward office",
    ],
    shipped: [
      "(?:has|have|was|were|been|is|just|item|order|marked your order as|we['’]ve) (?:been |just |now )*(?:shipped|dispatched|despatched|sent(?: out)?|posted|mailed)|shipped (?:today|in|via|with|by|on)|^(?:shipped|dispatched)\\b",
      "on (?:its|the|their) way(?! back)|en route|(?:parcel|package|delivery|shipment|order|boxes) (?:is|are) coming|(?:heading|headed|making its) (?:your )?way|handed (?:over )?to|left (?:our|the) warehouse",
      "(?:shipping|dispatch|despatch|shipment) (?:notice|confirmation|update)|(?:is|are) coming by|arriving (?:tomorrow|soon|on)|scheduled for delivery|we (?:will|['’]ll) deliver",
    ],
    ordered: [
      "thank(?:s| you).{0,20} for your (?:\\w+ )?(?:order|purchase)|thanks for (?:shopping|ordering|placing)|order (?:is |has been |was )?(?:confirmation|confirmed|received|placed|accepted|acknowledg)",
      "(?:received|confirmed|got|processing|preparing|accepted) your order|your (?:recent )?order (?:\\S+ )?(?:has been|is|was) (?:confirmed|received|placed|being prepared|accepted)|your [\\w. ]{2,20} order of|^order(?:ed| confirmation)\\b",
    ],
  },
  conditional: [
    "\\b(?:if|once|when(?! to pick)|as soon as|until|unless|may or may not|whether|not going to be in|not in\\?|how was|how did|want to|would you like)\\b",
    "\\b(?:after (?:that|this|\\d+)|otherwise|will (?:then )?be (?:returned|sent back)|before (?:it is|returning|being))\\b",
    "we(?:['’]ll| will) (?:send|email|let|notify|text|update)|(?:see|track) (?:when|where)",
  ],
};
