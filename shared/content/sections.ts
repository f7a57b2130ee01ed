import type { Section } from "../contracts/documents.ts";
import type { Budget } from "./limits.ts";

/** Sections as they come, within the budget. */
export class Sections {
  readonly list: Section[] = [];
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Adds a section with its lines; one that says nothing is left out. */
  add(heading: string, level: number, place: string, lines: readonly string[]): void {
    if (heading === "" && lines.every((line) => line === "")) return;
    if (this.list.length >= this.#budget.limits.sections_max) {
      this.#budget.cut();
      return;
    }
    this.list.push({ heading, level, place, text: lines.join("\n") });
  }
}
