/** Cases of a LAC for groups D, E, F and G: control connections, delivery, HELLO, authentication. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  type Conversations,
  fail,
  inconclusive,
  number16,
  refs,
  result,
  told,
  type TunnelName,
  valueOf,
} from "../checks/conversation.ts";
import { challengeResponse } from "../tester/messages.ts";
import type { AvpInput } from "../tester/script.ts";
import { accept, acknowledged, avp, expect, send, take, wait } from "../tester/steps.ts";
import { calls } from "./ends.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN } = MessageType;
const SECRET = "plumb bob";
const CHALLENGE = 11, RESPONSE = 13, RANDOM_VECTOR = 36;

const challenge = (octets: string): AvpInput => avp(CHALLENGE, octets);
const answer = (secret = SECRET, id = 2): AvpInput => ({
  type: RESPONSE,
  response: { secret, id },
});

/** Fails unless the SCCCN on a tunnel answers the challenge of the SCCRP. */
function responds(c: Conversations, tunnel: TunnelName) {
  const reply = c.sent(tunnel, SCCRP)[0], last = c.got(tunnel, SCCCN)[0];
  const value = reply && valueOf(reply, CHALLENGE);
  if (value === undefined) return inconclusive("no challenge was captured");
  if (last === undefined) return inconclusive("the SCCRP was not answered");
  const expected = new Uint8Array(challengeResponse(3, SECRET, value)).toHex();
  const actual = valueOf(last, RESPONSE)?.toHex() ?? "none";
  return actual === expected
    ? undefined
    : fail(`Challenge Response ${expected}`, actual, refs(reply, last));
}

/** Inconclusive unless the device asked for a tunnel. */
function asked(c: Conversations) {
  return c.got("a", SCCRQ).length > 0 || c.device.some(({ type }) => type === SCCRQ)
    ? undefined
    : inconclusive("no SCCRQ was captured");
}

