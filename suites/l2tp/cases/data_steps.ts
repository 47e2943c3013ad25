/** Steps that send data under a header of the script's own. */
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { lcpAnswered, lcpRequest } from "../../../peers/testing/l2tp_tester/steps.ts";

/** Bits of a data message's first two octets (RFC 2661 §3.1). */
export const DataBit = {
  length: 0x4000,
  sequence: 0x0800,
  offset: 0x0200,
  priority: 0x0100,
} as const;

const VERSION = 2;

/** An LCP request within call `a1`, under a header of the script's own. */
export function request(
  id: number,
  word: number,
  changes: Partial<Extract<StepInput, { do: "data" }>> = {},
): StepInput {
  const data = { do: "data" as const, tunnel: "a", session: "a1", payload: lcpRequest(id) };
  return { ...data, word: word | VERSION, ...changes };
}

/** A numbered request, and its answer. */
export function numberedRequest(id: number, ns: number): StepInput[] {
  return [request(id, DataBit.sequence, { ns }), lcpAnswered("a1", id)];
}
