/** RFC 2661 §5.1.1: tunnel authentication. */
import { type Avp, withLength } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { chapMd5 } from "../../../captures/wire/ppp_chap_md5.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { avp } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { Attribute, carries, valueOf } from "../facts/message.ts";
import { type Part, section } from "./bench.ts";
import {
  answering,
  type Attempt,
  attempt,
  attemptOn,
  challengesOn,
  challengeTo,
  disallowed,
  distinct,
  LONG_SECRET,
  oldResponse,
  responds,
  SECRET,
  tried,
  trusted,
  trusts,
} from "./authentication_attempts.ts";
import { both, bothJudged, type End, scenariosOf } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { has, withAvps } from "./packets.ts";

const { SCCRP, SCCCN } = MessageType;
const { challenge, response } = Attribute;
const NAMES = ["a", "b", "c"] as const;
/** Octets of the challenges of one case. */
const LENGTHS = [1, 16, 255];

/** Configuration of a device that is challenged, and of one that challenges. */
const CHALLENGED = { secret: SECRET, authenticate: false }, CHALLENGING = { secret: SECRET };

/** Three wrong answers to challenges each: case, what they are, and the answers. */
const WRONG_ANSWERS: readonly [
  name: string,
  what: string,
  answersOf: (end: End) => Parameters<typeof attempt>[2][],
][] = [
  [
    "mismatch",
    "A response with another secret, with another identifier, or none",
    (end) => [{ secret: "another" }, { id: 5 - answering(end) }, undefined],
  ],
  [
    "nearly_right",
    "A response with one wrong octet, in front, in the middle or at the end,",
    () => [{ wrongAt: 0 }, { wrongAt: 9 }, { wrongAt: 15 }],
  ],
  [
    "wrong_length",
    "A response of 15, of 17 or of no octets",
    () => [{ octets: 15 }, { octets: 17 }, { octets: 0 }],
  ],
];

const REPLAY: readonly Part[] = both((end) => ({
  name: "authentication/replay",
  title: "Challenges do not repeat",
  covers: ["L2TP-041"],
  needs: ["authentication"],
  calls: [1, 3],
  config: CHALLENGING,
  steps: [
    ...trusted(end, "a"),
    ...attempt(end, "b", { challengeOf: "a" }),
    ...tried(end, "b"),
    ...trusted(end, "c"),
  ],
  stimulus(c) {
    const found = challengesOn(c, end, NAMES);
    return c.needs("a") ??
      (found.length < 2 ? inconclusive("two challenges were not captured") : found);
  },
  judge: (_, found) =>
    distinct(found) === undefined
      ? fail("challenges that differ", "two are the same", frameRefs(...found))
      : undefined,
}));

const PARTS: readonly Part[] = [
  ...both((end) => ({
    name: "authentication/response",
    title: "A challenge is answered in the next message",
    covers: [end.role === "lns" ? "L2TP-036" : "L2TP-037"],
    needs: ["authentication"],
    config: CHALLENGED,
    steps: end.tunnel("a", { with: [avp(challenge, "0011223344556677")] }),
    stimulus: (c) => c.needs("a") ?? challengeTo(c, end, "a"),
    judge: (_, found) => responds(end, found),
  })),
  ...both((end) => ({
    name: "authentication/long_secret",
    title: "A secret is used whole, however long it is",
    covers: [end.role === "lns" ? "L2TP-036" : "L2TP-037"],
    needs: ["authentication"],
    config: { secret: LONG_SECRET, authenticate: false },
    steps: end.tunnel("a", { with: [avp(challenge, "8899aabbccddeeff")] }),
    stimulus(c) {
      const secret = c.setting("secret");
      return secret !== LONG_SECRET
        ? inconclusive("device and tester do not share a secret of so many octets")
        : c.needs("a") ?? challengeTo(c, end, "a");
    },
    judge: (_, found) => responds(end, found),
  })),
  ...WRONG_ANSWERS.flatMap(([name, what, answersOf]) =>
    both((end) => ({
      name: `authentication/${name}`,
      title: `${what} opens no tunnel`,
      covers: ["L2TP-038"],
      needs: ["authentication"],
      calls: [1, 4],
      config: CHALLENGING,
      steps: [
        ...answersOf(end).flatMap((answer, i) => [
          ...attempt(end, NAMES[i], answer),
          ...tried(end, NAMES[i]),
        ]),
        ...trusted(end, "probe"),
      ],
      stimulus(c) {
        const attempts: Attempt[] = [];
        for (const name of NAMES) {
          const found = attemptOn(c, end, name);
          if (isInconclusive(found)) return found;
          if (!found.right) attempts.push(found);
        }
        return trusts(c, end, "probe") ??
          (attempts.length < NAMES.length
            ? inconclusive(`${attempts.length} of ${NAMES.length} wrong responses were captured`)
            : attempts);
      },
      judge: (c, attempts) => gravest(...attempts.map((found) => disallowed(c, end, found))),
    }))
  ),
  ...both((end) => ({
    name: "authentication/challenge_lengths",
    title: "Challenges of 1, 16 and 255 octets are answered",
    covers: ["L2TP-039"],
    needs: ["authentication"],
    calls: [1, 3],
    config: CHALLENGED,
    steps: LENGTHS.flatMap((length, i) =>
      end.tunnel(NAMES[i], { with: [avp(challenge, "a7".repeat(length))] })
    ),
    stimulus(c) {
      const found = LENGTHS.map((length, i) => challengeTo(c, end, NAMES[i], length));
      const missing = found.find(isInconclusive);
      return c.needs(...NAMES) ?? missing ??
        found.flatMap((exchange) => isInconclusive(exchange) ? [] : [exchange]);
    },
    judge: (_, found) => gravest(...found.map((exchange) => responds(end, exchange))),
  })),
  ...both((end) => ({
    name: "authentication/one_way",
    title: "A device that challenges is satisfied without being challenged",
    covers: ["L2TP-040"],
    needs: ["authentication"],
    config: CHALLENGING,
    steps: [...trusted(end, "a"), ...end.call("a", "a1")],
    stimulus(c) {
      const found = attemptOn(c, end, "a");
      if (isInconclusive(found)) return found;
      const challenged = c.sent("a", end.opening, carries(challenge)).length > 0;
      // A LAC that asks for no call shows by its tunnel alone that it is satisfied.
      const tried = end.role === "lac" || c.sent("a", end.calling).length > 0;
      return found.right && !challenged && tried ? found : inconclusive(
        "the tester did not answer rightly without a challenge of its own, and try a call",
      );
    },
    judge: (c, { answer }) => gravest(c.alive("a", answer), c.aliveCall("a", "a1", answer)),
  })),
  ...REPLAY,
  ...bothJudged((end) => ({
    name: "authentication/replayed",
    title: "The response to an old challenge opens no tunnel",
    covers: ["L2TP-038"],
    on: scenariosOf(REPLAY, end.role),
    stimulus(c) {
      const first = attemptOn(c, end, "a"), second = attemptOn(c, end, "b");
      if (isInconclusive(first)) return first;
      if (isInconclusive(second)) return second;
      const isOld = valueOf(second.answer, response)?.toHex() === oldResponse(end, first);
      return c.needs("a") ?? trusts(c, end, "c") ??
        (distinct([first.challenged, second.challenged]) === undefined
          ? inconclusive("the challenges do not differ")
          : isOld
          ? second
          : inconclusive("no response to an old challenge was captured"));
    },
    judge: (c, second) => disallowed(c, end, second),
  })),
];

