/** Gmail's own labels, with how the label list shows them. */
export const SYSTEM_LABELS: readonly { readonly id: string; readonly hidden: boolean }[] = [
  { id: "CHAT", hidden: true },
  { id: "SENT", hidden: false },
  { id: "INBOX", hidden: false },
  { id: "IMPORTANT", hidden: true },
  { id: "TRASH", hidden: true },
  { id: "DRAFT", hidden: false },
  { id: "SPAM", hidden: true },
  { id: "CATEGORY_FORUMS", hidden: true },
  { id: "CATEGORY_UPDATES", hidden: true },
  { id: "CATEGORY_PERSONAL", hidden: true },
  { id: "CATEGORY_PROMOTIONS", hidden: true },
  { id: "CATEGORY_SOCIAL", hidden: true },
  { id: "STARRED", hidden: false },
  { id: "UNREAD", hidden: false },
];

/** A label that the person made. */
export interface OwnLabel {
  readonly id: string;
  readonly name: string;
}
