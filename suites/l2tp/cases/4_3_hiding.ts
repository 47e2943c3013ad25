/** RFC 2661 §4.3: hidden AVP values, as they are sent and as they are recovered. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { AvpInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { acknowledged, avp, expect, send } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { judgeGrammar, messagesOf } from "../facts/conduct_rules.ts";
import { seen } from "../facts/conversation.ts";
import { hiddenFault } from "../facts/grammar_rules.ts";
import { Attribute, type ControlMessage } from "../facts/message.ts";
import { kit } from "../vocabulary.ts";
import { type Part, section } from "./bench.ts";
import { both, bothRules, type End, scenariosOf } from "./ends.ts";
import { LONG_SECRET } from "./authentication_attempts.ts";
import { mutantOfBoth } from "./mutants.ts";

const { ICRP, ICCN, CDN } = MessageType;
const SECRET = "plumb bob", VECTOR = "0123456789abcdef";
const BEHIND = "778899aabbcc";
const { assignedTunnel, assignedSession, randomVector } = Attribute;
const NAMES = ["a", "b", "c"] as const;
const SHARED = { secret: SECRET, authenticate: false };
/** Padding of a hidden value: none, up to the first 16 octets, and beyond. */
const PADDINGS = ["", "aa".repeat(11), "aa".repeat(28)];

/** The tester's Tunnel ID, hidden. */
function hiddenTunnelId(tunnel: typeof NAMES[number], vector: string, padding = ""): AvpInput {
  return { type: assignedTunnel, own: tunnel, hide: { secret: SECRET, vector, padding } };
}

/** The tester's message of a call, with its Session ID hidden behind these vectors. */
function hiddenCall(
  { role }: End,
  session: "a1" | "a2",
  secret: string,
  ...vectors: string[]
) {
  const vector = vectors.at(-1)!;
  const changes = {
    ...{ session, without: [assignedSession] },
    with: [
      ...vectors.map((octets) => avp(randomVector, octets)),
      { type: assignedSession, own: session, hide: { secret, vector } },
      // One behind it is about nothing.
      ...(vectors.length > 1 ? [avp(randomVector, BEHIND)] : []),
    ],
  };
  return role === "lns"
    ? [
      send("ICRQ", "a", changes),
      expect("ICRP", "a"),
      send("ICCN", "a", { session }),
      acknowledged("a"),
    ]
    : [
      expect("ICRQ", "a"),
      send("ICRP", "a", { ifAssigned: true, ...changes }),
      expect("ICCN", "a"),
    ];
}

/** Whether a message hides an attribute behind so many Random Vectors. */
function hides({ avps }: ControlMessage, type: number, vectors = 1): boolean {
  const at = avps.findIndex((record) => record.type === type && record.hidden);
  return avps.slice(0, at).filter((record) => record.type === randomVector).length === vectors;
}

const VECTORS: readonly Part[] = both(({ tunnel, assigning }) => ({
  name: "hiding/vector_first",
  title: "A Random Vector stands before every hidden AVP",
  covers: ["L2TP-031"],
  needs: ["hiding"],
  config: { ...SHARED, hide: ["vendorName", "framingCapabilities"] },
  steps: tunnel("a"),
  stimulus: (c) =>
    c.takesPart() ?? seen(
      c.device.find(({ type, avps }) => type === assigning && avps.some((a) => a.hidden)),
      "hidden AVP of the device",
    ),
  judge(_, message) {
    const hidden = message.avps.findIndex((a) => a.hidden);
    const vector = message.avps.findIndex((a) => a.type === randomVector && !a.hidden);
    return vector >= 0 && vector < hidden ? undefined : fail(
      "a Random Vector before the first hidden AVP",
      vector < 0 ? "there is none" : "it comes later",
      frameRefs(message),
    );
  },
}));

