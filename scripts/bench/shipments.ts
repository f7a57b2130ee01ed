/** `shipments-…`: how well tracking numbers and statuses are read out of labelled mails. */
import { figure } from "./compare.ts";
import { type Judged, type Measure, type Outcome, skipped, valueResult } from "./measure.ts";
import { readSet, score, type Scores, type Tally } from "./shipments_set.ts";

const FOLDER = new URL("../../tests/shipments/", import.meta.url);

/** What is held to a target, by the name of its figure. */
const FIGURES = [
  ["shipments-precision", "precision", 0.98],
  ["shipments-recall", "recall", 0.95],
  ["shipments-status", "status", 0.95],
] as const;
/** What is told beside it. */
const BESIDE = ["expected", "pickup", "order_number"] as const;

const judged = (name: string, target: number): Judged => ({ name, unit: "share", target, better: "higher" });

function share({ right, all }: Tally): number {
  return all === 0 ? 1 : right / all;
}

function outcomes(scores: Scores, suffix: string): Outcome[] {
  return FIGURES.map(([name, kind, target]) => ({
    result: valueResult(judged(name + suffix, target), share(scores[kind])),
    notes: [
      `${scores[kind].right} of ${scores[kind].all}`,
      ...scores[kind].misses,
      ...(kind === "status" ? BESIDE.flatMap((other) => besideLines(other, scores[other])) : []),
    ],
  }));
}

function besideLines(name: string, tally: Tally): string[] {
  return [
    `${name}: ${figure(share(tally))} (${tally.right} of ${tally.all})`,
    ...tally.misses.map((miss) => `  ${miss}`),
  ];
}

/** Tracking numbers and statuses against the labels; the held-out mails apart. */
export const shipments: Measure = {
  names: [...FIGURES.map(([name]) => name), ...FIGURES.map(([name]) => `${name}-held-out`)],
  about: "tracking numbers with their carriers, and statuses, read out of labelled mails",
  async run(progress) {
    const own = await readSet(new URL("set/", FOLDER));
    const heldOut = await readSet(new URL("held_out/", FOLDER));
    progress(`${own.length} labelled mails, ${heldOut.length} held out`);
    return [
      ...outcomes(score(own), ""),
      ...(heldOut.length > 0
        ? outcomes(score(heldOut), "-held-out")
        : FIGURES.map(([name, , target]) => skipped(judged(`${name}-held-out`, target), "no held-out mails"))),
    ];
  },
};
