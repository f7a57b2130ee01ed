/** The simulated providers: Microsoft Graph and Google mail with their sign-in, from a seed and under a given clock. */
export { type ConsentAnswer } from "./consent.ts";
export { type NewMail } from "./content/mail.ts";
export { type CallCounts } from "./counts.ts";
export { type Desk, type DeskSize } from "./desk.ts";
export { type DeskPart, type DoneDeskChange } from "./desk_habits.ts";
export { type TrueItem } from "./desk_truth.ts";
export { type SimulatorFaults, type Throttle } from "./faults.ts";
export { type GmailPush } from "./gmail/watches.ts";
export { type LifecycleEvent } from "./graph/watching.ts";
export { type DoneChange, type FolderInfo, type SimulatedPerson, type TrueMail } from "./person.ts";
export { createSimulator, type PersonOptions, type Simulator, type SimulatorOptions } from "./simulator.ts";
