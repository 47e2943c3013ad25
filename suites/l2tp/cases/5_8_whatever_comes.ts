/** RFC 2661 §5.5, §5.8, §7.1: what goes on whatever comes: tunnels stand, and messages are acknowledged. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { avp, type More, send, wait } from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import { fail, gravest, type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import { LabView } from "../../kit/lab_view.ts";
import { judgeAcknowledgements } from "../facts/acknowledgement_rules.ts";
import { seen } from "../facts/conversation.ts";
import { controlFacts } from "../facts/control_collector.ts";
import { copiesOfQuestion, type Witness, witnessOf } from "../facts/witness.ts";
import { kit } from "../vocabulary.ts";
import { BOTH, type L2tpRole } from "../words.ts";
import { type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { both, bothRules, scenariosOf } from "./ends.ts";
import { mutantOfBoth } from "./mutants.ts";
import { isData, loses, opensWitness } from "./packets.ts";
import { restartsAfter } from "./restarts.ts";

const { HELLO, StopCCN } = MessageType;
/** Milliseconds in which whoever lives acknowledges a HELLO that comes three times. */
const TIME_TO_ANSWER = 4000;

/** The tunnel beside, asked whether it stands for long enough. */
type Asked = Required<Pick<Witness, "up" | "asked">> & { lives: boolean };

/** The tunnel that stood beside all else, from the first stimulus to the last. */
function standsBeside(role: L2tpRole): Part {
  const check = kit.invariant({
    name: `${role}/control/stands`,
    title: "A tunnel stands to the end, whatever comes for others",
    covers: ["L2TP-133"],
    on: scenariosOf(ODD, role),
    judges: [role],
    needs: { control: controlFacts },
    subject({ control }, evidence): Asked | Inconclusive {
      const { up, asked, lives } = witnessOf(control, evidence, role) ?? { lives: false };
      if (up === undefined || asked === undefined) {
        return inconclusive(
          `no tunnel of the ${role.toUpperCase()} beside those that something was tried on was captured`,
        );
      }
      const late = Math.max(
        0,
        ...new LabView(evidence).nodesOf(role).map((node) => toleranceOf(evidence, node)),
      );
      const waited = ((control.scriptEnd ?? asked.time) - asked.time) * 1000;
      return lives || waited >= TIME_TO_ANSWER + late ? { up, asked, lives } : inconclusive(
        "the device had too little time to say that it knows the tunnel that stood beside",
      );
    },
    judge: ({ control }, { up, asked, lives }, evidence) =>
      gravest(
        lives ? undefined : fail(
          "the HELLO acknowledged on a tunnel that nobody has ended",
          "it is not, as if the device had been restarted",
          frameRefs(up, asked, ...copiesOfQuestion(control, evidence, role)),
        ),
      ),
  });
  return { checks: [check] };
}

/** Raw octets of the tester to the device: less than a header, and headers that end too soon. */
const SHORT = ["", "c8", "c802", "c80200", "c802000c0001", "4802", "02", "0002", "c80200065a31"];

/** What no peer should say, and nobody should die of: header, AVPs, numbers and identifiers. */
function oddities(role: L2tpRole, tunnel: string): StepInput[] {
  const hello = (changes: More) => send("HELLO", tunnel, { counts: false, ...changes });
  const data = (changes: Partial<Extract<StepInput, { do: "data" }>>): StepInput => ({
    ...{ do: "data", tunnel, session: `${tunnel}1`, payload: "ff03c0210901" },
    ...changes,
  });
  return [
    ...SHORT.map((octets): StepInput => ({ do: "raw", octets })),
    ...[3, 15].map((version) => hello({ header: { word: 0xc800 | version } })),
    // An AVP one octet past the message, one far past it, and a second Message Type.
    hello({ with: [avp(8, "61", { length: 8, m: false })], header: { nsBy: 1 } }),
    hello({ with: [avp(8, "61", { length: 1023, m: false })], header: { nsBy: 1 } }),
    hello({ with: [avp(0, "0006")], header: { nsBy: 1 } }),
    // Hidden values where no secret is shared: of one octet, and of none.
    ...["aa", ""].map((value) =>
      hello({ with: [avp(36, "01"), avp(21, value, { h: true, m: false })], header: { nsBy: 1 } })
    ),
    // Session IDs where none belongs, unknown calls, tunnels of nobody.
    hello({ header: { sessionId: 0x3333, nsBy: 1 } }),
    send(0, tunnel, { header: { tunnelId: 0 } }),
    send(0, tunnel, { header: { sessionId: 0x3333 } }),
    send("CDN", tunnel, { counts: false, header: { tunnelId: 0x3333, sessionId: 0x3333 } }),
    send(role === "lns" ? "SLI" : "WEN", tunnel, {
      ...{ counts: false, session: `${tunnel}1`, header: { sessionId: 0x3333, nsBy: 1 } },
    }),
    // Numbers far ahead, and acknowledgements of what nobody sent.
    hello({ header: { nsBy: 100 }, with: [avp(8, "61", { m: false })] }),
    send(0, tunnel, { header: { nrBy: 0x4000 } }),
    // Data of no session, without a frame, with half of one, and of what is no protocol.
    data({ sessionId: 0 }),
    data({ tunnelId: 0 }),
    ...["", "ff", "ff03", "ff03c0", "00", "c021", "ff03c021", "ff03c02101", "ff03ffff00"].map(
      (payload) => data({ payload }),
    ),
    ...[
      "ff03c0210105ffff",
      "ff03c0210106000801010101",
      "ff03c0210107000a0100",
      "ff03c0210c0800040000",
    ]
      .map((payload) => data({ payload })),
    data({ word: 0x0202, offset: 0xffff, pad: 0 }),
    data({ word: 0x0802, ns: 0xffff, nr: 0xffff }),
  ];
}

