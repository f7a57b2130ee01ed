/** A mailbox that answers as a test says, and keeps what it was asked. */
import type { Connection } from "../../shared/contracts/records.ts";
import type { Mailbox, ProviderRequest, ProviderResponse } from "../../shared/providers/port.ts";

/** What a test answers to a request. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One request that was made. */
export interface Asked extends ProviderRequest {
  readonly url: string;
}

export const TEST_CONNECTION: Connection = {
  connection_id: "connection-1",
  user_id: "ada",
  provider: "microsoft",
  account_id: "account-1",
  address: "ada@outlook.example",
  state: "active",
  scopes: [],
  resources: [],
  choices: [],
  created_at: "2026-03-02T09:00:00.000Z",
  updated_at: "2026-03-02T09:00:00.000Z",
};

/** A whole answer from the parts that matter to a test. */
export function answerOf({ status = 200, json = null, text, headers = {} }: ScriptedAnswer): ProviderResponse {
  return { status, json, text: text ?? JSON.stringify(json), headers: new Headers(headers) };
}

/** Opens the mailbox. */
export function scriptedMailbox(
  answer: (url: string, request: ProviderRequest) => ScriptedAnswer,
): Mailbox & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    connection: TEST_CONNECTION,
    signal: new AbortController().signal,
    asked,
    request(url, request = {}) {
      // What is sent: neither what it is for nor what it costs is.
      const { purpose: _purpose, costs: _costs, ...sent } = request;
      asked.push({ url, ...sent });
      return Promise.resolve(answerOf(answer(url, request)));
    },
  };
}
