/** RFC 2661 §4.4.3: what the ends of a tunnel tell of themselves: version, host name, order, window. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import {
  acknowledged,
  answered,
  avp,
  expect,
  send,
  talkInVain,
  text,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { judgeMessages, messagesOf } from "../facts/conduct_rules.ts";
import { type Conversation, seen } from "../facts/conversation.ts";
import {
  Attribute,
  carries,
  type ControlMessage,
  formatMessage,
  hasResult,
  number16,
  resultOf,
  valueOf,
} from "../facts/message.ts";
import { hostNameFault } from "../facts/message_rules.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { both, bothJudged, bothRules, ENDS, scenariosOf } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { changesAvps, loses, opens, withAvps } from "./packets.ts";

const { SCCRP, SCCCN, StopCCN, CDN } = MessageType;
const BACKWARDS = { backwards: true } as const;
/** Milliseconds that a device takes at most to end a call. */
const ENDING = 300;
const { protocolVersion, hostName, window } = Attribute;
const VERSION_1_0 = 0x0100;
/** Host names: the shortest, the longest, and one that is none. */
const NAMES = ["61", "61".repeat(1017), ""];
const version = (value: string) => ({
  without: [protocolVersion],
  with: [avp(protocolVersion, value)],
});

/** The AVPs of the tester's opening message, from last to first. */
const backwards = (type: number) => [
  avp(0, type.toString(16).padStart(4, "0")),
  ...[avp(10, "0004"), { type: Attribute.assignedTunnel, own: "a" }, avp(7, text("tester"))],
  ...[avp(4, "00000003"), avp(3, "00000003"), avp(2, "0100")],
];

/** Whether a message has its AVPs from last to first. */
const isBackwards = ({ avps }: ControlMessage) =>
  avps.length > 2 && avps.slice(1).every(({ type }, i, all) => i === 0 || type < all[i - 1].type);

/** Fails unless the device tells version 1.0 wherever it opens a tunnel. */
function tellsVersion(messages: readonly ControlMessage[]): PartialVerdict {
  const bad = messages.find((m) => number16(m, protocolVersion) !== VERSION_1_0);
  const version = bad && (valueOf(bad, protocolVersion)?.toHex() ?? "none");
  return bad && fail("Protocol Version 1.0", `${version}`, frameRefs(bad));
}

/** Fails when a refusal with result 5 does not tell the highest version supported: 1, or 1.0. */
function tellsHighest({ device }: Conversation): PartialVerdict {
  const highest = (m: ControlMessage) => [1, VERSION_1_0].includes(resultOf(m).error);
  const bad = device.find((m) => m.type === StopCCN && hasResult(5)(m) && !highest(m));
  return bad &&
    fail("result 5 with the highest version, 1 or 1.0", formatMessage(bad), frameRefs(bad));
}

const HOST_NAMES: readonly Part[] = both(({ begin, tunnel, probe }) => ({
  name: "avps/host_name",
  title: "Host names of 1 and of 1017 octets are accepted",
  covers: ["L2TP-027"],
  calls: [1, 3],
  steps: [
    ...NAMES.flatMap((name, i) =>
      (name === "" ? begin : tunnel)("abc"[i], {
        without: [hostName],
        with: [avp(hostName, name)],
      })
    ),
    answered("c", 500),
    ...probe(),
  ],
  stimulus(c) {
    const named = (length: number) =>
      c.openings().find((m) => valueOf(m, hostName)?.length === length);
    const short = named(1), long = named(1017);
    return c.probed() ??
      (short === undefined || long === undefined
        ? inconclusive("no Host Name of 1 octet and of 1017 octets was captured")
        : { short, long });
  },
  judge: (c, { short, long }) => gravest(c.alive("a", short), c.alive("b", long)),
}));

