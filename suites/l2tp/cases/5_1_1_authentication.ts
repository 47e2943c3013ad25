/** RFC 2661 §5.1.1: tunnel authentication. */
import { avp } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  fail,
  gravest,
  inconclusive,
  isInconclusive,
  type PartialVerdict,
} from "../../kit/verdict.ts";
import { Attribute, carries, type ControlMessage, valueOf } from "../facts/message.ts";
import { AUTHENTICATION_MUTANTS } from "./5_1_1_authentication_mutants.ts";
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
    "turned",
    "A response whose octets are right but in another order",
    () => [{ turned: 1 }, { turned: 8 }, { turned: 15 }],
  ],
  [
    "constant",
    "A response of zeros, of ones, or without a secret in its digest",
    () => [{ value: "00".repeat(16) }, { value: "ff".repeat(16) }, { secret: "" }],
  ],
  [
    "wrong_length",
    "A response of 15, of 17 or of no octets",
    () => [{ octets: 15 }, { octets: 17 }, { octets: 0 }],
  ],
];

/** Octets of challenges that can be compared, and those in which a counter differs. */
const LONG_ENOUGH = 8, COUNTED = 3;

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
    gravest(
      distinct(found) === undefined
        ? fail("challenges that differ", "two are the same", frameRefs(...found))
        : undefined,
      counted(found),
    ),
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

/** Fails where challenges differ in a few octets alone, as those of a counter do. */
function counted(messages: readonly ControlMessage[]): PartialVerdict {
  const all = messages.map((m) => valueOf(m, challenge) ?? new Uint8Array());
  const near = all.slice(1).every((value, i) =>
    value.length >= LONG_ENOUGH && value.length === all[i].length &&
    value.filter((octet, at) => octet !== all[i][at]).length <= COUNTED
  );
  return near
    ? fail("challenges that are random", "all but a few of their octets are the same", [
      ...frameRefs(...messages),
    ])
    : undefined;
}

/** §5.1.1. */
export const AUTHENTICATION = section("§5.1.1 Tunnel Authentication", PARTS, {
  mutants: AUTHENTICATION_MUTANTS,
});
