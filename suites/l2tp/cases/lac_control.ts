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
import { calls } from "./lac_base.ts";
import { backsOff, copies, numbered, outstanding } from "./reliable.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, HELLO, ICRQ, ICRP, ICCN } = MessageType;
const SECRET = "plumb bob";
const CHALLENGE = 11, RESPONSE = 13, RANDOM_VECTOR = 36;
const HELLOS = 66_000;

/** A tunnel over which the device makes nine calls, with this Receive Window Size of the tester. */
function burst(window: "absent" | number): Case["steps"] {
  const sccrp = window === "absent"
    ? { without: [10] }
    : { without: [10], with: [avp(10, window.toString(16).padStart(4, "0"))] };
  return [
    ...accept("a", sccrp),
    ...take("a", "a1"),
    // From here on what comes is taken but not acknowledged until its sender holds back.
    { do: "acknowledging", on: false },
    wait(400),
    { do: "acknowledging", on: true },
    send(0, "a"),
    wait(400),
    send("HELLO", "a"),
    acknowledged("a"),
  ];
}

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
    name: "control/default_window",
    title: "Without a Receive Window Size at most 4 messages are outstanding",
    covers: ["L2TP-049"],
    role: "lac",
    config: calls(9),
    steps: burst("absent"),
    judge: (c) => all(c.needs("a"), outstanding(c, 4, false)),
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
    name: "keepalive/hello_acknowledged",
    title: "A HELLO is acknowledged, and a HELLO of the device has Session ID 0",
    covers: ["L2TP-070"],
    role: "lac",
    config: { ...calls(1), hello: 2000 },
    steps: [...accept("a"), ...take("a", "a1"), send("HELLO", "a"), wait(500)],
    judge(c) {
      const bad = c.got("a", HELLO).find(({ sessionId }) => sessionId !== 0);
      return all(
        c.needs("a"),
        c.acknowledges(c.sent("a", HELLO)[0], "a", 1),
        bad && fail("Session ID 0", `${bad.sessionId}`, refs(bad)),
      );
    },
  },
  {
    name: "keepalive/none_expected",
    title: "A peer that sends no HELLO for four minutes keeps its tunnel",
    covers: ["L2TP-072"],
    role: "lac",
    heavy: true,
    config: calls(1),
    steps: [...accept("a"), ...take("a", "a1"), wait(240_000), send("HELLO", "a"), wait(300)],
    judge: (c) =>
      all(
        c.needs("a"),
        c.never(c.sent("a", SCCRP)[0], "no StopCCN", ({ type }) => type === StopCCN),
        c.acknowledges(c.sent("a", HELLO)[0], "a", 1),
      ),
  },
  {
    name: "keepalive/after_silence",
    title: "A HELLO is sent once the peer was silent for the configured time",
    covers: ["L2TP-071"],
    role: "lac",
    needs: ["keepalive"],
    config: { ...calls(1), hello: 10_000 },
    steps: [...accept("a"), ...take("a", "a1"), wait(8000), send("HELLO", "a"), wait(15_000)],
    judge(c) {
      const last = c.sent("a", HELLO)[0], hello = c.got("a", HELLO)[0];
      if (last === undefined) return inconclusive("the stimulus was not captured");
      const before = c.tunnel("a").tester.findLast((m) => m.time < (hello?.time ?? 0));
      const after = hello === undefined || before === undefined
        ? Infinity
        : hello.time - before.time;
      return all(
        c.needs("a"),
        after > 9.5 && after < 11.5 ? undefined : fail(
          "a HELLO 10 s after the tester's last message",
          hello === undefined ? "there is none" : `one after ${after.toFixed(1)} s`,
          refs(last, hello),
        ),
      );
    },
  },
  {
    name: "keepalive/unanswered",
    title: "A HELLO that stays unacknowledged ends the tunnel",
    covers: ["L2TP-073"],
    role: "lac",
    needs: ["keepalive"],
    config: { ...calls(1), hello: 10_000 },
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      wait(100),
      { do: "acknowledging", on: false },
      wait(80_000),
      { do: "acknowledging", on: true },
      send("HELLO", "a"),
      wait(300),
    ],
    judge(c) {
      const hellos = c.got("a", HELLO), late = c.sent("a", HELLO)[0];
      return all(
        c.needs("a"),
        late === undefined ? inconclusive("the stimulus was not captured") : undefined,
        hellos.length >= 3 ? undefined : fail(
          "a HELLO and its retransmissions",
          `${hellos.length} messages`,
          refs(...hellos),
        ),
        c.never(late, "no acknowledgement on the tunnel that ended", (m) => m.type !== StopCCN),
      );
    },
  },
  {
    name: "reliable/ns",
    title: "Ns grows by one with each message and not with a zero-length body",
    covers: ["L2TP-053"],
    role: "lac",
    on: ["conversation"],
    judge: (c) => all(c.needsCall("a", "a1"), numbered(c, "a")),
  },
  {
    name: "reliable/ns_of_zero_length_body",
    title: "The Ns of a zero-length body does not move Nr",
    covers: ["L2TP-054"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      expect("ICRQ", "a"),
      wait(50),
      send(0, "a", { header: { nsBy: 5 } }),
      send(0, "a"),
      wait(50),
      send("ICRP", "a", { session: "a1" }),
      expect("ICCN", "a"),
      wait(50),
    ],
    judge(c) {
      const odd = c.tunnel("a").tester.find((m) => m.type === 0 && m.ns === 6);
      const before = c.tunnel("a").tester.findLast((m) => m.type === 0 && m.ns === 1);
      const icrp = c.sent("a", ICRP)[0];
      return all(
        c.needs("a"),
        c.never(odd ?? before, "an Nr of 1", (m) => m.nr > 1, icrp?.time),
        c.replies(icrp, "a", ICCN, "an ICCN with Nr 2", (m) => m.nr === 2),
      );
    },
  },
  {
    name: "reliable/duplicate",
    title: "A repeated ICRP is acknowledged again and not processed again",
    covers: ["L2TP-055"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      wait(100),
      send("ICRP", "a", { session: "a1", header: { ns: 1 } }),
      wait(300),
      send("HELLO", "a"),
      wait(100),
    ],
    judge(c) {
      const again = c.sent("a", ICRP)[1];
      const late = again && c.got("a", ICCN, (m) => m.time >= again.time)[0];
      return all(
        c.needsCall("a", "a1"),
        c.acknowledges(again, "a", 0.2),
        late && fail("no second ICCN", told(late), refs(again, late)),
        c.never(again, "neither StopCCN nor CDN", (m) => m.type === StopCCN || m.type === 14),
      );
    },
  },
  {
    name: "reliable/out_of_order",
    title: "A message that comes early has its effect after the one before it",
    covers: ["L2TP-058"],
    role: "lac",
    config: calls(2),
    steps: [
      ...accept("a"),
      expect("ICRQ", "a"),
      expect("ICRQ", "a"),
      wait(50),
      send("ICRP", "a", { session: "a2", header: { ns: 2 } }),
      wait(100),
      send("ICRP", "a", { session: "a1" }),
      send("ICRP", "a", { session: "a2" }),
      wait(500),
    ],
    judge(c) {
      const [early, missing] = c.sent("a", ICRP);
      if (missing === undefined) return inconclusive("not two ICRPs were captured");
      const order = [...new Set(c.got("a", ICCN).map(({ sessionId }) => sessionId))];
      return all(
        c.needs("a"),
        c.never(early, "no answer to the early one yet", (m) => m.type === ICCN, missing.time),
        order.join() === `${0x31a1},${0x31a2}` ? undefined : fail(
          "one ICCN for the first call, then one for the second",
          order.length === 0 ? "there is none" : `ICCN for ${order.join(" and ")}`,
          refs(early, missing),
        ),
      );
    },
  },
  {
    name: "reliable/retransmission",
    title: "A retransmission has the Ns of before and the Nr of now",
    covers: ["L2TP-059"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      { do: "acknowledging", on: false },
      expect("ICRQ", "a"),
      wait(300),
      send("HELLO", "a", { header: { nr: 2 } }),
      wait(3000),
      { do: "acknowledging", on: true },
      send(0, "a"),
      wait(100),
    ],
    judge(c) {
      const hello = c.sent("a", HELLO)[0], requests = c.got("a", ICRQ);
      if (hello === undefined || requests.length === 0) return inconclusive("no ICRQ was captured");
      const later = requests.filter((m) => m.time > hello.time);
      const wrong = later.find((m) => m.ns !== requests[0].ns || m.nr !== hello.ns + 1);
      return all(
        c.needs("a"),
        later.length === 0 ? fail("the ICRQ again", "it is not", refs(requests[0])) : undefined,
        wrong && fail(
          `Ns ${requests[0].ns}, Nr ${hello.ns + 1}`,
          told(wrong),
          refs(requests[0], hello, wrong),
        ),
      );
    },
  },
  {
    name: "reliable/back_off",
    title: "Retransmissions come at intervals that grow exponentially",
    covers: ["L2TP-060"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      { do: "acknowledging", on: false },
      expect("ICRQ", "a"),
      send(0, "a", { header: { nr: 2 } }),
      wait(40_000),
    ],
    judge(c) {
      const first = c.got("a", ICRQ)[0];
      if (first === undefined) return inconclusive("no ICRQ was captured");
      return all(c.needs("a"), backsOff(copies(c, "a", ICRQ, first.ns)));
    },
  },
  {
    name: "reliable/gives_up",
    title: "After unanswered retransmissions the tunnel is gone",
    covers: ["L2TP-061"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      { do: "acknowledging", on: false },
      expect("ICRQ", "a"),
      send(0, "a", { header: { nr: 2 } }),
      wait(120_000),
      { do: "acknowledging", on: true },
      send("HELLO", "a"),
      wait(1000),
    ],
    judge(c) {
      const first = c.got("a", ICRQ)[0];
      if (first === undefined) return inconclusive("no ICRQ was captured");
      return all(
        c.needs("a"),
        copies(c, "a", ICRQ, first.ns).length > 1
          ? undefined
          : inconclusive("the ICRQ was not sent again"),
        c.never(
          c.sent("a", HELLO)[0],
          "no acknowledgement on the tunnel that ended",
          (m) => m.type !== StopCCN,
        ),
      );
    },
  },
  {
    name: "reliable/wrap",
    title:
      "After 66,000 messages the tunnel goes on, and a duplicate from before the wrap is known",
    covers: ["L2TP-062"],
    role: "lac",
    heavy: true,
    config: calls(1),
    steps: [
      ...accept("a"),
      { do: "hellos", tunnel: "a", count: HELLOS },
      send("HELLO", "a", { header: { ns: 65_535 } }),
      wait(300),
      ...take("a", "a1"),
    ],
    judge(c) {
      const duplicate = c.sent("a", HELLO).findLast((m) => m.ns === 65_535);
      const sent = c.tunnel("a").tester.length + c.wire.more / 2;
      if (sent < 65_536) {
        const last = c.sent("a", HELLO).filter((m) => m.ns !== 65_535).at(-1);
        return c.needs("a") ?? c.acknowledges(last, "a") ??
          inconclusive(`only ${Math.round(sent)} messages of the tester were captured`);
      }
      if (duplicate === undefined) {
        return inconclusive(`only ${Math.round(sent)} messages of the tester were captured`);
      }
      return all(c.needs("a"), c.acknowledges(duplicate, "a", 1), c.aliveCall("a", "a1"));
    },
  },
  {
    name: "reliable/window",
    title: "No more than the 2 messages of the tester's window are outstanding",
    covers: ["L2TP-064"],
    role: "lac",
    config: calls(9),
    steps: burst(2),
    judge: (c) => all(c.needs("a"), outstanding(c, 2, false)),
  },
  {
    name: "reliable/window_of_four",
    title: "A window of 4 is used: four messages are outstanding at once",
    covers: ["L2TP-065"],
    role: "lac",
    config: calls(9),
    steps: burst(4),
    judge: (c) => all(c.needs("a"), outstanding(c, 4, true)),
  },
  {
    name: "reliable/not_withheld",
    title: "Each of a flood of HELLOs is acknowledged at once",
    covers: ["L2TP-067"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      ...[1, 2, 3, 4].map(() => send("HELLO", "a")),
      acknowledged("a", 1500),
      ...[1, 2, 3, 4].map(() => send("HELLO", "a")),
      acknowledged("a", 1500),
      wait(200),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.sent("a", HELLO).length < 8 ? inconclusive("not all HELLOs were captured") : undefined,
        ...c.sent("a", HELLO).map((m) => c.acknowledges(m, "a", 0.9)),
      ),
  },
  {
    name: "reliable/zero_length_bodies",
    title: "Zero-length bodies, old ones too, are not answered",
    covers: ["L2TP-068"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      wait(200),
      send(0, "a", { header: { nsBy: -1 } }),
      send(0, "a", { header: { nsBy: -2 } }),
      send(0, "a"),
      wait(300),
      send("HELLO", "a"),
      acknowledged("a"),
      wait(100),
    ],
    judge(c) {
      const hello = c.sent("a", HELLO)[0];
      const first = c.tunnel("a").tester.findLast((m) => m.type === 0 && m.ns === 1);
      return all(
        c.needsCall("a", "a1"),
        c.never(first, "no answer to a zero-length body", () => true, hello?.time),
        c.acknowledges(hello, "a"),
      );
    },
  },
  {
    name: "reliable/stop_repeated",
    title: "A StopCCN is acknowledged, and again after 5 and after 20 seconds",
    covers: ["L2TP-069"],
    role: "lac",
    config: calls(1),
    steps: [
      ...accept("a"),
      ...take("a", "a1"),
      wait(100),
      send("StopCCN", "a"),
      wait(5000),
      send("StopCCN", "a", { header: { ns: 2 } }),
      wait(15_000),
      send("StopCCN", "a", { header: { ns: 2 } }),
      wait(300),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.sent("a", StopCCN).length < 3 ? inconclusive("not three were captured") : undefined,
        ...c.sent("a", StopCCN).map((m) => c.acknowledges(m, "a", 1)),
      ),
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
