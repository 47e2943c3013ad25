/** RFC 2661 §7.1, §6: messages that lack an AVP which must be present. */
import { type AttributeName, ATTRIBUTES } from "../../../captures/wire/l2tp_attributes.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { MESSAGE_RULES } from "../../../peers/l2tp/rules/message.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  expect,
  open,
  send,
  talk,
  talkInVain,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { isAfter, type SessionName, type TunnelName } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import { ATTRIBUTE_RULES } from "../facts/grammar_attributes.ts";
import { Attribute, carries, type ControlMessage } from "../facts/message.ts";
import type { L2tpClass, L2tpRole } from "../words.ts";
import { benchCase, type Part, type Script, section } from "./bench.ts";
import { calls, ENDS } from "./ends.ts";
import { mutant } from "./mutants.ts";
import { dials, ready } from "./outgoing_steps.ts";

const { SCCRP, SCCCN, ICRP, ICCN, OCRP, CDN, StopCCN } = MessageType;
const { assignedTunnel, assignedSession, result } = Attribute;
const PROTOCOL_VERSION = 2, FRAMING_CAPABILITIES = 3, HOST_NAME = 7, SERIAL_NUMBER = 15;
const FRAMING_TYPE = 19, TX_SPEED = 24;
/** Milliseconds in which a device acts on a message, if it does. */
const ACTING = 300;
/** LCP identifiers before and behind the message, by the place of the message in its scenario. */
const BEFORE = [11, 12, 13], AFTER = [1, 2, 3];

type Name =
  | "SCCRQ"
  | "SCCRP"
  | "ICRQ"
  | "ICRP"
  | "ICCN"
  | "OCRQ"
  | "OCRP"
  | "OCCN"
  | "CDN"
  | "StopCCN";
/** A message and the attribute that it lacks. */
type Lacking = readonly [message: Name, attribute: number];

/** The device's message that shows that it acted on one of the tester's. */
const ACTS: Partial<Record<Name, number>> = {
  ...{ SCCRQ: SCCRP, SCCRP: SCCCN, ICRQ: ICRP, ICRP: ICCN, OCRQ: OCRP },
};

/** Messages of one scenario, each on a tunnel of its own unless the LNS under test chooses it. */
interface Group {
  role: L2tpRole;
  lacking: readonly Lacking[];
  needs?: readonly L2tpClass[];
  run?: Script["run"];
}

const GROUPS: readonly Group[] = [
  {
    role: "lns",
    lacking: [["SCCRQ", PROTOCOL_VERSION], ["SCCRQ", HOST_NAME], ["SCCRQ", FRAMING_CAPABILITIES]],
  },
  {
    role: "lns",
    lacking: [["SCCRQ", assignedTunnel], ["ICRQ", assignedSession], ["ICRQ", SERIAL_NUMBER]],
  },
  { role: "lns", lacking: [["ICCN", TX_SPEED], ["ICCN", FRAMING_TYPE], ["CDN", assignedSession]] },
  { role: "lns", lacking: [["CDN", result], ["StopCCN", result], ["StopCCN", assignedTunnel]] },
  {
    role: "lac",
    lacking: [["SCCRP", PROTOCOL_VERSION], ["SCCRP", HOST_NAME], ["SCCRP", FRAMING_CAPABILITIES]],
  },
  {
    role: "lac",
    lacking: [["SCCRP", assignedTunnel], ["ICRP", assignedSession], ["CDN", assignedSession]],
  },
  { role: "lac", lacking: [["CDN", result], ["StopCCN", result], ["StopCCN", assignedTunnel]] },
  ...[[14, 15, 16], [17, 18, 19], [21]].map((types): Group => ({
    role: "lac",
    needs: ["outgoing_calls"],
    lacking: types.map((type) => ["OCRQ", type] as const),
  })),
  {
    role: "lns",
    needs: ["outgoing_calls"],
    run: dials(["dial", {}], ["first", {}], ["second", {}]),
    lacking: [["OCRP", assignedSession], ["OCCN", TX_SPEED], ["OCCN", FRAMING_TYPE]],
  },
];
const TUNNELS = ["a", "b", "c"] as const, MARKS = ["dial", "first", "second"] as const;

/** Where a message of a scenario stands. */
interface Place {
  message: Name;
  attribute: number;
  tunnel: TunnelName;
  session: SessionName;
  /** Its place in the scenario, from 0. */
  at: number;
}

/** What brings the device to where the message is due, and the message. */
function stepsOf({ role }: Group, { message, attribute, tunnel, session, at }: Place): StepInput[] {
  const end = ENDS[role], without = { without: [attribute] };
  const bad = send(message, tunnel, { session, ...without });
  const inCall = [
    ...end.tunnel(tunnel),
    ...end.call(tunnel, session),
    ...talk(tunnel, session, BEFORE[at]),
  ];
  const late = [wait(ACTING), ...talkInVain(tunnel, session, AFTER[at])];
  switch (message) {
    case "SCCRQ":
    case "SCCRP":
      return [...end.begin(tunnel, without), wait(ACTING)];
    case "ICRQ":
    case "ICRP":
      return [...end.tunnel(tunnel), ...end.beginCall(tunnel, session, without), wait(ACTING)];
    case "ICCN":
      return [
        ...end.tunnel(tunnel),
        ...end.beginCall(tunnel, session),
        expect("ICRP", tunnel),
        bad,
        ...late,
      ];
    case "OCRQ":
      return [...open(tunnel), bad, wait(ACTING)];
    case "OCRP":
    case "OCCN":
      return [
        ...(at === 0 ? open(tunnel) : []),
        ready(MARKS[at]),
        expect("OCRQ", tunnel, 2000),
        ...(message === "OCRP"
          ? [bad, send("OCCN", tunnel, { session })]
          : [send("OCRP", tunnel, { session }), bad]),
        ...late,
      ];
    default:
      return [...inCall, bad, ...late];
  }
}

