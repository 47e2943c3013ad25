/** Cases of group B about what a device does not know: messages, attributes, vendors, reserved bits. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Case } from "../cases.ts";
import {
  all,
  carries,
  fail,
  inconclusive,
  pass,
  refs,
  result,
  told,
} from "../checks/conversation.ts";
import { Attribute } from "../checks/messages.ts";
import { lint } from "../checks/lint.ts";
import type { AvpInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { SESSIONS } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  answered,
  avp,
  expect,
  send,
  talk,
  text,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { both, probed, takesPart } from "./ends.ts";

const { StopCCN, HELLO, CDN } = MessageType;
const UNKNOWN = 1000, UNKNOWN_MESSAGE = 99, VENDOR = 3561, VENDOR_NAME = 8;
const optional = { with: [avp(UNKNOWN, "cafe", { m: false })] };
const mandatory = { with: [avp(UNKNOWN)] };
/** A Tunnel ID of nobody: what came of taking it for the tester's would be seen by where answers go. */
const ELSEWHERE = "1111";

/** Two checks of one scenario: an AVP without M that is not what it seems, then one with M. */
function misleading(
  name: string,
  covers: "L2TP-019" | "L2TP-020",
  [what, first, second]: [string, AvpInput, AvpInput],
): Case[] {
  return [
    ...both(({ tunnel, accepting, opening, probe }) => ({
      name,
      title: `${what} that is not mandatory is not taken for the attribute with its number`,
      covers: [covers],
      steps: [
        ...tunnel("a", { with: [first] }),
        send("HELLO", "a", { with: [second] }),
        expect("StopCCN", "a"),
        ...probe(),
      ],
      judge: (c) =>
        all(
          probed(c),
          c.replies(c.sent("a", opening)[0], "a", accepting, "the tunnel goes on"),
          c.alive("a"),
        ),
    })),
    ...both(() => ({
      name: `${name}_mandatory`,
      title: `${what} that is mandatory ends the tunnel like any unrecognized one`,
      covers: [covers],
      on: [name],
      judge: (c) =>
        all(c.needs("a"), c.replies(c.sent("a", HELLO)[0], "a", StopCCN, "a StopCCN"), probed(c)),
    })),
  ];
}