const PARTS: readonly Part[] = [
  // An end that is asked for version 2 may answer with version 1: §7.2.1 has the older one used.
  ...both((end) => ({
    name: "control/protocol_version",
    title: "Version 1.0 is told, and a refusal for the version tells the highest one",
    covers: ["L2TP-043"],
    steps: [...end.begin("a", version("0200")), answered("a"), ...end.probe()],
    stimulus(c) {
      const asked = c.openings().find((m) => number16(m, protocolVersion) === 0x0200);
      const introductions = c.device.filter(({ type }) => type === end.assigning);
      return c.probed() ??
        (asked === undefined || introductions.length === 0
          ? inconclusive("the device was not asked for version 2.0, or opened no tunnel")
          : introductions);
    },
    judge: (c, introductions) => gravest(tellsVersion(introductions), tellsHighest(c)),
  })),
  benchCase({
    name: "control/earlier_version",
    title: "A reply of version 0 is answered by a StopCCN and no SCCCN",
    covers: ["L2TP-044"],
    role: "lac",
    config: ENDS.lac.config(1),
    steps: [...ENDS.lac.begin("a", version("0001")), expect("StopCCN", "a")],
    stimulus: (c) =>
      c.takesPart() ?? seen(
        c.sent("a", SCCRP, (m) => number16(m, protocolVersion) === 1)[0],
        "SCCRP of version 0",
      ),
    judge: (c, reply) =>
      gravest(
        c.replies(reply, "a", StopCCN, "a StopCCN"),
        c.never(reply, "no SCCCN", ({ type, tunnelId }) =>
          type === SCCCN && tunnelId === c.tunnel("a").testerId),
      ),
  }),
  ...both(({ tunnel, call, probe, opening }) => ({
    name: "avps/any_order",
    title: "AVPs behind the Message Type may come in any order",
    covers: ["L2TP-025"],
    steps: [
      ...tunnel("a", { avps: backwards(opening) }),
      ...call("a", "a1", BACKWARDS, BACKWARDS),
      send("CDN", "a", { session: "a1", ifAssigned: true, ...BACKWARDS }),
      acknowledged("a"),
      wait(ENDING),
      ...talkInVain("a", "a1", 1),
      send("StopCCN", "a", BACKWARDS),
      acknowledged("a"),
      ...probe(),
    ],
    stimulus: (c) =>
      c.takesPart() ?? c.probed() ??
        seen(c.openings().find(isBackwards), "message with its AVPs from last to first"),
    judge: (c, stimulus) =>
      gravest(
        c.alive("a", stimulus),
        c.aliveCall("a", "a1", stimulus),
        c.never(stimulus, "no error for it", (m) => m.type === CDN && hasResult(2)(m)),
        ...[CDN, StopCCN].flatMap((type) => c.sent("a", type).map((m) => c.acknowledges(m, "a"))),
      ),
  })),
  ...HOST_NAMES,
  ...bothRules((role) => ({
    name: "avps/host_name_sent",
    title: "No Host Name is sent that is empty",
    covers: ["L2TP-027"],
    on: scenariosOf(HOST_NAMES, role),
    subject: (conduct) => messagesOf(conduct, "Host Name", carries(hostName)),
    judge: (messages) =>
      judgeMessages(messages, "a host name of at least one octet", hostNameFault),
  })),
  ...bothJudged(({ role, accepting }) => ({
    name: "avps/empty_host_name",
    title: "An empty host name opens no tunnel",
    covers: ["L2TP-023"],
    on: scenariosOf(HOST_NAMES, role),
    stimulus: (c) =>
      c.needs("a") ?? seen(
        c.openings().find((m) => valueOf(m, hostName)?.length === 0),
        "message that opens a tunnel with an empty Host Name",
      ),
    judge(c, empty) {
      const bad = c.got("c", accepting)[0];
      return bad &&
        fail("no tunnel for an empty host name", "there is one", frameRefs(empty, bad));
    },
  })),
  ...both(({ begin, probe, opening, accepting }) => ({
    name: "control/window_of_zero",
    title: "A Receive Window Size of 0 is refused",
    covers: ["L2TP-023"],
    steps: [
      ...begin("a", { without: [window], with: [avp(window, "0000")] }),
      answered("a"),
      ...probe(),
    ],
    stimulus: (c) =>
      c.probed() ?? seen(
        c.sent("a", opening, (m) => number16(m, window) === 0)[0],
        "Receive Window Size of 0",
      ),
    judge: (c, stimulus) =>
      gravest(
        c.never(
          stimulus,
          "no tunnel",
          (m) => m.type === accepting,
          c.sent("probe", opening).find((m) => isAfter(m, stimulus)),
        ),
        c.replies(stimulus, "a", StopCCN, "a StopCCN"),
      ),
  })),
];

