import { hash } from "../chance.ts";

/**
 * Ids of Graph messages. The default id names the place as well and so changes with each move; the immutable one does
 * not. Ids are case-sensitive: those of two neighbouring mails here differ in the case of one letter only.
 */
export interface IdParts {
  readonly number: number;
  readonly immutable: boolean;
  /** How often the mail has moved; in an immutable id 0, but for the fault that changes those too. */
  readonly moves: number;
}

const FORM = /^(AAMkAD|AAkALg)([0-9A-F]{8})-([0-9A-Z]+)_([0-9A-Z]*)([eE])AAA=$/;

/** The ids of one mailbox. */
export class MicrosoftIds {
  readonly #tag: string;

  constructor(seed: number, user: string) {
    this.#tag = hash("graph ids", seed, user).toString(16).toUpperCase().padStart(8, "0");
  }

  message({ number, immutable, moves }: IdParts): string {
    const half = Math.floor(number / 2).toString(36).toUpperCase().padStart(5, "0");
    const place = moves === 0 ? "" : moves.toString(36).toUpperCase();
    const letter = number % 2 === 0 ? "e" : "E";
    return `${immutable ? "AAkALg" : "AAMkAD"}${this.#tag}-${half}_${place}${letter}AAA=`;
  }

  /** What an id stands for; undefined if it is none of this mailbox's. */
  parse(id: string): IdParts | undefined {
    const [, form, tag, half, place, letter] = FORM.exec(id) ?? [];
    if (tag !== this.#tag || half === undefined || place === undefined) return undefined;
    const number = parseInt(half, 36) * 2 + (letter === "E" ? 1 : 0);
    return { number, immutable: form === "AAkALg", moves: place === "" ? 0 : parseInt(place, 36) };
  }

  folder(number: number): string {
    return `AAMkAD${this.#tag}-F${number.toString(36).toUpperCase().padStart(4, "0")}AAA=`;
  }

  root(): string {
    return this.folder(0);
  }
}