/** The cases of these groups. */
export const LAC_CONTROL: readonly Case[] = [
  {
    name: "control/establishment",
    title: "SCCRQ, SCCRP, SCCCN with the numbers of appendix B.1",
    covers: ["L2TP-042"],
    role: "lac",
    config: calls(1),
    steps: [...accept("a"), wait(100)],
    judge(c) {
      const request = c.device.find((m) => m.type === SCCRQ), last = c.got("a", SCCCN)[0];
      const reply = c.sent("a", SCCRP)[0];
      if (request === undefined || reply === undefined) {
        return inconclusive("no SCCRQ was captured");
      }
      if (request.ns !== 0 || request.nr !== 0) {
        return fail("SCCRQ with Ns 0, Nr 0", told(request), refs(request));
      }
      if (last === undefined) return fail("an SCCCN", "there is none", refs(reply));
      return all(
        last.ns === 1 && last.nr === 1
          ? undefined
          : fail("SCCCN with Ns 1, Nr 1", told(last), refs(last)),
      );
    },
  },
  {
    name: "control/protocol_version",
    title: "Version 1.0 is told, and a reply of version 2 refused with result 5",
    covers: ["L2TP-043"],
    role: "lac",
    config: calls(1),
    steps: [
      expect("SCCRQ", "a", 3000),
      send("SCCRP", "a", { without: [2], with: [avp(2, "0200")] }),
      expect("StopCCN", "a"),
    ],
    judge(c) {
      const request = c.device.find((m) => m.type === SCCRQ);
      if (request === undefined) return inconclusive("no SCCRQ was captured");
      return all(
        number16(request, 2) === 0x0100 ? undefined : fail(
          "Protocol Version 1.0",
          `${valueOf(request, 2)?.toHex()}`,
          refs(request),
        ),
        c.replies(
          c.sent("a", SCCRP)[0],
          "a",
          StopCCN,
          "a StopCCN with result 5",
          result(5),
        ),
      );
    },
  },
  {
    name: "control/earlier_version",
    title: "A reply of version 0 is answered by a StopCCN and no SCCCN",
    covers: ["L2TP-044"],
    role: "lac",
    config: calls(1),
    steps: [
      expect("SCCRQ", "a", 3000),
      send("SCCRP", "a", { without: [2], with: [avp(2, "0001")] }),
      expect("StopCCN", "a"),
    ],
    judge: (c) =>
      all(
        asked(c),
        c.replies(c.sent("a", SCCRP)[0], "a", StopCCN, "a StopCCN"),
        c.never(c.sent("a", SCCRP)[0], "no SCCCN", (m) => m.type === SCCCN),
      ),
  },
  {
    name: "control/bad_events",
    title: "An SCCCN in the place of the SCCRP is answered by a StopCCN",
    covers: ["L2TP-046"],
    role: "lac",
    config: calls(1),
    steps: [
      expect("SCCRQ", "a", 3000),
      send("SCCCN", "a", { with: [avp(9, "5a31")] }),
      wait(300),
    ],
    judge(c) {
      const stimulus = c.stimulus((m) => m.type === SCCCN);
      const stop = stimulus && c.device.find((m) => m.type === StopCCN && m.time >= stimulus.time);
      return all(
        asked(c),
        stimulus === undefined ? inconclusive("the SCCCN was not captured") : undefined,
        stop === undefined ? fail("a StopCCN", "there is none", refs(stimulus)) : undefined,
      );
    },
  },
  {
    name: "control/two_tunnels",
    title: "Two tunnels between the same ports carry a call each",
    covers: ["L2TP-048"],
    role: "lac",
    config: calls(1, 2),
    steps: [...accept("a"), ...accept("b"), ...take("a", "a1"), ...take("b", "b1")],
    judge: (c) =>
      all(
        asked(c),
        c.alive("a"),
        c.alive("b"),
        c.aliveCall("a", "a1"),
        c.aliveCall("b", "b1"),
        c.tunnel("a").deviceId !== c.tunnel("b").deviceId
          ? undefined
          : fail("two Tunnel IDs", "one", refs(c.got("b", SCCRQ)[0])),
      ),
  },
  {
    name: "control/window_of_zero",
    title: "A Receive Window Size of 0 is refused",
    covers: ["L2TP-049"],
    role: "lac",
    config: calls(1),
    steps: [
      expect("SCCRQ", "a", 3000),
      send("SCCRP", "a", { without: [10], with: [avp(10, "0000")] }),
      wait(300),
    ],
    judge: (c) =>
      all(
        asked(c),
        c.never(c.sent("a", SCCRP)[0], "no SCCCN", (m) => m.type === SCCCN),
        c.replies(c.sent("a", SCCRP)[0], "a", StopCCN, "a StopCCN"),
      ),
  },
  {
    name: "control/stop_by_identifier",
    title: "A StopCCN with Tunnel ID 0 ends the tunnel that its AVP names",
    covers: ["L2TP-050"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      wait(100),
      send("StopCCN", "a", { header: { tunnelId: 0 } }),
      acknowledged("a"),
      wait(100),
      { do: "data", tunnel: "a", session: "a1", payload: "ff03c021010b0004" },
      wait(200),
    ],
    judge(c) {
      const stop = c.sent("a", StopCCN)[0];
      return all(
        c.needsCall("a", "a1"),
        c.acknowledges(stop, "a"),
        c.ignoresLcp("a", "a1", 11),
      );
    },
  },
  {
    name: "authentication/response",
    title: "A challenge in the SCCRP is answered in the SCCCN",
    covers: ["L2TP-037"],
    role: "lac",
    needs: ["authentication"],
    config: { ...calls(1), secret: SECRET, authenticate: false },
    steps: accept("a", { with: [challenge("0011223344556677")] }),
    judge: (c) => all(c.needs("a"), responds(c, "a")),
  },
  {
    name: "authentication/mismatch",
    title: "A wrong, a missing and a false response end the tunnel",
    covers: ["L2TP-038"],
    role: "lac",
    needs: ["authentication"],
    config: { ...calls(1, 3), secret: SECRET },
    steps: [[answer("another")], [], [answer(SECRET, 3)]].flatMap((with_, i) => [
      expect("SCCRQ", "abc"[i], 3000),
      send("SCCRP", "abc"[i], { with: with_ }),
      wait(200),
    ]),
    judge(c) {
      const first = c.device.find((m) => m.type === SCCRQ);
      if (first === undefined || valueOf(first, CHALLENGE) === undefined) {
        return inconclusive("no challenge was captured");
      }
      return all(
        ...(["a", "b", "c"] as const).map((tunnel) =>
          c.replies(c.sent(tunnel, SCCRP)[0], tunnel, StopCCN, "a StopCCN")
        ),
        c.never(first, "no SCCCN", (m) => m.type === SCCCN),
      );
    },
  },
  {
    name: "authentication/challenge_lengths",
    title: "Challenges of 1, 16 and 255 octets are answered",
    covers: ["L2TP-039"],
    role: "lac",
    needs: ["authentication"],
    config: { ...calls(1, 3), secret: SECRET, authenticate: false },
    steps: [1, 16, 255].flatMap((length, i) =>
      accept("abc"[i], { with: [challenge("a7".repeat(length))] })
    ),
    judge: (c) =>
      all(
        c.needs("a", "b", "c"),
        ...(["a", "b", "c"] as const).map((tunnel) => responds(c, tunnel)),
      ),
  },
  {
    name: "authentication/one_way",
    title: "A device that challenges is satisfied without being challenged",
    covers: ["L2TP-040"],
    role: "lac",
    needs: ["authentication"],
    config: { ...calls(1), secret: SECRET },
    steps: [...accept("a", { with: [answer()] }), ...take("a", "a1")],
    judge(c) {
      const request = c.device.find((m) => m.type === SCCRQ);
      if (request === undefined || valueOf(request, CHALLENGE) === undefined) {
        return inconclusive("no challenge was captured");
      }
      return all(c.alive("a"), c.aliveCall("a", "a1"));
    },
  },
  {
    name: "authentication/replay",
    title: "Challenges differ, and the response to an old one is refused",
    covers: ["L2TP-041"],
    role: "lac",
    needs: ["authentication"],
    config: { ...calls(1, 2), secret: SECRET },
    steps: [
      ...accept("a", { with: [answer()] }),
      expect("SCCRQ", "b", 3000),
      send("SCCRP", "b", {
        with: [{ type: RESPONSE, response: { secret: SECRET, id: 2, challengeOf: "a" } }],
      }),
      wait(300),
    ],
    judge(c) {
      const requests = c.device.filter((m) => m.type === SCCRQ && m.ns === 0);
      const challenges = requests.map((m) => valueOf(m, CHALLENGE)?.toHex());
      return all(
        c.needs("a"),
        challenges.length < 2 ? inconclusive("not two SCCRQs were captured") : undefined,
        new Set(challenges).size === challenges.length ? undefined : fail(
          "challenges that differ",
          challenges.join(", "),
          refs(...requests),
        ),
        c.replies(c.sent("b", SCCRP)[0], "b", StopCCN, "a StopCCN to the replay"),
      );
    },
  },
  {
    name: "hiding/vector_first",
    title: "A Random Vector stands before every hidden AVP",
    covers: ["L2TP-031"],
    role: "lac",
    needs: ["hiding"],
    config: { ...calls(1), secret: SECRET, authenticate: false, hide: ["vendorName"] },
    steps: accept("a"),
    judge(c) {
      const request = c.device.find((m) => m.type === SCCRQ);
      if (request === undefined) return inconclusive("no SCCRQ was captured");
      const hidden = request.avps.findIndex((a) => a.hidden);
      const vector = request.avps.findIndex((a) => a.type === RANDOM_VECTOR && !a.hidden);
      if (hidden < 0) return inconclusive("nothing was hidden");
      return all(
        vector >= 0 && vector < hidden ? undefined : fail(
          "a Random Vector before the first hidden AVP",
          vector < 0 ? "there is none" : "it comes later",
          refs(request),
        ),
      );
    },
  },
  {
    name: "hiding/only_with_secret",
    title: "Nothing is hidden where no secret is shared",
    covers: ["L2TP-031"],
    role: "lac",
    needs: ["hiding"],
    config: { ...calls(1), hide: "all" },
    steps: accept("a"),
    judge(c) {
      const hidden = c.device.find(({ avps }) => avps.some((a) => a.hidden));
      return all(
        c.needs("a"),
        hidden && fail("nothing hidden", "there is a hidden AVP", refs(hidden)),
      );
    },
  },
  {
    name: "hiding/unhidden",
    title: "A hidden Tunnel ID is recovered with and without padding, and used",
    covers: ["L2TP-032"],
    role: "lac",
    needs: ["hiding"],
    config: { ...calls(1, 3), secret: SECRET, authenticate: false },
    steps: ["", "aa".repeat(11), "aa".repeat(28)].flatMap((padding, i) => {
      const vector = "0123456789abcdef";
      const [tunnel, id] = [["a", "5a31"], ["b", "6b42"], ["c", "7c53"]][i];
      return accept(tunnel, {
        without: [9],
        with: [
          avp(RANDOM_VECTOR, vector),
          avp(9, id, { hide: { secret: SECRET, vector, padding } }),
        ],
      });
    }),
    judge(c) {
      if (c.tester.length < 3) return inconclusive("not three SCCRPs were captured");
      const missing = (["a", "b", "c"] as const).find((t) => c.got(t, SCCCN).length === 0);
      return all(missing && fail(`an SCCCN to tunnel ${missing}`, "there is none"));
    },
  },
  {
    name: "hiding/nearest_vector",
    title: "Of two Random Vectors the nearest before a hidden AVP applies",
    covers: ["L2TP-033"],
    role: "lac",
    needs: ["hiding"],
    config: { ...calls(1), secret: SECRET, authenticate: false },
    steps: accept("a", {
      without: [9, 10],
      with: [
        avp(RANDOM_VECTOR, "0011"),
        avp(10, "0004"),
        avp(RANDOM_VECTOR, "2233445566"),
        avp(9, "5a31", { hide: { secret: SECRET, vector: "2233445566" } }),
      ],
    }),
    judge(c) {
      if (c.tester.length === 0) return inconclusive("no SCCRP was captured");
      return all(
        c.got("a", SCCCN).length === 0
          ? fail("an SCCCN to the hidden Tunnel ID", "there is none", refs(c.tester[0]))
          : undefined,
      );
    },
  },
];
