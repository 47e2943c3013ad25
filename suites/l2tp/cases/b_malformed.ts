/** Cases for AVPs whose value cannot be right (§7.1, group B), and for hidden ones that cannot be recovered (group C). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import { all, fail, inconclusive, refs, result, type Step, told } from "../checks/conversation.ts";
import type { Conversations, TunnelName } from "../checks/conversation.ts";
import type { AvpInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  accept,
  acknowledged,
  avp,
  expect,
  open,
  probe,
  send,
  text,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, calls } from "./ends.ts";

const { SCCRQ, SCCRP, SCCCN, StopCCN, ICRQ, ICRP, CDN } = MessageType;
const FRAMING_CAPABILITIES = 3, BEARER_CAPABILITIES = 4, HOST_NAME = 7, VENDOR_NAME = 8;
const FIRMWARE_REVISION = 6;
const ASSIGNED_SESSION = 14, CALLED_NUMBER = 21, PHYSICAL_CHANNEL = 25, RANDOM_VECTOR = 36;
const WITH_CALLS = ["b", "c", "probe"] as const;
const SECRET = "plumb bob", VECTOR = "0123456789abcdef";
const SHARED = { secret: SECRET, authenticate: false };
const vector = avp(RANDOM_VECTOR, VECTOR);

/** An AVP that was hidden with a secret that the device does not have. */
function garbled(type: number, value: string, m = true): AvpInput {
  return avp(type, value, { m, hide: { secret: "another", vector: VECTOR } });
}

/** An AVP that was hidden as it should be. */
function hidden(type: number, value: string): AvpInput {
  return avp(type, value, { hide: { secret: SECRET, vector: VECTOR } });
}

/** Fails unless the SCCRP on a tunnel is refused. */
function refused(c: Conversations, tunnel: TunnelName, of2 = true): Step {
  const reply = c.sent(tunnel, SCCRP)[0];
  const taken = c.got(tunnel, SCCCN)[0];
  return (taken && fail("no SCCCN", told(taken), refs(reply, taken))) ??
    c.replies(
      reply,
      tunnel,
      StopCCN,
      "a StopCCN with a general error",
      of2 ? result(2) : undefined,
    );
}

/** Fails unless an ICRQ is answered by the end of the call, or of the tunnel, for a general error. */
function ended(c: Conversations, tunnel: TunnelName): Step {
  const request = c.sent(tunnel, ICRQ)[0], taken = c.got(tunnel, ICRP)[0];
  if (taken !== undefined) return fail("no ICRP", told(taken), refs(request, taken));
  if (c.got(tunnel, StopCCN, result(2)).length > 0) return undefined;
  return c.replies(request, tunnel, CDN, "a CDN or a StopCCN with a general error", result(2));
}

const UNHIDEABLE_TITLE = "A hidden Host Name, which must not be hidden, is refused as malformed";

