/** Lines are written before so many characters wait, so that a long turn holds neither the memory nor the reader. */
const WAITING_CHARACTERS_MAX = 64 * 1024;

/** Lines that wait for the end of the event loop's turn, so that a busy turn costs one write instead of hundreds. */
export class LineBuffer {
  readonly #write: (lines: string) => void;
  readonly #atTurnEnd: (then: () => void) => void;
  readonly #flush = () => {
    this.#due = false;
    try {
      this.flush();
    } catch {
      // Nobody called for it, so it would end the process. Who next says what can't wait hears of it.
    }
  };
  #waiting = "";
  #due = false;

  constructor(write: (lines: string) => void, atTurnEnd: (then: () => void) => void) {
    this.#write = write;
    this.#atTurnEnd = atTurnEnd;
  }

  add(line: string): void {
    this.#waiting += line;
    if (this.#waiting.length >= WAITING_CHARACTERS_MAX) return this.flush();
    if (this.#due) return;
    this.#due = true;
    this.#atTurnEnd(this.#flush);
  }

  /** Writes what waits, before it returns. */
  flush(): void {
    if (this.#waiting === "") return;
    const lines = this.#waiting;
    // Emptied first: a write that throws must not be repeated for ever.
    this.#waiting = "";
    this.#write(lines);
  }
}
