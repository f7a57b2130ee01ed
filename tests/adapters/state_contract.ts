/** The whole contract of the state, for each adapter to be run on. */
import { backupContract } from "./state_contract_backup.ts";
import {
  claimsContract,
  fragmentsContract,
  progressContract,
  refsContract,
  slotsContract,
} from "./state_contract_claims.ts";
import { quotasContract } from "./state_contract_quotas.ts";
import { leasesContract, signalsContract } from "./state_contract_leases.ts";
import { ledgerContract } from "./state_contract_ledger.ts";
import { recordsContract, selfContract } from "./state_contract_records.ts";
import type { Check } from "./state_world.ts";

/** Registers every check. */
export function stateContract(check: Check): void {
  claimsContract(check);
  refsContract(check);
  fragmentsContract(check);
  slotsContract(check);
  quotasContract(check);
  progressContract(check);
  leasesContract(check);
  signalsContract(check);
  ledgerContract(check);
  recordsContract(check);
  selfContract(check);
  backupContract(check);
}
