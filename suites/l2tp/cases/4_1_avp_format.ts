/** RFC 2661 §4.1: vendors, reserved bits and lengths of AVPs. */
import { attributeName } from "../../../captures/wire/l2tp_attributes.ts";
import { readAvps } from "../../../captures/wire/l2tp_avp.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import type { AvpInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { answered, avp, expect, send, text } from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, inconclusive } from "../../kit/verdict.ts";
import { bodiesOf, judgeMessages } from "../facts/conduct_rules.ts";
import { seen } from "../facts/conversation.ts";
import { Attribute, hasResult, type MessageTest } from "../facts/message.ts";
import type { CapturedAvp } from "../facts/message_body.ts";
import { reservedBitsFault } from "../facts/message_rules.ts";
import { type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { both, bothJudged, bothRules, scenariosOf } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { changesAvps, opensWitness } from "./packets.ts";
import { restartsAfter } from "./restarts.ts";

const { StopCCN, HELLO } = MessageType;
/** A vendor whose number has zeros in its lower octet: who looks at that alone takes it for IETF's. */
const VENDOR = 0x0e00;
/** A Tunnel ID of nobody: what came of taking it for the tester's is seen by where answers go. */
const ELSEWHERE = "1111";
const NAMES = ["a", "b", "c"] as const;

/** Two checks of one scenario: an AVP without M that is not what it seems, then one with M. */
function misleading(
  name: string,
  covers: "L2TP-019" | "L2TP-020",
  isMisleading: (avp: CapturedAvp) => boolean,
  [what, first, second]: [string, AvpInput, AvpInput],
): Part[] {
  const misleads: MessageTest = ({ avps }) =>
    avps.some((record) => isMisleading(record) && !record.mandatory);
  const optional = both(({ tunnel, accepting, opening, probe }) => ({
    name,
    title: `${what} that is not mandatory is not taken for the attribute with its number`,
    covers: [covers],
    calls: [1, 2],
    steps: [
      // Behind what it might be taken for, and in another tunnel before it.
      ...tunnel("a", { with: [first] }),
      send("HELLO", "a", { with: [second] }),
      expect("StopCCN", "a"),
      ...tunnel("b", {
        without: [Attribute.assignedTunnel],
        with: [first, { type: Attribute.assignedTunnel, own: "b" }],
      }),
      ...probe(),
    ],
    stimulus(c) {
      const behind = c.sent("a", opening, misleads)[0], before = c.sent("b", opening, misleads)[0];
      return c.probed() ??
        (behind === undefined || before === undefined
          ? inconclusive("no two messages that open tunnels with such an AVP were captured")
          : { behind, before });
    },
    judge: (c, { behind, before }) =>
      gravest(
        c.replies(behind, "a", accepting, "the tunnel goes on"),
        c.alive("a", behind),
        c.replies(before, "b", accepting, "the tunnel goes on"),
        c.alive("b", before),
      ),
  }));
  return [
    ...optional,
    ...bothJudged(({ role }) => ({
      name: `${name}_mandatory`,
      title: `${what} that is mandatory ends the tunnel like any unrecognized one`,
      covers: [covers],
      on: scenariosOf(optional, role),
      stimulus: (c) =>
        c.needs("a") ?? c.probed() ?? seen(
          c.sent("a", HELLO, ({ avps }) =>
            avps.some((record) =>
              isMisleading(record) && record.mandatory
            ))[0],
          "HELLO with such an AVP",
        ),
      judge: (c, hello) => c.replies(hello, "a", StopCCN, "a StopCCN"),
    })),
  ];
}

const PARTS: readonly Part[] = [
  ...misleading("avps/vendor", "L2TP-019", ({ vendor }) => vendor === VENDOR, [
    "An AVP of a vendor",
    avp(Attribute.assignedTunnel, ELSEWHERE, { vendor: VENDOR, m: false }),
    avp(2, "0100", { vendor: VENDOR }),
  ]),
  ...misleading("avps/reserved_bits", "L2TP-020", ({ reserved }) => reserved !== 0, [
    "An AVP with a reserved bit",
    avp(Attribute.assignedTunnel, ELSEWHERE, { reserved: 1, m: false }),
    avp(Attribute.vendorName, text("x"), { reserved: 8 }),
  ]),
  ...bothRules((role) => ({
    name: "avps/reserved_bits_sent",
    title: "No AVP is sent with a reserved bit",
    covers: ["L2TP-020"],
    on: [CONVERSATION[role]],
    subject: (conduct) => bodiesOf(conduct),
    judge: (messages) => judgeMessages(messages, "reserved bits clear", reservedBitsFault),
  })),
  ...both(({ role, tunnel, probe, opening, accepting }) => ({
    name: "avps/impossible_length",
    title: "AVPs with impossible lengths stall nothing",
    covers: ["L2TP-021"],
    calls: [1, 4],
    steps: [
      ...NAMES.flatMap((name) => tunnel(name)),
      ...[0, 5, 900].map((length, i) =>
        send("HELLO", NAMES[i], { with: [avp(Attribute.vendorName, "61", { length })] })
      ),
      ...NAMES.map((name) => answered(name, 500)),
      ...(role === "lac" ? tunnel("probe") : probe()),
    ],
    stimulus(c) {
      const hello = c.sent("a", HELLO, ({ problem }) => problem !== undefined)[0];
      const next = c.sent("probe", opening)[0];
      return c.needs(...NAMES) ??
        (hello === undefined || next === undefined
          ? inconclusive(
            "no AVP with an impossible length was captured, and a tunnel tried behind it",
          )
          : { hello, next });
    },
    judge: (c, { hello, next }) =>
      gravest(
        c.never(
          hello,
          "an error of result 2, if any",
          (m) => m.type === StopCCN && !hasResult(2)(m),
        ),
        // What is not stalled goes along with the next tunnel.
        c.replies(next, "probe", accepting, "another tunnel taken up"),
        c.survives(hello),
      ),
  })),
];

/** Takes nothing in any more once an AVP was shorter than its header. */
function stalls(): L2tpOverrides {
  let stalled = false;
  return {
    wire: {
      ingress(packet) {
        if (messageTypeOf(packet) < 0) return packet;
        if (opensWitness(packet)) stalled = false;
        else if (readAvps(packet, 12, packet.length).problem !== undefined) stalled = true;
        return stalled ? undefined : packet;
      },
    },
  };
}

const MUTANTS = [
  ...mutantOfBoth("ignores_vendor", "Does not look at the vendor of an AVP", "L2TP-019", {
    l2tp: {
      recognises: ({ reserved, type }) => reserved === 0 && attributeName(type) !== undefined,
    },
  }, ["L2TP-006"]),
  ...mutantOfBoth(
    "sets_reserved_bit",
    "Sends its Vendor Name with a reserved bit",
    "L2TP-020",
    changesAvps((record) =>
      record.type === Attribute.vendorName ? { ...record, reserved: 1 } : record
    ),
  ),
  ...mutantOfBoth(
    "ignores_reserved_bits",
    "Does not look at the reserved bits of an AVP",
    "L2TP-020",
    {
      l2tp: { recognises: ({ vendor, type }) => vendor === 0 && attributeName(type) !== undefined },
    },
    ["L2TP-006"],
  ),
  ...mutantOfBoth("stalls", "Stalls over an AVP of an impossible length", "L2TP-021", stalls()),
  ...mutantOfBoth(
    "dies_of_impossible_length",
    "Dies of an AVP that is shorter than its header, and is restarted",
    "L2TP-021",
    restartsAfter((packet) =>
      messageTypeOf(packet) === HELLO && readAvps(packet, 12, packet.length).problem !== undefined
    ),
  ),
];

/** §4.1, the header of AVPs. */
export const AVP_FORMAT = section("§4.1 AVP Format", PARTS, { mutants: MUTANTS });
