/** RFC 2661 §4.3: what a device hides in a whole conversation, and values of more than one block. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { acknowledged, avp, expect, send, talk } from "../../../peers/testing/l2tp_tester/steps.ts";
import { seen } from "../facts/conversation.ts";
import { judgeGrammar, messagesOf } from "../facts/conduct_rules.ts";
import { unrecoverableFault } from "../facts/grammar_rules.ts";
import { Attribute, avpOf } from "../facts/message.ts";
import { challengeTo, responds, SECRET } from "./authentication_attempts.ts";
import { type Part, section } from "./bench.ts";
import { both, bothRules, bothScripts } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { withAvps } from "./packets.ts";

const { challenge, randomVector } = Attribute;
/** Vectors of one octet, and of more than a block. */
const VECTORS = ["7f", "0123456789abcdef".repeat(4)] as const;
/** A challenge of three blocks of MD5 with the length before it. */
const LONG = "a1b2c3d4e5f60718".repeat(5);
const UNKNOWN = 1000;
const SHARED = { secret: SECRET, authenticate: false, hide: "all", hidePadding: 20 };

/** Ends a call and the tunnel by errors, so that their ends are told as well. */
const errors = (role: "lac" | "lns"): StepInput[] => [
  role === "lns"
    ? send("ICRQ", "a", { session: "a2", with: [avp(UNKNOWN)] })
    : send("ICRP", "a", { session: "a1", ifAssigned: true }),
  expect("CDN", "a"),
  send("HELLO", "a", { with: [avp(UNKNOWN)] }),
  expect("StopCCN", "a"),
];

/** A conversation in which a device hides whatever it may. */
const HIDES_ALL = bothScripts(({ role, tunnel, call }) => ({
  name: "hiding/conversation",
  title: "A device hides all that it may in a conversation with a call, data and errors",
  needs: ["hiding"],
  config: SHARED,
  steps: [
    ...tunnel("a"),
    ...call("a", "a1"),
    ...talk("a", "a1", 1),
    send("HELLO", "a"),
    acknowledged("a"),
    ...errors(role),
  ],
}));

const PARTS: readonly Part[] = [
  { scenarios: [HIDES_ALL.lac, HIDES_ALL.lns], checks: [] },
  ...bothRules((role) => ({
    name: "hiding/recoverable",
    title: "What is hidden is recovered with the secret and the vector before it",
    covers: ["L2TP-135"],
    on: [HIDES_ALL[role]],
    subject: (conduct) =>
      messagesOf(
        conduct,
        "hidden AVP under a known secret",
        ({ avps, isSecretKnown }) => isSecretKnown && avps.some(({ hidden }) => hidden),
      ),
    judge: (messages) => judgeGrammar(messages, unrecoverableFault),
  })),
  ...([1, 2] as const).flatMap((blocks) =>
    both((end) => ({
      name: blocks === 1 ? "hiding/short_vector" : "hiding/long_values",
      title: blocks === 1
        ? "A challenge hidden behind a vector of one octet is answered, hidden"
        : "A challenge hidden in several blocks, behind a long vector, is answered, hidden",
      covers: [blocks === 1 ? "L2TP-032" : "L2TP-135"],
      needs: ["hiding", "authentication"],
      config: SHARED,
      steps: end.tunnel("a", {
        with: [
          avp(randomVector, VECTORS[blocks - 1]),
          avp(challenge, blocks === 1 ? LONG.slice(0, 16) : LONG, {
            hide: { secret: SECRET, vector: VECTORS[blocks - 1] },
          }),
        ],
      }),
      stimulus: (c) =>
        c.takesPart() ?? seen(
          c.sent("a", end.opening, (m) => avpOf(m, challenge)?.hidden === true)[0],
          "hidden challenge of the tester",
        ),
      judge(c, asked) {
        const found = challengeTo(c, end, "a");
        return "verdict" in found
          ? c.replies(asked, "a", end.accepting, "an answer to the hidden challenge")
          : responds(end, found);
      },
    }))
  ),
];

/** Changes hidden values on their way, from an octet on. */
function spoils(
  direction: "ingress" | "egress",
  from: number,
  test: (type: number) => boolean = () => true,
): L2tpOverrides {
  const spoilt = (packet: Uint8Array) => {
    if (messageTypeOf(packet) <= 0 || !test(messageTypeOf(packet))) return packet;
    const avps = avpsOf(packet);
    if (!avps.some(({ hidden, value }) => hidden && value.length > from)) return packet;
    return withAvps(
      packet,
      avps.map((one) =>
        one.hidden
          ? { ...one, value: one.value.map((octet, i) => i < from ? octet : octet ^ 0xff) }
          : one
      ),
    );
  };
  return direction === "ingress"
    ? { wire: { ingress: spoilt } }
    : { wire: { egress: (t) => [{ ...t, packet: spoilt(t.packet) }] } };
}

const MUTANTS = [
  ...mutantOfBoth(
    "hides_otherwise",
    "Hides with another digest than the peer's",
    "L2TP-135",
    spoils("egress", 0),
    ["L2TP-032"],
  ),
  ...mutantOfBoth(
    "hides_calls_otherwise",
    "Hides with another digest than the peer's in messages of calls",
    "L2TP-135",
    spoils("egress", 0, (type) => type >= MessageType.OCRQ),
  ),
  ...mutantOfBoth(
    "one_block_hidden",
    "Hides the first block of a value rightly, and no other",
    "L2TP-135",
    spoils("egress", 16),
    { lac: ["L2TP-032", "L2TP-037", "L2TP-039"], lns: ["L2TP-032", "L2TP-036", "L2TP-039"] },
  ),
  ...mutantOfBoth(
    "one_block_recovered",
    "Recovers the first block of a hidden value rightly, and no other",
    "L2TP-135",
    spoils("ingress", 16),
  ),
  ...mutantOfBoth(
    "no_vector_for_calls",
    "Hides in messages of calls without a vector",
    "L2TP-031",
    {
      wire: {
        egress(t) {
          const { packet } = t;
          if (messageTypeOf(packet) < MessageType.OCRQ) return [t];
          const avps = avpsOf(packet);
          const kept = avps.filter(({ type }) => type !== randomVector);
          return [kept.length === avps.length ? t : { ...t, packet: withAvps(packet, kept) }];
        },
      },
    },
  ),
  ...mutantOfBoth("long_vectors", "Uses 16 octets of a Random Vector alone", "L2TP-135", {
    l2tp: { vectorOf: (before) => before.at(-1)?.subarray(0, 16) },
  }, ["L2TP-032"]),
];

/** §4.3, in whole conversations. */
export const HIDDEN_CONVERSATIONS = section(
  "§4.3 Hiding of AVP Attribute Values: conversations",
  PARTS,
  { mutants: MUTANTS },
);