/** The cases of both roles. */
export const MALFORMED: readonly Case[] = [
  ...both(({ tunnel, role }) => ({
    name: "avps/malformed_optional",
    title: "A malformed optional AVP is ignored",
    covers: ["L2TP-022"],
    steps: tunnel("a", { with: [avp(FIRMWARE_REVISION, "01", { m: false })] }),
    judge(c) {
      if (c.sent("a", role === "lac" ? SCCRP : SCCRQ).length === 0) {
        return inconclusive("the AVP was not captured");
      }
      return all(c.alive("a"));
    },
  })),
  {
    name: "avps/malformed_mandatory",
    title: "A malformed mandatory AVP is refused with a general error",
    covers: ["L2TP-023"],
    role: "lac",
    config: calls(1, 2),
    steps: [
      expect("SCCRQ", "a", 3000),
      send("SCCRP", "a", {
        without: [FRAMING_CAPABILITIES],
        with: [avp(FRAMING_CAPABILITIES, "0003")],
      }),
      expect("StopCCN", "a"),
      ...accept("b"),
      expect("ICRQ", "b"),
      send("ICRP", "b", {
        session: "b1",
        without: [ASSIGNED_SESSION],
        with: [avp(ASSIGNED_SESSION, "42")],
      }),
      expect("CDN", "b"),
    ],
    judge: (c) =>
      all(
        c.needs("b"),
        refused(c, "a"),
        c.replies(c.sent("b", ICRP)[0], "b", CDN, "a CDN with a general error", result(2)),
        c.never(c.sent("b", ICRP)[0], "the tunnel lives on", (m) => m.type === StopCCN),
      ),
  },
  {
    name: "hiding/unrecoverable",
    title: "Hidden AVPs that cannot be recovered end call or tunnel if mandatory, and else nothing",
    covers: ["L2TP-034"],
    role: "lns",
    needs: ["hiding"],
    config: SHARED,
    steps: [
      ...open("a"),
      send("ICRQ", "a", {
        session: "a1",
        with: [vector, garbled(PHYSICAL_CHANNEL, "00000001", false)],
      }),
      expect("ICRP", "a"),
      // Another secret, too short for a length, and no vector.
      ...[
        [vector, garbled(CALLED_NUMBER, text("5551234"))],
        [vector, avp(CALLED_NUMBER, "aa", { h: true })],
        [hidden(CALLED_NUMBER, text("5551234"))],
      ].flatMap((with_, i) => [
        ...open(WITH_CALLS[i]),
        send("ICRQ", WITH_CALLS[i], { session: `${WITH_CALLS[i]}1`, with: with_ }),
        acknowledged(WITH_CALLS[i]),
        wait(100),
      ]),
    ],
    judge: (c) =>
      all(
        c.needs("a", ...WITH_CALLS),
        c.replies(c.sent("a", ICRQ)[0], "a", ICRP, "an ICRP"),
        ...WITH_CALLS.map((tunnel) => ended(c, tunnel)),
      ),
  },
  {
    name: "hiding/unrecoverable",
    title: "Hidden AVPs that cannot be recovered end the tunnel if mandatory, and else nothing",
    covers: ["L2TP-034"],
    role: "lac",
    needs: ["hiding"],
    config: { ...calls(1, 3), ...SHARED },
    steps: [
      ...accept("a", { with: [vector, garbled(VENDOR_NAME, text("tester"), false)] }),
      expect("SCCRQ", "b", 3000),
      send("SCCRP", "b", {
        without: [FRAMING_CAPABILITIES],
        with: [vector, garbled(FRAMING_CAPABILITIES, "00000003")],
      }),
      expect("StopCCN", "b"),
      expect("SCCRQ", "c", 3000),
      send("SCCRP", "c", {
        without: [BEARER_CAPABILITIES],
        with: [hidden(BEARER_CAPABILITIES, "00000003")],
      }),
      expect("StopCCN", "c"),
    ],
    judge(c) {
      if (c.sent("a", SCCRP).length === 0) return inconclusive("no SCCRQ was captured");
      return all(c.alive("a"), refused(c, "b"), refused(c, "c"));
    },
  },
  {
    name: "hiding/unhideable",
    title: UNHIDEABLE_TITLE,
    covers: ["L2TP-035"],
    role: "lns",
    needs: ["strict_hiding"],
    config: SHARED,
    steps: [
      send("SCCRQ", "b", {
        without: [HOST_NAME],
        with: [vector, hidden(HOST_NAME, text("tester"))],
      }),
      expect("StopCCN", "b"),
      wait(100),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.alive(),
        c.got("b", SCCRP)[0] && fail("no SCCRP", "an SCCRP", refs(c.got("b", SCCRP)[0])),
        c.replies(c.sent("b", SCCRQ)[0], "b", StopCCN, "a StopCCN"),
      ),
  },
  {
    name: "hiding/unhideable",
    title: UNHIDEABLE_TITLE,
    covers: ["L2TP-035"],
    role: "lac",
    needs: ["strict_hiding"],
    config: { ...calls(1, 2), ...SHARED },
    steps: [
      expect("SCCRQ", "a", 3000),
      send("SCCRP", "a", {
        without: [HOST_NAME],
        with: [vector, hidden(HOST_NAME, text("tester"))],
      }),
      expect("StopCCN", "a"),
      ...accept("b"),
    ],
    judge: (c) => all(c.needs("b"), refused(c, "a", false)),
  },
];