/** Devices that get what nobody should send, and are asked for more. */
const ODD: readonly Part[] = both((end) => ({
  name: "control/odd_messages",
  title: "Another tunnel comes up behind messages and data that nobody should send",
  covers: ["L2TP-133"],
  calls: [1, 2],
  steps: [
    ...end.tunnel("a"),
    ...end.call("a", "a1"),
    { do: "data_from", session: "a1" },
    ...oddities(end.role, "a"),
    wait(500),
    ...(end.role === "lac" ? end.tunnel("b") : end.probe()),
  ],
  stimulus(c) {
    const odd = c.tester.find(({ sessionId, type }) => type === HELLO && sessionId !== 0);
    return c.needsCall("a", "a1") ?? seen(odd, "HELLO with a Session ID");
  },
  judge: (c, odd) => c.alive(end.role === "lac" ? "b" : "probe", odd),
}));

const PARTS: readonly Part[] = [
  ...ODD,
  ...BOTH.map(standsBeside),
  ...bothRules((role) => ({
    name: "reliable/acknowledged",
    title: "What is as it should be, and the next in order, is acknowledged",
    covers: ["L2TP-134"],
    on: [CONVERSATION[role]],
    subject: (conduct) =>
      conduct.ends.some(({ begun, peer }) => begun && peer.messages.length > 1)
        ? conduct
        : inconclusive("no message was captured on a tunnel of the device"),
    judge: judgeAcknowledgements,
  })),
];

/** Loses a packet of a kind in every tunnel, each time that it comes. */
const deafTo = (type: number): L2tpOverrides => loses((packet) => messageTypeOf(packet) === type);

/** What breaks besides where no StopCCN is taken. */
const WITHOUT_STOPS = [
  ...["L2TP-016", "L2TP-025", "L2TP-029", "L2TP-050", "L2TP-069", "L2TP-079"] as const,
  ...["L2TP-081", "L2TP-127"] as const,
];

const MUTANTS = [
  ...mutantOfBoth(
    "dies_of_stop",
    "Dies of a StopCCN, and is restarted",
    "L2TP-133",
    restartsAfter((packet) => messageTypeOf(packet) === StopCCN),
    WITHOUT_STOPS,
  ),
  ...mutantOfBoth(
    "dies_of_many",
    "Dies of the eighth HELLO, and is restarted",
    "L2TP-133",
    diesOfMany(),
    ["L2TP-055", "L2TP-067"],
  ),
  ...mutantOfBoth(
    "dies_of_short_datagrams",
    "Dies of a datagram without a whole header, and is restarted",
    "L2TP-133",
    restartsAfter((packet) => packet.length < 6),
  ),
  ...mutantOfBoth(
    "dies_of_half_a_frame",
    "Dies of data with half a PPP frame, and is restarted",
    "L2TP-133",
    restartsAfter((packet) => isData(packet) && packet.length === 7),
  ),
  ...mutantOfBoth(
    "deaf_to_stop",
    "Loses every StopCCN",
    "L2TP-134",
    deafTo(StopCCN),
    WITHOUT_STOPS,
  ),
];

/** Dies of the eighth HELLO of a scenario. */
function diesOfMany(): L2tpOverrides {
  let count = 0;
  return restartsAfter((packet) => {
    if (opensWitness(packet)) count = 0;
    return messageTypeOf(packet) === HELLO && ++count === 8;
  });
}

/** §5.5, §5.8 and §7.1, what goes on. */
export const WHATEVER_COMES = section("§5.5, §5.8, §7.1 Whatever comes", PARTS, {
  mutants: MUTANTS,
});
