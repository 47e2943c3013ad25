/** Cases of an LNS for groups C and D: hiding and tunnel authentication. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  type Conversations,
  fail,
  inconclusive,
  refs,
  type TunnelName,
  valueOf,
} from "../checks/conversation.ts";
import { challengeResponse } from "../tester/messages.ts";
import type { AvpInput } from "../tester/script.ts";
import { avp, call, expect, open, send, wait } from "../tester/steps.ts";

const { SCCRQ, SCCRP, StopCCN, ICRQ } = MessageType;
const SECRET = "plumb bob";
const CHALLENGE = 11, RESPONSE = 13, RANDOM_VECTOR = 36;
const LENGTHS = [1, 16, 255] as const;
const answer = (more: Partial<AvpInput> = {}): AvpInput => ({
  ...{ type: RESPONSE, response: { secret: SECRET, id: 3 } },
  ...more,
});

/** Fails unless the SCCRP on a tunnel answers the challenge of the SCCRQ. */
function responds(c: Conversations, tunnel: TunnelName) {
  const request = c.sent(tunnel, SCCRQ)[0], reply = c.got(tunnel, SCCRP)[0];
  const challenge = request && valueOf(request, CHALLENGE);
  if (challenge === undefined) return inconclusive("no challenge was captured");
  if (reply === undefined) return inconclusive("the SCCRQ was not answered");
  const expected = new Uint8Array(challengeResponse(2, SECRET, challenge)).toHex();
  const actual = valueOf(reply, RESPONSE)?.toHex() ?? "none";
  return actual === expected
    ? undefined
    : fail(`Challenge Response ${expected}`, actual, refs(request, reply));
}

