/** What the templates of one language are made of. `{...}` are filled in by the composer. */
export interface Phrases {
  readonly greetings: readonly string[];
  readonly closings: readonly string[];
  readonly sentences: readonly string[];
  readonly meeting: { readonly subjects: readonly string[]; readonly bodies: readonly string[] };
  readonly order: { readonly subjects: readonly string[]; readonly bodies: readonly string[] };
  readonly newsletter: {
    readonly subjects: readonly string[];
    readonly items: readonly string[];
    readonly ending: string;
  };
  readonly note: { readonly subjects: readonly string[]; readonly bodies: readonly string[] };
  readonly report: { readonly subjects: readonly string[]; readonly headings: readonly string[] };
  /** How the distinct word is mentioned. */
  readonly reference: string;
  /** What an edit without a text of its own adds. */
  readonly correction: string;
  readonly weekdays: readonly string[];
  readonly topics: readonly string[];
  readonly goods: readonly string[];
  readonly rooms: readonly string[];
}
