/** Cases of both roles for outgoing calls (group H, §5.2.2, §7.5). */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Driver } from "../../kit/scenario.ts";
import type { Verdict } from "../../kit/verdict.ts";
import type { Case } from "../cases.ts";
import {
  all,
  carries,
  type Conversations,
  fail,
  inconclusive,
  number16,
  pass,
  refs,
  type Step,
  told,
} from "../checks/conversation.ts";
import type { ControlMessage } from "../facts/wire.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  acknowledged,
  expect,
  open,
  send,
  talk,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { BENCH } from "../topologies.ts";
import { missingOf } from "../checks/lint.ts";

const { SCCRQ, SCCRP, OCRQ, OCRP, OCCN, CDN } = MessageType;
const BEARER_CAPABILITIES = 4, ASSIGNED_SESSION = 14;

/** Lets the scenario know that an LNS may be asked to dial now. */
export const ready = (event: string): StepInput => ({ do: "mark", event });

/** Has the LNS under test ask for a call, once the script is there. */
export function dials(...orders: [event: string, more: Record<string, unknown>][]) {
  return async (driver: Driver) => {
    for (const [event, more] of orders) {
      await driver.event("tester", event, 30_000);
      await driver.instruct("device", { kind: "dial", name: event, calledNumber: "100", ...more });
    }
  };
}

/** Answers the call that an LNS asks for, as a LAC does. */
export function place(tunnel: string, session: string): StepInput[] {
  return [
    expect("OCRQ", tunnel, 5000),
    send("OCRP", tunnel, { session }),
    send("OCCN", tunnel, { session }),
    acknowledged(tunnel),
  ];
}

/** Asks a LAC for a call, as an LNS does. */
const ask = (tunnel: string, session: string) => send("OCRQ", tunnel, { session });

/** Fails where a message lacks an AVP, or assigns no Session ID. */
function assigns(message: ControlMessage): Step {
  const missing = missingOf(message);
  if (missing !== undefined) return fail("every AVP that must be present", missing, refs(message));
  if (number16(message, ASSIGNED_SESSION) > 0) return undefined;
  return fail("an Assigned Session ID", `${told(message)} without one`, refs(message));
}

/** Judges the call that an LNS asked for on tunnel `a`. */
function placed(c: Conversations): Verdict {
  const request = c.got("a", OCRQ)[0], connected = c.sent("a", OCCN)[0];
  return all(
    request.sessionId === 0
      ? assigns(request)
      : fail("an OCRQ with Session ID 0", `${request.sessionId}`, refs(request)),
    c.acknowledges(connected, "a"),
    c.never(connected, "no CDN", (m) => m.type === CDN),
    c.answersLcp("a", "a1", 1),
  );
}