/** The cases of this group. */
export const UNKNOWN_CASES: readonly Case[] = [
  ...both(({ tunnel, probe }) => ({
    name: "avps/unknown_message",
    title: "An unknown message type that is mandatory clears the tunnel",
    covers: ["L2TP-014"],
    steps: [...tunnel("a"), send(UNKNOWN_MESSAGE, "a"), expect("StopCCN", "a"), ...probe()],
    judge(c) {
      const stimulus = c.sent("a", UNKNOWN_MESSAGE)[0];
      return all(c.needs("a"), c.replies(stimulus, "a", StopCCN, "a StopCCN"), probed(c));
    },
  })),
  ...both(({ tunnel, call }) => ({
    name: "avps/unknown_optional_message",
    title: "An unknown message type that is not mandatory is acknowledged and passed over",
    covers: ["L2TP-015"],
    needs: ["unknown_messages"],
    steps: [
      ...tunnel("a"),
      send(UNKNOWN_MESSAGE, "a", { avps: [avp(0, "0063", { m: false })] }),
      acknowledged("a"),
      ...call("a", "a1"),
    ],
    judge(c) {
      const stimulus = c.sent("a", UNKNOWN_MESSAGE)[0];
      return all(c.needs("a"), c.acknowledges(stimulus, "a"), c.aliveCall("a", "a1"));
    },
  })),
  ...both(({ role, tunnel, call, probe }) => ({
    name: "avps/unknown_optional",
    title: "Unknown optional AVPs in any message are ignored",
    covers: ["L2TP-016"],
    steps: [
      ...tunnel("a", optional, optional),
      send("HELLO", "a", optional),
      ...call("a", "a1", optional, optional),
      ...probe(),
    ],
    judge: (c) =>
      all(
        role === "lns" ? c.needs("probe") : takesPart(c),
        c.stimulus(carries(UNKNOWN)) ? undefined : inconclusive("the AVP was not captured"),
        c.alive("a"),
        c.acknowledges(c.sent("a", HELLO)[0], "a"),
        c.aliveCall("a", "a1"),
      ),
  })),
  ...both(({ tunnel, begin, probe, opening, accepting }) => ({
    name: "avps/unknown_mandatory_of_tunnel",
    title: "An unknown mandatory AVP in a HELLO ends the tunnel, and one is not begun with it",
    covers: ["L2TP-017"],
    calls: [1, 2],
    steps: [
      ...tunnel("a"),
      send("HELLO", "a", mandatory),
      expect("StopCCN", "a"),
      ...begin("b", mandatory),
      answered("b", 1000),
      ...probe(),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.replies(c.sent("a", HELLO)[0], "a", StopCCN, "a StopCCN"),
        c.never(
          c.sent("b", opening)[0],
          "no tunnel with an AVP that must be known and is not",
          (m) => m.type === accepting,
          c.sent("probe", opening)[0]?.time,
        ),
        probed(c),
      ),
  })),
  ...both(({ tunnel, call, beginCall, calling, taking }) => ({
    name: "avps/unknown_mandatory_of_session",
    title: "An unknown mandatory AVP in a message of a call ends that call alone",
    covers: ["L2TP-018"],
    calls: [2],
    steps: [
      ...tunnel("a"),
      ...call("a", "a1"),
      ...talk("a", "a1", 6),
      ...beginCall("a", "a2", mandatory),
      expect("CDN", "a"),
      ...talk("a", "a1", 7),
    ],
    judge(c) {
      const stimulus = c.sent("a", calling, carries(UNKNOWN))[0];
      const over = c.got(
        "a",
        CDN,
        ({ sessionId, time }) => sessionId === SESSIONS.a1 && time < (stimulus?.time ?? 0),
      )[0];
      return all(
        c.needsCall("a", "a1"),
        c.asks("a", 2),
        over && inconclusive("call a1 had ended before, and a tunnel may end with its last call"),
        c.replies(stimulus, "a", CDN, "a CDN", (m) => m.sessionId !== SESSIONS.a1),
        // The RFC tells the ends of session and tunnel apart: other calls are not to suffer.
        c.never(stimulus, "the tunnel lives on", (m) => m.type === StopCCN || m.type === taking),
        c.answersLcp("a", "a1", 7),
      );
    },
  })),
  ...both(({ calling }) => ({
    name: "avps/unknown_error",
    title: "What ends for an unknown mandatory AVP says so: result 2, error 8",
    covers: ["L2TP-096"],
    on: ["avps/unknown_mandatory_of_tunnel", "avps/unknown_mandatory_of_session"],
    judge(c) {
      const stimulus = c.stimulus(carries(UNKNOWN));
      const asks = stimulus?.type === calling ? c.asks("a", 2) : undefined;
      if (asks !== undefined) return asks;
      const end = c.device.find((m) =>
        m.time >= (stimulus?.time ?? Infinity) &&
        (m.type === StopCCN || m.type === CDN && m.sessionId !== SESSIONS.a1)
      );
      if (end === undefined) return inconclusive("the device ended nothing");
      return result(2, 8)(end)
        ? pass
        : fail("result 2 with error 8", told(end), refs(stimulus, end));
    },
  })),
  ...misleading("avps/vendor", "L2TP-019", [
    "An AVP of a vendor",
    avp(Attribute.assignedTunnel, ELSEWHERE, { vendor: VENDOR, m: false }),
    avp(2, "0100", { vendor: VENDOR }),
  ]),
  ...misleading("avps/reserved_bits", "L2TP-020", [
    "An AVP with a reserved bit",
    avp(Attribute.assignedTunnel, ELSEWHERE, { reserved: 1, m: false }),
    avp(VENDOR_NAME, text("x"), { reserved: 8 }),
  ]),
  ...both(() => ({
    name: "avps/reserved_bits_sent",
    title: "No AVP is sent with a reserved bit",
    covers: ["L2TP-020"],
    on: ["conversation"],
    judge: (c) =>
      c.needs("a") ??
        lint(
          c.device,
          "reserved bits clear",
          ({ avps }) => avps.some((a) => a.reserved !== 0) ? "one is set" : undefined,
        ),
  })),
];
