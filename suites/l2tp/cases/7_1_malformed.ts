/** RFC 2661 §7.1: AVPs whose value cannot be right. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import {
  accept,
  avp,
  expect,
  probe,
  send,
  take,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { gravest, inconclusive } from "../../kit/verdict.ts";
import { seen } from "../facts/conversation.ts";
import { Attribute, avpOf, type ControlMessage, hasResult } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { both, calls } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { refused } from "./refusals.ts";

const { SCCRQ, SCCRP, StopCCN, ICRP, CDN } = MessageType;
const { framingCapabilities, firmwareRevision, assignedSession } = Attribute;
const TITLE = "A malformed mandatory AVP is refused with a general error";

/** Whether a message has an attribute with a value of so many octets. */
const hasLength = (type: number, octets: number, mandatory = true) => (m: ControlMessage) => {
  const found = avpOf(m, type);
  return found?.value.length === octets && found.mandatory === mandatory;
};

const PARTS: readonly Part[] = [
  ...both(({ tunnel, opening }) => ({
    name: "avps/malformed_optional",
    title: "A malformed optional AVP is ignored",
    covers: ["L2TP-022"],
    steps: tunnel("a", { with: [avp(firmwareRevision, "01", { m: false })] }),
    stimulus: (c) =>
      c.takesPart() ?? seen(
        c.sent("a", opening, hasLength(firmwareRevision, 1, false))[0],
        "malformed Firmware Revision",
      ),
    judge: (c, stimulus) => c.alive("a", stimulus),
  })),
  benchCase({
    name: "avps/malformed_mandatory",
    title: TITLE,
    covers: ["L2TP-023"],
    role: "lns",
    steps: [
      send("SCCRQ", "b", {
        without: [framingCapabilities],
        with: [avp(framingCapabilities, "0003")],
      }),
      expect("StopCCN", "b"),
      ...probe(),
    ],
    stimulus: (c) =>
      c.needs("probe") ??
        seen(c.sent("b", SCCRQ, hasLength(framingCapabilities, 2))[0], "malformed SCCRQ"),
    // §7.1 asks for a proper result, and no code says more of it than result 2.
    judge: (c, request) =>
      c.replies(request, "b", StopCCN, "a StopCCN with result 2", hasResult(2)),
  }),
  benchCase({
    name: "avps/malformed_mandatory",
    title: TITLE,
    covers: ["L2TP-023"],
    role: "lac",
    config: calls(2, 2),
    steps: [
      expect("SCCRQ", "b", 3000),
      send("SCCRP", "b", {
        without: [framingCapabilities],
        with: [avp(framingCapabilities, "0003")],
      }),
      expect("StopCCN", "b"),
      ...accept("a"),
      // One call that stays: a tunnel may end with its last session.
      ...take("a", "a1"),
      expect("ICRQ", "a"),
      send("ICRP", "a", {
        session: "a2",
        ifAssigned: true,
        without: [assignedSession],
        with: [avp(assignedSession, "42")],
      }),
      expect("CDN", "a"),
    ],
    stimulus(c) {
      const reply = c.sent("b", SCCRP, hasLength(framingCapabilities, 2))[0];
      const taken = c.sent("a", ICRP, hasLength(assignedSession, 1))[0];
      return c.needsCall("a", "a1") ??
        (reply === undefined || taken === undefined
          ? inconclusive("no malformed SCCRP and no malformed ICRP were captured")
          : { reply, taken });
    },
    judge: (c, { reply, taken }) =>
      gravest(
        refused(c, "b", reply),
        // §7.1 has the session or the tunnel end.
        c.got("a", StopCCN, hasResult(2)).length > 0
          ? undefined
          : c.replies(taken, "a", CDN, "a CDN with a general error", hasResult(2)),
      ),
  }),
];

const MUTANTS = [
  ...mutantOfBoth("ends_on_any_malformed", "Ends on malformed AVPs that are optional", "L2TP-022", {
    l2tp: { endsOnMalformedAvp: (mandatory, hidden) => mandatory || !hidden },
  }),
  ...mutantOfBoth(
    "ignores_malformed",
    "Passes over malformed AVPs that are mandatory",
    "L2TP-023",
    {
      l2tp: {
        endsOnMalformedAvp: (mandatory, hidden) => mandatory && hidden,
        required: () => [],
      },
    },
    {
      lac: ["L2TP-006", "L2TP-008", "L2TP-049", "L2TP-127"],
      lns: ["L2TP-006", "L2TP-007", "L2TP-008", "L2TP-049", "L2TP-127"],
    },
  ),
];

/** §7.1. */
export const MALFORMED = section("§7.1 Malformed Control Messages", PARTS, { mutants: MUTANTS });