/** The cases of these groups. */
export const LNS_SECRETS: readonly Case[] = [
  {
    name: "authentication/response",
    title: "A challenge in the SCCRQ is answered in the SCCRP",
    covers: ["L2TP-036"],
    role: "lns",
    needs: ["authentication"],
    config: { secret: SECRET, authenticate: false },
    steps: [...open("a", { with: [avp(CHALLENGE, "0011223344556677")] })],
    judge: (c) => all(c.needs("a"), responds(c, "a")),
  },
  {
    name: "authentication/mismatch",
    title: "A wrong, a missing and a short response end the tunnel",
    covers: ["L2TP-038"],
    role: "lns",
    needs: ["authentication"],
    config: { secret: SECRET },
    steps: [
      ...[
        answer({ response: { secret: "another", id: 3 } }),
        answer({ response: { secret: SECRET, id: 2 } }),
      ].flatMap((response, i) => [
        send("SCCRQ", "ab"[i]),
        expect("SCCRP", "ab"[i]),
        send("SCCCN", "ab"[i], { with: [response] }),
        wait(100),
      ]),
      send("SCCRQ", "c"),
      expect("SCCRP", "c"),
      send("SCCCN", "c"),
      wait(100),
      ...["a", "b", "c"].map((tunnel) => send("ICRQ", tunnel, { session: `${tunnel}1` })),
      wait(200),
      ...open("probe", {}, { with: [answer()] }),
    ],
    judge: (c) =>
      all(
        c.alive(),
        ...(["a", "b", "c"] as const).map((tunnel) =>
          c.replies(c.sent(tunnel, MessageType.SCCCN)[0], tunnel, StopCCN, "a StopCCN")
        ),
        c.never(c.stimulus((m) => m.type === ICRQ), "no call", (m) => m.type === MessageType.ICRP),
      ),
  },
  {
    name: "authentication/challenge_lengths",
    title: "Challenges of 1, 16 and 255 octets are answered",
    covers: ["L2TP-039"],
    role: "lns",
    needs: ["authentication"],
    config: { secret: SECRET, authenticate: false },
    steps: LENGTHS.flatMap((length, i) =>
      open("abc"[i], { with: [avp(CHALLENGE, "a7".repeat(length))] })
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
    role: "lns",
    needs: ["authentication"],
    config: { secret: SECRET },
    steps: [...open("a", {}, { with: [answer()] }), ...call("a", "a1")],
    judge(c) {
      const reply = c.got("a", SCCRP)[0];
      if (reply === undefined) return inconclusive("the SCCRQ was not answered");
      if (valueOf(reply, CHALLENGE) === undefined) return inconclusive("no challenge was captured");
      return all(c.alive("a"), c.aliveCall("a", "a1"));
    },
  },
  {
    name: "authentication/replay",
    title: "Challenges differ, and the response to an old one is refused",
    covers: ["L2TP-041"],
    role: "lns",
    needs: ["authentication"],
    config: { secret: SECRET },
    steps: [
      ...open("a", {}, { with: [answer()] }),
      send("SCCRQ", "b"),
      expect("SCCRP", "b"),
      send("SCCCN", "b", {
        with: [answer({ response: { secret: SECRET, id: 3, challengeOf: "a" } })],
      }),
      expect("StopCCN", "b"),
      wait(100),
      ...open("probe", {}, { with: [answer()] }),
    ],
    judge(c) {
      const challenges = (["a", "b", "probe"] as const).map((tunnel) => {
        const reply = c.got(tunnel, SCCRP)[0];
        return reply && valueOf(reply, CHALLENGE)?.toHex();
      });
      const distinct = new Set(challenges).size === 3 && !challenges.includes(undefined);
      return all(
        c.needs("a", "probe"),
        distinct ? undefined : fail("three different challenges", challenges.join(", ")),
        c.replies(c.sent("b", MessageType.SCCCN)[0], "b", StopCCN, "a StopCCN to the replay"),
      );
    },
  },
  {
    name: "hiding/vector_first",
    title: "A Random Vector stands before every hidden AVP",
    covers: ["L2TP-031"],
    role: "lns",
    needs: ["hiding"],
    config: { secret: SECRET, authenticate: false, hide: ["vendorName", "framingCapabilities"] },
    steps: [...open("a"), wait(50)],
    judge(c) {
      const reply = c.got("a", SCCRP)[0];
      if (reply === undefined) return inconclusive("the SCCRQ was not answered");
      const hidden = reply.avps.findIndex((a) => a.hidden);
      if (hidden < 0) return inconclusive("nothing was hidden");
      const vector = reply.avps.findIndex((a) => a.type === RANDOM_VECTOR && !a.hidden);
      return all(
        vector >= 0 && vector < hidden ? undefined : fail(
          "a Random Vector before the first hidden AVP",
          vector < 0 ? "there is none" : "it comes later",
          refs(reply),
        ),
        c.alive("a"),
      );
    },
  },
  {
    name: "hiding/only_with_secret",
    title: "Nothing is hidden where no secret is shared",
    covers: ["L2TP-031"],
    role: "lns",
    needs: ["hiding"],
    config: { hide: "all" },
    steps: [...open("a"), wait(50)],
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
    title: "Hidden identifiers are recovered with and without padding, and used",
    covers: ["L2TP-032"],
    role: "lns",
    needs: ["hiding"],
    config: { secret: SECRET, authenticate: false },
    steps: ["", "aa".repeat(11), "aa".repeat(28)].flatMap((padding, i) => {
      const vector = "0123456789abcdef";
      const [tunnel, id] = [["a", "5a31"], ["b", "6b42"], ["c", "7c53"]][i];
      return open(tunnel, {
        without: [9],
        with: [
          avp(RANDOM_VECTOR, vector),
          avp(9, id, { hide: { secret: SECRET, vector, padding } }),
        ],
      });
    }),
    judge(c) {
      if (c.tester.length < 3) return inconclusive("the requests were not captured");
      if (c.device.length === 0) return inconclusive("the device sent no control message");
      const missing = (["a", "b", "c"] as const).find((t) => c.got(t, SCCRP).length === 0);
      return all(
        missing && fail(`an SCCRP to the hidden Tunnel ID of tunnel ${missing}`, "there is none"),
      );
    },
  },
  {
    name: "hiding/nearest_vector",
    title: "Of two Random Vectors the nearest before a hidden AVP applies",
    covers: ["L2TP-033"],
    role: "lns",
    needs: ["hiding"],
    config: { secret: SECRET, authenticate: false },
    steps: open("a", {
      without: [9, 10],
      with: [
        avp(RANDOM_VECTOR, "0011"),
        avp(10, "0004"),
        avp(RANDOM_VECTOR, "2233445566"),
        avp(9, "5a31", { hide: { secret: SECRET, vector: "2233445566" } }),
      ],
    }),
    judge(c) {
      if (c.tester.length === 0) return inconclusive("the request was not captured");
      if (c.device.length === 0) return inconclusive("the device sent no control message");
      const reply = c.got("a", SCCRP)[0];
      return all(
        reply === undefined
          ? fail("an SCCRP to the hidden Tunnel ID", "there is none", refs(c.tester[0]))
          : undefined,
      );
    },
  },
];
