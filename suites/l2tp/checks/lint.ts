/** Judgements of every message that a device sent: what a linter would say of it. */
import { attributeName, ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { fail, inconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import type { ControlMessage } from "../facts/wire.ts";
import { refs, told } from "./messages.ts";

/** AVPs that must be present, by message type (§6.1 to §6.14). */
export const REQUIRED: Readonly<Record<number, readonly number[]>> = {
  1: [0, 2, 7, 3, 9],
  2: [0, 2, 3, 7, 9],
  3: [0],
  4: [0, 9, 1],
  6: [0],
  7: [0, 14, 15, 16, 17, 18, 19, 21],
  8: [0, 14],
  9: [0, 24, 19],
  10: [0, 14, 15],
  11: [0, 14],
  12: [0, 24, 19],
  14: [0, 1, 14],
  15: [0, 34],
  16: [0, 35],
};

/** Fails at the first message with a body that the test finds a fault with. */
export function lint(
  messages: readonly ControlMessage[],
  words: string,
  faultOf: (message: ControlMessage) => string | undefined,
): Verdict {
  const bodies = messages.filter(({ type }) => type !== 0);
  if (bodies.length === 0) return inconclusive("the device sent no message with a body");
  for (const message of bodies) {
    const fault = faultOf(message);
    if (fault !== undefined) return fail(words, `${told(message)}: ${fault}`, refs(message));
  }
  return pass;
}

/** What is wrong with the M and H bits of a message's AVPs. */
export function bitsFault({ avps }: ControlMessage): string | undefined {
  for (const { vendor, type, mandatory, hidden } of avps) {
    const name = vendor === 0 ? attributeName(type) : undefined;
    if (name === undefined) continue;
    const { mandatory: m, mayHide, title } = ATTRIBUTES[name];
    if (mandatory !== m) return `${title} has M ${mandatory ? "set" : "clear"}`;
    if (hidden && !mayHide) return `${title} is hidden`;
  }
  return undefined;
}

/** What is wrong with the first AVP of a message, which names its type. */
export function typeFault({ avps: [first] }: ControlMessage): string | undefined {
  if (first?.mandatory && !first.hidden && first.length === 8) return undefined;
  return `M ${first?.mandatory}, H ${first?.hidden}, length ${first?.length}`;
}

/** What a message lacks. */
export function missingOf({ type, avps }: ControlMessage): string | undefined {
  const missing = (REQUIRED[type] ?? []).find((wanted) =>
    !avps.some((a) => a.type === wanted && a.vendor === 0)
  );
  return missing === undefined ? undefined : `attribute ${missing} is missing`;
}