/** Loses an SCCCN with a response to a challenge that came without a response of one's own. */
function mutualOnly(): L2tpOverrides {
  let alone = false;
  return {
    wire: {
      egress(transmission) {
        const { packet } = transmission;
        if (messageTypeOf(packet) === SCCRP) {
          alone = has(packet, challenge) && !has(packet, response);
        }
        return [transmission];
      },
      ingress: (packet) =>
        alone && messageTypeOf(packet) === SCCCN && has(packet, response) ? undefined : packet,
    },
  };
}

/** A Challenge Response cut to the octets that it should have. */
const first16 = (one: Avp): Avp =>
  one.type === response ? withLength({ ...one, value: one.value.slice(0, 16) }) : one;

/** Whether octets are those that others begin with. */
const isEqual = (octets: Uint8Array, others: Uint8Array) =>
  octets.every((octet, i) => octet === others[i]);

const FOLLOWING = ["L2TP-038", "L2TP-039", "L2TP-040", "L2TP-041"] as const;

const MUTANTS = [
  mutant("lns", "wrong_identifier", "Hashes the challenge with identifier 1", "L2TP-036", {
    l2tp: { challengeResponse: (_, secret, value) => chapMd5(1, secret, value) },
  }, FOLLOWING),
  mutant("lac", "wrong_identifier", "Hashes the challenge with identifier 1", "L2TP-037", {
    l2tp: { challengeResponse: (_, secret, value) => chapMd5(1, secret, value) },
  }, FOLLOWING),
  mutant("lns", "secret_of_16", "Hashes 16 octets of a secret alone", "L2TP-036", {
    l2tp: {
      challengeResponse: (type, secret, value) => chapMd5(type, secret.subarray(0, 16), value),
    },
  }),
  mutant("lac", "secret_of_16", "Hashes 16 octets of a secret alone", "L2TP-037", {
    l2tp: {
      challengeResponse: (type, secret, value) => chapMd5(type, secret.subarray(0, 16), value),
    },
  }),
  ...mutantOfBoth("any_response", "Takes any response", "L2TP-038", {
    l2tp: { authenticates: () => true },
  }),
  ...mutantOfBoth("half_a_response", "Compares 8 octets of a response", "L2TP-038", {
    l2tp: {
      authenticates: (expected, received) =>
        received?.length === 16 && isEqual(expected.subarray(0, 8), received),
    },
  }),
  ...mutantOfBoth("end_of_a_response", "Compares the last octet of a response", "L2TP-038", {
    l2tp: { authenticates: (expected, received) => received?.at(-1) === expected.at(-1) },
  }),
  ...mutantOfBoth("long_response", "Reads 16 octets of a longer response", "L2TP-038", {
    wire: {
      ingress: (packet) =>
        has(packet, response) ? withAvps(packet, avpsOf(packet).map(first16)) : packet,
    },
  }),
  ...mutantOfBoth(
    "short_challenges",
    "Hashes the first 16 octets of a challenge alone",
    "L2TP-039",
    {
      l2tp: {
        challengeResponse: (type, secret, value) => chapMd5(type, secret, value.subarray(0, 16)),
      },
    },
  ),
  mutant(
    "lns",
    "mutual_only",
    "Loses the response of whom it challenged unchallenged",
    "L2TP-040",
    mutualOnly(),
    ["L2TP-038", "L2TP-041"],
  ),
  mutant("lac", "mutual_only", "Loses the reply of whom it challenges unchallenged", "L2TP-040", {
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === SCCRP && has(packet, response) && !has(packet, challenge)
          ? undefined
          : packet,
    },
  }, ["L2TP-038"]),
  ...mutantOfBoth("one_challenge", "Sends the same challenge each time", "L2TP-041", {
    l2tp: { challenge: () => new Uint8Array(16).fill(7) },
  }),
];

/** §5.1.1. */
export const AUTHENTICATION = section("§5.1.1 Tunnel Authentication", PARTS, { mutants: MUTANTS });