const isNameless = (packet: Uint8Array) =>
  opens(packet) && avpsOf(packet).some(({ type, value }) => type === 7 && value.length === 0);

const MUTANTS = [
  ...mutantOfBoth("revision_1", "Tells revision 1 of the protocol", "L2TP-043", {
    l2tp: { protocolVersion: { version: 1, revision: 1 } },
  }),
  mutant("lns", "other_highest", "Tells version 3 as its highest one", "L2TP-043", {
    l2tp: { versionFault: { result: 5, error: 3 } },
  }),
  mutant("lac", "any_protocol", "Takes any version of the protocol", "L2TP-044", {
    l2tp: { acceptsProtocolVersion: () => true },
  }),
  ...mutantOfBoth(
    "fixed_order",
    "Loses a message whose host name follows the identifier",
    "L2TP-025",
    {
      wire: {
        ingress(packet) {
          if (!opens(packet)) return packet;
          const order = avpsOf(packet).map(({ type }) => type);
          return order.includes(9) && order.indexOf(7) > order.indexOf(9) ? undefined : packet;
        },
      },
    },
    ["L2TP-027", "L2TP-035", "L2TP-051"],
  ),
  mutant("lns", "iccn_in_order", "Loses an ICCN that tells its framing first", "L2TP-025", {
    l2tp: { acceptsOrder: (types) => !types.includes(24) || types.indexOf(24) < types.indexOf(19) },
  }),
  ...mutantOfBoth("cdn_in_order", "Loses a CDN that tells its call first", "L2TP-025", {
    wire: {
      ingress: (packet) =>
        messageTypeOf(packet) === CDN && avpsOf(packet)[1]?.type === 14 ? undefined : packet,
    },
  }, ["L2TP-127"]),
  ...mutantOfBoth(
    "short_host_names",
    "Refuses host names of more than 64 octets",
    "L2TP-027",
    loses((packet) =>
      opens(packet) &&
      avpsOf(packet).some((record) => record.type === 7 && record.value.length > 64)
    ),
  ),
  ...mutantOfBoth("names_the_nameless", "Takes an empty host name for another", "L2TP-023", {
    wire: {
      ingress: (packet) =>
        isNameless(packet)
          ? withAvps(
            packet,
            avpsOf(packet).map((record) =>
              record.type === 7 && record.value.length === 0
                ? { ...record, length: 7, value: Uint8Array.of(97) }
                : record
            ),
          )
          : packet,
    },
  }),
  ...mutantOfBoth(
    "nameless",
    "Sends an empty Host Name",
    "L2TP-027",
    changesAvps((record) =>
      record.type === hostName ? { ...record, length: 6, value: new Uint8Array() } : record
    ),
  ),
  ...mutantOfBoth("window_of_zero", "Takes a window of 0", "L2TP-023", {
    l2tp: { acceptsWindow: () => true },
  }),
];

/** §4.4.3, what comes in SCCRQ and SCCRP. */
export const INTRODUCTIONS = section("§4.4.3 Control Connection Management AVPs", PARTS, {
  mutants: MUTANTS,
});