const LNS_CASES: readonly Case[] = [
  {
    name: "outgoing/establishment",
    title: "OCRQ, OCRP and OCCN establish a call that the LNS asked for",
    covers: ["L2TP-080"],
    role: "lns",
    needs: ["outgoing_calls"],
    steps: [...open("a"), ready("dial"), ...place("a", "a1"), ...talk("a", "a1", 1)],
    run: dials(["dial", {}]),
    judge: (c) =>
      c.got("a", OCRQ).length > 0
        ? placed(c)
        : c.needs("a") ?? fail("an OCRQ", "there is none", refs(c.tester[0])),
  },
  {
    name: "outgoing/own_tunnel",
    title: "An LNS that has no tunnel opens one, and asks for the call through it",
    covers: ["L2TP-080"],
    role: "lns",
    needs: ["outgoing_calls"],
    config: { peers: [{ name: "tester", address: BENCH.tester, port: 1701 }] },
    steps: [
      ready("dial"),
      expect("SCCRQ", "a"),
      send("SCCRP", "a"),
      expect("SCCCN", "a"),
      ...place("a", "a1"),
      ...talk("a", "a1", 1),
    ],
    run: dials(["dial", {}]),
    judge(c) {
      if (c.got("a", SCCRQ).length === 0) return inconclusive("the device asked for no tunnel");
      if (c.got("a", OCRQ).length > 0) return placed(c);
      return c.replies(c.sent("a", SCCRP)[0], "a", OCRQ, "an OCRQ") ?? pass;
    },
  },
  {
    name: "outgoing/no_bearer_capabilities",
    title: "No call is asked of a LAC that told no Bearer Capabilities",
    covers: ["L2TP-080"],
    role: "lns",
    needs: ["outgoing_calls"],
    steps: [
      ...open("a", { without: [BEARER_CAPABILITIES] }),
      ready("first"),
      expect("OCRQ", "a", 500),
      ...open("b"),
      ready("second"),
      ...place("b", "b1"),
    ],
    run: dials(["first", {}], ["second", {}]),
    judge(c) {
      const asked = c.got("a", OCRQ)[0], sound = c.got("b", OCRQ)[0];
      return all(
        c.needs("a", "b"),
        asked && fail("no OCRQ", told(asked), refs(c.sent("a", SCCRQ)[0], asked)),
        sound === undefined ? inconclusive("no call was asked for at all") : undefined,
      );
    },
  },
  {
    name: "outgoing/bad_events",
    title: "An OCCN in the place of the OCRP, and a second OCRP, are answered by a CDN",
    covers: ["L2TP-080"],
    role: "lns",
    needs: ["outgoing_calls"],
    steps: [
      ...open("a"),
      ready("first"),
      expect("OCRQ", "a", 5000),
      send("OCCN", "a", { session: "a1" }),
      expect("CDN", "a"),
      ready("second"),
      expect("OCRQ", "a", 5000),
      send("OCRP", "a", { session: "a2" }),
      send("OCRP", "a", { session: "a2" }),
      expect("CDN", "a"),
    ],
    run: dials(["first", {}], ["second", {}]),
    judge: (c) =>
      all(
        c.needs("a"),
        c.got("a", OCRQ).length < 2 ? inconclusive("not two calls were asked for") : undefined,
        c.replies(c.sent("a", OCCN)[0], "a", CDN, "a CDN to the OCCN"),
        c.replies(
          c.sent("a", OCRP)[1],
          "a",
          CDN,
          "a CDN to the second OCRP",
          (m) => m.sessionId === 0x31a2,
        ),
      ),
  },
];

const LAC_CASES: readonly Case[] = [
  {
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
    judge(c) {
      const reply = c.got("a", OCRP)[0], connected = c.got("a", OCCN)[0];
      const request = c.sent("a", OCRQ)[0];
      return all(
        c.needs("a"),
        c.got("a", SCCRP, carries(BEARER_CAPABILITIES)).length > 0
          ? undefined
          : fail("an SCCRP with Bearer Capabilities", "none", refs(c.got("a", SCCRP)[0])),
        c.replies(request, "a", OCRP, "an OCRP", (m) => m.sessionId === 0x31a1),
        c.replies(request, "a", OCCN, "an OCCN", (m) => m.sessionId === 0x31a1),
        reply && assigns(reply),
        reply && connected && connected.ns < reply.ns
          ? fail("an OCCN after the OCRP", told(connected), refs(reply, connected))
          : undefined,
        c.answersLcp("a", "a1", 1),
      );
    },
  },
  {
    name: "outgoing/bad_events",
    title: "A second OCRQ and an OCCN, while the call is placed, are answered by a CDN",
    covers: ["L2TP-080"],
    role: "lac",
    needs: ["outgoing_calls"],
    config: { answers: [{ after: 60_000 }] },
    steps: [
      ...open("a"),
      ...["a1", "a2"].flatMap((session, i) => [
        ask("a", session),
        expect("OCRP", "a"),
        i === 0 ? send("OCCN", "a", { session }) : ask("a", session),
        expect("CDN", "a"),
      ]),
    ],
    judge: (c) =>
      all(
        c.needs("a"),
        c.got("a", OCRP).length < 2 ? inconclusive("not two calls were accepted") : undefined,
        c.replies(
          c.sent("a", OCCN)[0],
          "a",
          CDN,
          "a CDN to the OCCN",
          (m) => m.sessionId === 0x31a1,
        ),
        c.replies(
          c.sent("a", OCRQ)[2],
          "a",
          CDN,
          "a CDN to the second OCRQ",
          (m) => m.sessionId === 0x31a2,
        ),
      ),
  },
];

/** The cases of both roles. */
export const OUTGOING_CALL_CASES: readonly Case[] = [...LNS_CASES, ...LAC_CASES];