/** Fails where a device acted on a message that lacks what must be there. */
function judgePlace(
  c: Conversation,
  { message, tunnel, session, at }: Place,
  sent: ControlMessage,
): PartialVerdict {
  const acts = ACTS[message];
  if (acts !== undefined) {
    const ids = [0, c.tunnelId(tunnel)];
    const ofCall = message === "ICRQ" || message === "ICRP" || message === "OCRQ";
    return c.never(
      sent,
      `no answer to a message that lacks what must be present`,
      (m) =>
        m.type === acts && ids.includes(m.tunnelId) &&
        (!ofCall || [0, c.sessionId(session)].includes(m.sessionId)),
    );
  }
  const words = "nothing of a call on which a malformed message was sent";
  if (message === "CDN" || message === "StopCCN") {
    const answer = c.lcpAnswer(tunnel, session, AFTER[at]);
    return gravest(
      answer &&
        fail(
          "the end of what the message ends",
          "data that is answered behind it",
          frameRefs(sent, answer),
        ),
      c.got(tunnel, StopCCN).length > 0 ? undefined : c.acknowledges(sent, tunnel),
    );
  }
  // Who never learnt the Session ID sends to 0.
  const data = c.control.flows.find((flow) =>
    flow.from === c.deviceNode && flow.tunnelId === c.tunnelId(tunnel) &&
    [0, c.sessionId(session)].includes(flow.sessionId)
  );
  if (data !== undefined && data.firstTime < sent.time) {
    return inconclusive("the device had sent data of that call before");
  }
  return data && fail(words, "data in it", [...frameRefs(sent), data.first]);
}

const title = ({ lacking }: Group) =>
  lacking.map(([message, type]) => `${message} without ${ATTRIBUTE_RULES[type].name}`).join(", ");

/** The case of a group. */
function caseOf(group: Group, index: number): Part {
  const { role, lacking, needs, run } = group;
  const places = lacking.map(([message, attribute], at): Place => ({
    ...{ message, attribute, at },
    tunnel: run === undefined ? TUNNELS[at] : "a",
    session: (run === undefined ? `${TUNNELS[at]}1` : `a${at + 1}`) as SessionName,
  }));
  return benchCase({
    ...{ role, name: `avps/missing_${index + 1}`, covers: ["L2TP-127"] },
    title: `Not acted on: ${title(group)}`,
    ...(needs && { needs }),
    ...(run && { run }),
    config: role === "lac" && needs === undefined ? calls(1, 4) : {},
    steps: [...places.flatMap((place) => stepsOf(group, place)), ...ENDS[role].probe()],
    stimulus(c) {
      const found = places.flatMap((place) => {
        const type = MessageType[place.message];
        const sent = c.tester.find((m) => m.type === type && !carries(place.attribute)(m));
        const stop = c.got(place.tunnel, StopCCN)[0];
        const isDue = sent !== undefined && (stop === undefined || isAfter(stop, sent));
        const wasUp = ![CDN, StopCCN].some((end) => end === type) ||
          c.lcpAnswer(place.tunnel, place.session, BEFORE[place.at]) !== undefined;
        return isDue && wasUp ? [{ place, sent }] : [];
      });
      return (needs === undefined ? c.probed() : c.needs("a")) ??
        (found.length === 0
          ? inconclusive("no message that lacks an AVP was captured on a tunnel that stood")
          : found);
    },
    judge: (c, found) => gravest(...found.map(({ place, sent }) => judgePlace(c, place, sent))),
  });
}

/** The names of attributes in the rules of our peers, by number. */
const NAMES: ReadonlyMap<number, AttributeName> = new Map(
  Object.entries(ATTRIBUTES).map(([name, { type }]) => [type, name as AttributeName]),
);

/** Takes a message for whole that lacks an attribute. */
const takes = (message: Name, attribute: number): L2tpOverrides => ({
  l2tp: {
    acceptsHost: () => true,
    required: (name) =>
      MESSAGE_RULES.required(name).filter((one) =>
        name !== message || one !== NAMES.get(attribute)
      ),
  },
});

const MUTANTS = [
  ...GROUPS.flatMap(({ role, lacking }) =>
    lacking.flatMap(([message, type]) =>
      message === "CDN" || message === "StopCCN" ? [] : [mutant(
        role,
        `takes_${message.toLowerCase()}_without_${type}`,
        `Takes an ${message} without ${ATTRIBUTE_RULES[type].name}`,
        "L2TP-127",
        takes(message, type),
        type === assignedTunnel ? ["L2TP-006"] : [],
      )]
    )
  ),
  ...(["lac", "lns"] as const).flatMap((role) => [
    mutant(
      role,
      "ignores_malformed_cdn",
      "Goes on with a call for which a malformed CDN came",
      "L2TP-127",
      {
        l2tp: { takesCdn: (_, fault) => fault === undefined },
      },
    ),
    mutant(
      role,
      "ignores_malformed_stop",
      "Goes on with a tunnel for which a malformed StopCCN came",
      "L2TP-127",
      {
        l2tp: { takesStopCcn: (_, fault) => fault === undefined },
      },
    ),
  ]),
];

/** §7.1, what is missing. */
export const MISSING = section("§7.1 Messages that lack an AVP", GROUPS.map(caseOf), {
  mutants: MUTANTS,
});
