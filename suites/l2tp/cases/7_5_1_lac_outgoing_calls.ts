/** RFC 2661 §7.5.1, §5.2.2: outgoing calls, as a LAC places them. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { avpsOf, messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import { expect, open, send, talk } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { seen } from "../facts/conversation.ts";
import { Attribute, carries, type ControlMessage, formatMessage } from "../facts/message.ts";
import { benchCase, type Part, section } from "./bench.ts";
import { mutant } from "./mutants.ts";
import { loses } from "./packets.ts";
import { ignores, judgeAssignment, OUTGOING, waits } from "./outgoing_steps.ts";

const { SCCRP, OCRQ, OCRP, OCCN, CDN } = MessageType;
const { bearerCapabilities } = Attribute;

/** Asks a LAC for a call, as an LNS does. */
const ask = (tunnel: string, session: string) => send("OCRQ", tunnel, { session });

const PARTS: readonly Part[] = [
  benchCase({
    name: "outgoing/establishment",
    title: "OCRQ, OCRP and OCCN establish a call that the LNS asked for",
    covers: ["L2TP-080"],
    role: "lac",
    needs: ["outgoing_calls"],
    steps: [
      ...open("a"),
      ask("a", "a1"),
      expect("OCRP", "a"),
      expect("OCCN", "a", 5000),
      ...talk("a", "a1", 1),
    ],
    stimulus(c) {
      const requests = c.sent("a", OCRQ);
      return c.needs("a") ??
        (requests.length !== 1
          ? inconclusive(`${requests.length} calls were asked for, not one alone`)
          : c.needsLcp(1) ?? requests[0]);
    },
    judge(c, request) {
      const reply = c.got("a", OCRP)[0], connected = c.got("a", OCCN)[0];
      const isOurs = (m: ControlMessage) => m.sessionId === c.sessionId("a1");
      return gravest(
        c.got("a", SCCRP, carries(bearerCapabilities)).length > 0 ? undefined : fail(
          "an SCCRP with Bearer Capabilities",
          "none",
          frameRefs(...c.got("a", SCCRP), request),
        ),
        c.replies(request, "a", OCRP, "an OCRP", isOurs),
        c.replies(request, "a", OCCN, "an OCCN", isOurs),
        reply && judgeAssignment(reply),
        reply && connected && connected.ns < reply.ns
          ? fail(
            "an OCCN after the OCRP",
            formatMessage(connected),
            frameRefs(reply, connected),
          )
          : undefined,
        c.answersLcp("a", "a1", 1),
      );
    },
  }),
  benchCase({
    name: "outgoing/any_order",
    title: "An OCRQ whose AVPs come from last to first is answered like any other",
    covers: ["L2TP-025"],
    role: "lac",
    needs: ["outgoing_calls"],
    steps: [
      ...open("a"),
      send("OCRQ", "a", { session: "a1", backwards: true }),
      expect("OCRP", "a"),
      expect("OCCN", "a"),
    ],
    stimulus: (c) =>
      c.needs("a") ?? seen(
        c.sent("a", OCRQ, ({ avps }) => (avps[1]?.type ?? 0) > (avps[2]?.type ?? 0))[0],
        "OCRQ with its AVPs from last to first",
      ),
    judge: (c, request) => c.replies(request, "a", OCRP, "an OCRP"),
  }),
  benchCase({
    name: "outgoing/bad_events",
    title: "A second OCRQ and an OCCN, while the call is placed, are answered by a CDN",
    covers: ["L2TP-080"],
    role: "lac",
    needs: ["outgoing_calls"],
    config: { answers: [{ after: 60_000 }] },
    steps: [
      ...open("a"),
      // One that stays: a tunnel may end with its last session.
      ...[ask("a", "a3"), expect("OCRP", "a")],
      ...["a1", "a2"].flatMap((session, i) => [
        ask("a", session),
        expect("OCRP", "a"),
        i === 0 ? send("OCCN", "a", { session }) : ask("a", session),
        expect("CDN", "a"),
      ]),
    ],
    stimulus(c) {
      const connected = c.sent("a", OCCN)[0], again = c.sent("a", OCRQ)[3];
      const taken = c.got("a", OCRP).length;
      return c.needs("a") ??
        (connected === undefined || again === undefined
          ? inconclusive("no OCCN of the tester and no second OCRQ of a call were captured")
          : taken < 3
          ? inconclusive(`${taken} of 3 calls were accepted`)
          : { connected, again });
    },
    judge: (c, { connected, again }) =>
      gravest(
        c.replies(
          connected,
          "a",
          CDN,
          "a CDN to the OCCN",
          (m) => m.sessionId === c.sessionId("a1"),
        ),
        c.replies(
          again,
          "a",
          CDN,
          "a CDN to the second OCRQ",
          (m) => m.sessionId === c.sessionId("a2"),
        ),
      ),
  }),
];

const MUTANTS = [
  mutant("lac", "ocrq_in_order", "Loses an OCRQ that does not tell its call first", "L2TP-025", {
    ...loses((packet) => messageTypeOf(packet) === OCRQ && avpsOf(packet)[1]?.type !== 14),
  }),
  mutant(
    "lac",
    "never_connects",
    "Never tells that a call is connected",
    "L2TP-080",
    ignores((_, event) => event === "answer"),
    ["L2TP-052"],
  ),
  mutant(
    "lac",
    "forgiving_outgoing_calls",
    "Ignores messages of outgoing calls that have no place",
    "L2TP-080",
    ignores((state, event) => waits(state) && OUTGOING.includes(event)),
    ["L2TP-126"],
  ),
];

/** §7.5.1. */
export const LAC_OUTGOING_CALLS = section("§7.5.1 LAC Outgoing Call States", PARTS, {
  mutants: MUTANTS,
});
