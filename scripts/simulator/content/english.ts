import type { Phrases } from "./phrases.ts";

export const ENGLISH: Phrases = {
  greetings: ["Hi {to},", "Hello {to},", "Dear {to},", "Good morning {to},"],
  closings: ["Best regards,\n{from}", "Thanks,\n{from}", "Cheers,\n{from}", "Kind regards,\n{from}"],
  sentences: [
    "The numbers for {topic} are in, and they are a little better than we feared.",
    "I went through the draft last night and left my remarks in the margin.",
    "Could you have a look before {day}? The board wants to see it that afternoon.",
    "The supplier confirmed the new date, but asked for half of the sum in advance.",
    "We should decide soon whether {topic} stays in this quarter's plan.",
    "Nobody objected in the meeting, so I take that as a yes.",
    "There is one open question about the contract that legal has to answer.",
    "The customer called twice about the delay and wants a firm date.",
    "I moved the figures into one table so that they are easier to compare.",
    "If we start on {day}, testing can be finished the week after.",
    "The old server will be switched off at the end of the month.",
    "Please keep the travel costs below what we agreed in spring.",
    "Two of the candidates were strong, the third one was not prepared.",
    "I attached nothing on purpose; the file is on the shared drive.",
  ],
  meeting: {
    subjects: ["Meeting about {topic} on {day}", "Moved: {topic}, now {day} at {hour}", "Agenda for {day}: {topic}"],
    bodies: [
      "Shall we meet on {day} at {hour} in {room} to talk about {topic}?",
      "I have to move our talk about {topic} to {day}, {hour}. The place stays the same: {room}.",
      "For {day} at {hour} I suggest three points: {topic}, the budget, and who does what until then.",
    ],
  },
  order: {
    subjects: ["Your order {order} has been shipped", "Order confirmation {order}", "Your parcel is on its way"],
    bodies: [
      "Thank you for your order {order}. We have handed your {goods} to {carrier}.\nTracking number: {parcel}\nExpected delivery: {day}.\nTotal: {price}",
      "Good news: your {goods} left our warehouse today.\nCarrier: {carrier}\nTracking number: {parcel}\nYou can follow the parcel at https://track.{domain}/{parcel}",
    ],
  },
  newsletter: {
    subjects: ["{topic}: what changed this week", "The {day} letter: {topic}", "News from {company}"],
    items: [
      "Why {topic} matters more than it did a year ago, in four charts.",
      "A reader asks how to prepare for {topic}; three people who did it answer.",
      "Our next open evening is on {day} at {hour}. Seats are free, but few.",
      "Half price until {day}: {goods}, in three colours.",
    ],
    ending: "You get this letter because you subscribed. Unsubscribe: https://{domain}/unsubscribe",
  },
  note: {
    subjects: ["Quick question about {topic}", "Lunch on {day}?", "{topic}", "Re-checking {topic}", "Keys and parking"],
    bodies: [
      "A quick one: who has the latest version for {topic}?",
      "Are you free for lunch on {day}? The new place next to {room} is said to be good.",
      "I left the keys at the front desk. Parking is paid until {day}.",
    ],
  },
  report: {
    subjects: ["Report: {topic}, second quarter", "Minutes: {topic}", "Proposal for {topic}"],
    headings: ["Summary", "What we did", "What it cost", "Risks", "Next steps", "Open questions"],
  },
  reference: "Our reference: {word}.",
  correction: "Correction of {day}: please use the reference {word} from now on.",
  weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
  topics: [
    "the harbour project",
    "the winter catalogue",
    "insurance renewal",
    "the office move",
    "hiring in Leeds",
    "the annual audit",
    "the new website",
    "data protection",
  ],
  goods: ["walking boots", "desk lamp", "coffee grinder", "rain jacket", "bookshelf", "headphones"],
  rooms: ["the blue room", "the library", "room 4.12", "the canteen"],
};