const PARTS: readonly Part[] = [
  ...VECTORS,
  ...bothRules((role) => ({
    name: "hiding/vector_sent",
    title: "Nothing is hidden without a Random Vector before it",
    covers: ["L2TP-031"],
    on: scenariosOf(VECTORS, role),
    subject: (conduct) =>
      messagesOf(conduct, "hidden AVP", ({ avps }) => avps.some(({ hidden }) => hidden)),
    judge: (messages) => judgeGrammar(messages, hiddenFault),
  })),
  ...both(({ tunnel }) => ({
    name: "hiding/only_with_secret",
    title: "Nothing is hidden where no secret is shared",
    covers: ["L2TP-031"],
    needs: ["hiding"],
    config: { hide: "all" },
    steps: tunnel("a"),
    stimulus: (c) =>
      c.hasSecret ? inconclusive("device and tester share a secret") : c.needs("a") ?? c.device,
    judge(_, device) {
      const hidden = device.find(({ avps }) => avps.some((a) => a.hidden));
      return hidden && fail("nothing hidden", "there is a hidden AVP", frameRefs(hidden));
    },
  })),
  ...both((end) => ({
    name: "hiding/unhidden",
    title: "A hidden Tunnel ID is recovered with and without padding, and used",
    covers: ["L2TP-032"],
    needs: ["hiding"],
    calls: [1, 3],
    config: SHARED,
    steps: PADDINGS.flatMap((padding, i) =>
      end.tunnel(NAMES[i], {
        without: [assignedTunnel],
        with: [avp(randomVector, VECTOR), hiddenTunnelId(NAMES[i], VECTOR, padding)],
      })
    ),
    stimulus(c) {
      const sent = c.openings().filter((m) => hides(m, assignedTunnel));
      return c.takesPart() ??
        (sent.length < NAMES.length
          ? inconclusive(`${sent.length} of ${NAMES.length} hidden Tunnel IDs were captured`)
          : sent);
    },
    judge(c, sent) {
      const missing = NAMES.findIndex((name) => c.got(name, end.accepting).length === 0);
      if (missing < 0) return undefined;
      const answers = c.device.filter((m) => isAfter(m, sent[missing])).slice(0, 2);
      return fail(
        `an answer to hidden Tunnel ID ${c.tunnelId(NAMES[missing])}`,
        "there is none",
        frameRefs(sent[missing], ...answers),
      );
    },
  })),
  ...both((end) => ({
    name: "hiding/unhidden_session",
    title: "A hidden Session ID is recovered with a secret of many octets, and used",
    covers: ["L2TP-032"],
    needs: ["hiding"],
    config: { secret: LONG_SECRET, authenticate: false },
    steps: [
      // There are devices that look the secret up when they are challenged.
      ...end.tunnel("a", { with: [avp(Attribute.challenge, "00112233445566778899aabbccddeeff")] }),
      ...hiddenCall(end, "a1", LONG_SECRET, VECTOR),
    ],
    stimulus(c) {
      const isRefused = c.got("a", CDN, (m) => m.sessionId === c.sessionId("a1")).length > 0;
      // Who refuses a call by its identifier has recovered that.
      const refused = isRefused
        ? inconclusive("the device refused the call, by its identifier")
        : undefined;
      return c.needs("a") ?? c.asks("a", 1) ?? c.connectsCalls() ?? refused ??
        seen<ControlMessage>(
          c.sent("a", end.calling, (m) => hides(m, assignedSession))[0],
          "hidden Session ID of the tester",
        );
    },
    judge: (c, stimulus) =>
      c.replies(
        stimulus,
        "a",
        end.role === "lns" ? ICRP : ICCN,
        "an answer to the hidden Session ID",
        (m) => m.sessionId === c.sessionId("a1"),
      ),
  })),
  // One vector shows that hidden values of calls are recovered at all; then two tell which counts.
  ...both((end) => ({
    name: "hiding/nearest_vector",
    title: "Of two Random Vectors the nearest before a hidden AVP applies",
    covers: ["L2TP-033"],
    needs: ["hiding"],
    calls: [2],
    config: SHARED,
    steps: [
      // There are devices that look the secret up when they are challenged.
      ...end.tunnel("a", { with: [avp(Attribute.challenge, "00112233445566778899aabbccddeeff")] }),
      ...hiddenCall(end, "a1", SECRET, VECTOR),
      ...hiddenCall(end, "a2", SECRET, "0011", "2233445566"),
    ],
    stimulus(c) {
      const ofVectors = (count: number) =>
        c.sent("a", end.calling, (m) => hides(m, assignedSession, count))[0];
      const control = ofVectors(1), stimulus = ofVectors(2);
      return c.needs("a") ?? c.asks("a", 2) ??
        (control === undefined || stimulus === undefined
          ? inconclusive("no Session ID was hidden behind one Random Vector, and one behind two")
          : c.got("a", end.taking, (m) => m.sessionId === c.sessionId("a1")).length === 0
          ? inconclusive("the device did not recover a Session ID hidden behind one Random Vector")
          : stimulus);
    },
    judge: (c, stimulus) =>
      c.replies(
        stimulus,
        "a",
        end.role === "lns" ? ICRP : ICCN,
        `an answer to hidden Session ID ${c.sessionId("a2")}`,
        (m) => m.sessionId === c.sessionId("a2"),
      ),
  })),
];

const MUTANTS = [
  ...mutantOfBoth(
    "hidden_without_secret",
    "Marks its Vendor Name hidden without a vector",
    "L2TP-031",
    {
      l2tp: {
        avps: (_, avps) =>
          avps.some(({ type }) => type === randomVector)
            ? avps
            : avps.map((record) =>
              record.type === Attribute.vendorName ? { ...record, hidden: true } : record
            ),
      },
    },
  ),
  ...mutantOfBoth("vector_behind", "Puts the Random Vector behind what it hides", "L2TP-031", {
    l2tp: { vectorFirst: false },
  }, ["L2TP-032", "L2TP-135"]),
  ...mutantOfBoth("another_vector", "Recovers hidden values with another vector", "L2TP-032", {
    l2tp: { vectorOf: () => Uint8Array.of(1, 2, 3) },
    // The identifier that the tester hides is read as another.
  }, ["L2TP-006", "L2TP-033", "L2TP-135"]),
  ...mutantOfBoth("secret_of_16_hides", "Hides and recovers by 16 octets of a secret", "L2TP-032", {
    l2tp: {
      configured: (config) => ({
        ...config,
        ...(config.secret && { secret: config.secret.slice(0, 16) }),
      }),
    },
  }, ["L2TP-006", "L2TP-036", "L2TP-037"]),
  ...mutantOfBoth("first_vector", "Uses the first Random Vector for all", "L2TP-033", {
    l2tp: { vectorOf: (before) => before[0] },
  }),
];

const LEGAL_VARIANTS = (["lac", "lns"] as const).map((role) =>
  kit.legalVariant({
    role,
    name: "hides_all",
    title: "Hides every AVP that may be hidden, wherever a secret is shared",
    source: "RFC 2661 §4.3",
    rules: {
      l2tp: {
        hides: (name, _wanted, mayHide, secret) => mayHide && secret && name !== "randomVector",
      },
    },
  })
);

/** §4.3. */
export const HIDDEN_VALUES = section("§4.3 Hiding of AVP Attribute Values", PARTS, {
  mutants: MUTANTS,
  legalVariants: LEGAL_VARIANTS,
});
