/** Judgements of everything that a role sent. */
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, type Inconclusive, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { Conduct } from "./control_facts.ts";
import { type ControlMessage, formatMessage, type MessageTest } from "./message.ts";
import type { Fault, GrammarRule } from "./grammar_rules.ts";
import type { MessageRule } from "./message_rules.ts";

/** Messages of a role, or that there are none. @param what Such as `message with a body`. */
export function messagesOf(
  { messages, role }: Conduct,
  what: string,
  test?: MessageTest,
): readonly ControlMessage[] | Inconclusive {
  const found = test === undefined ? messages : messages.filter(test);
  return found.length > 0
    ? found
    : inconclusive(`no ${what} of the ${role.toUpperCase()} was captured`);
}

/** The messages of a role that have a body. */
export function bodiesOf(conduct: Conduct): readonly ControlMessage[] | Inconclusive {
  let bodies = BODIES.get(conduct);
  if (bodies === undefined) {
    bodies = messagesOf(conduct, "message with a body", ({ type }) => type !== 0);
    BODIES.set(conduct, bodies);
  }
  return bodies;
}

/** The messages that have a body, found once for all rules that ask. */
const BODIES = new WeakMap<Conduct, readonly ControlMessage[] | Inconclusive>();

/** Fails at the first message that a rule finds a fault with. */
export function judgeMessages(
  messages: readonly ControlMessage[],
  words: string,
  rule: MessageRule,
): PartialVerdict {
  for (const message of messages) {
    const fault = rule(message);
    if (fault === undefined) continue;
    return fail(words, `${formatMessage(message)}: ${fault}`, frameRefs(message));
  }
  return undefined;
}

/** Messages with a fault that a failure cites. */
const CITED = 8;

/** Fails at messages that a rule of the grammar finds a fault with: it cites them all, up to some. */
export function judgeGrammar(
  messages: readonly ControlMessage[],
  rule: GrammarRule,
): PartialVerdict {
  const faulty: ControlMessage[] = [];
  let first: Fault | undefined, others = 0;
  for (const message of messages) {
    const fault = rule(message);
    if (fault === undefined) continue;
    first ??= fault;
    if (faulty.length < CITED) faulty.push(message);
    else others++;
  }
  if (first === undefined) return undefined;
  const count = faulty.length - 1 + others;
  const more = count === 0 ? "" : `, and ${count} more such message${count === 1 ? "" : "s"}`;
  const actual = `${formatMessage(faulty[0])}: ${first.actual}${more}`;
  return fail(first.expected, actual, frameRefs(...faulty));
}
