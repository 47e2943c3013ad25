/** RFC 2661 §8.1: L2TP over UDP and IP: addresses, ports, checksums, fragments. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import { messageTypeOf } from "../../../peers/testing/l2tp_packets.ts";
import {
  acknowledged,
  avp,
  lcpRequest,
  type More,
  send,
  talk,
  wait,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive } from "../../kit/verdict.ts";
import { isAfter } from "../facts/bench_view.ts";
import { seen } from "../facts/conversation.ts";
import { type Arrival, Attribute, type ControlMessage } from "../facts/message.ts";
import { judgeChecksums, judgeSources } from "../facts/transport_rules.ts";
import { type Part, section } from "./bench.ts";
import { CONVERSATION } from "./conversation_script.ts";
import { both, bothRules } from "./ends.ts";
import { mutant, mutantOfBoth } from "./mutants.ts";
import { isData } from "./packets.ts";

const { SCCRQ, SCCRP, HELLO } = MessageType;
/** The port of the tester that is not the well-known one. */
const HIGH = 40_000;
/** Octets of a UDP payload that fill an Ethernet frame. */
const WHOLE = 1472;

/** A Vendor Name and a Random Vector of all the octets that an AVP can hold: more than fit a frame. */
const LONG: More = {
  with: [
    avp(Attribute.vendorName, "61".repeat(1017), { m: false }),
    avp(Attribute.randomVector, "62".repeat(1017)),
  ],
};

/** Messages of a tunnel from where its peer is not: case, title, and port of the tester. */
const STRANGERS: readonly [name: string, title: string, from: string][] = [
  [
    "transport/static_peer",
    "A message from another address does not move the tunnel there",
    "elsewhere",
  ],
  ["transport/static_port", "A message from another port does not move the tunnel there", "high"],
];

const PARTS: readonly Part[] = [
  ...both(({ role, tunnel, call, probe, opening, accepting }) => ({
    name: role === "lns" ? "transport/source_port" : "transport/reply_port",
    title: role === "lns"
      ? "A request from another port is answered to that port"
      : "After a reply from another source port everything goes to that port",
    covers: [role === "lns" ? "L2TP-091" : "L2TP-092"],
    steps: [
      ...tunnel("a", { from: "high" }),
      ...call("a", "a1"),
      { do: "data_from", session: "a1" },
      ...probe(),
    ],
    stimulus: (c) =>
      c.takesPart() ?? c.probed() ?? seen(
        c.sent("a", opening, ({ sourcePort }) => sourcePort === HIGH)[0],
        "message from another port that opens a tunnel",
      ),
    judge(c, stimulus) {
      const { source } = stimulus;
      const isElsewhere = (m: Arrival) => m.destinationPort !== HIGH || m.destination !== source;
      const wrong = c.tunnel("a").device.find((m) => m.type !== SCCRQ && isElsewhere(m));
      const data = c.dataFromDevice("a", "a1").find(isElsewhere);
      return gravest(
        data && fail(
          `data to ${source}:${HIGH}`,
          `${data.destination}:${data.destinationPort}`,
          frameRefs(stimulus, data),
        ),
        c.replies(stimulus, "a", accepting, "an answer"),
        wrong && fail(
          `${source}:${HIGH}`,
          `${wrong.destination}:${wrong.destinationPort}`,
          frameRefs(stimulus, wrong),
        ),
        c.aliveCall("a", "a1", stimulus),
      );
    },
  })),
  ...STRANGERS.flatMap(([name, title, from]) =>
    both(({ tunnel, call }) => ({
      ...{ name, title, covers: ["L2TP-093"] },
      steps: [
        ...tunnel("a"),
        ...call("a", "a1"),
        ...talk("a", "a1", 1),
        send("HELLO", "a", { from, counts: false }),
        { do: "data", tunnel: "a", session: "a1", payload: lcpRequest(9), from },
        wait(200),
        send("HELLO", "a"),
        acknowledged("a"),
        ...talk("a", "a1", 2),
      ],
      stimulus(c) {
        const usual = c.tunnel("a").tester[0];
        const isUsual = (m: ControlMessage) =>
          m.source === usual.source && m.sourcePort === usual.sourcePort;
        const stranger = c.sent("a", HELLO, (m) => !isUsual(m))[0];
        const hello = c.sent("a", HELLO, isUsual)[0];
        return c.needsCall("a", "a1") ??
          (stranger === undefined || hello === undefined || !isAfter(hello, stranger)
            ? inconclusive("no message of the tunnel from elsewhere was captured")
            : { usual, stranger, hello });
      },
      judge(c, { usual: { source, sourcePort }, stranger, hello }) {
        const moved = (m: Arrival) => m.destination !== source || m.destinationPort !== sourcePort;
        const place = `${source}:${sourcePort}`;
        const data = c.dataFromDevice("a", "a1").find(moved);
        return gravest(
          c.never(stranger, `every message to ${place}`, moved),
          data && fail(`data to ${place}`, data.destination, frameRefs(stranger, data)),
          c.acknowledges(hello, "a"),
        );
      },
    }))
  ),
  ...bothRules((role) => ({
    name: "transport/checksums",
    title: "Control and data messages have UDP checksums",
    covers: ["L2TP-094"],
    on: [CONVERSATION[role]],
    subject: (conduct) => conduct,
    judge: judgeChecksums,
  })),
  ...bothRules((role) => ({
    name: "transport/one_address",
    title: "Control and data messages come from one address and port",
    covers: ["L2TP-095"],
    on: [CONVERSATION[role]],
    subject: (conduct) => conduct,
    judge: judgeSources,
  })),
  ...both(({ role, tunnel, probe, accepting }) => ({
    name: "transport/fragments",
    title: "A message that introduces a peer is answered when it comes in fragments",
    covers: ["L2TP-030"],
    calls: [1, 2],
    steps: [...tunnel("a", LONG), ...(role === "lac" ? tunnel("b") : probe())],
    stimulus(c) {
      const first = c.control.fragments.filter(({ from }) => from === c.testerNode);
      const taken = c.got("a", accepting)[0];
      return first.length === 0
        ? inconclusive("nothing came in fragments")
        : (taken === undefined ? c.needs(role === "lac" ? "b" : "probe") : undefined) ??
          { first, taken };
    },
    judge: (_, { first, taken }) =>
      taken === undefined
        ? fail("an answer to what came in fragments", "there is none", frameRefs(...first))
        : undefined,
  })),
];

const dataTo1701: L2tpOverrides = {
  wire: {
    egress: (t) =>
      isData(t.packet) && t.to !== undefined ? [{ ...t, to: { ...t.to, port: 1701 } }] : [t],
  },
};

const MUTANTS = [
  mutant("lns", "replies_to_1701", "Replies to port 1701 whoever asks", "L2TP-091", {
    wire: {
      egress: (t) =>
        messageTypeOf(t.packet) === SCCRP && t.to !== undefined
          ? [{ ...t, to: { ...t.to, port: 1701 } }]
          : [t],
    },
  }, ["L2TP-141"]),
  mutant("lac", "keeps_to_dialled_port", "Goes on with the port that it dialled", "L2TP-092", {
    l2tp: { remoteAfterSccrp: (dialled) => dialled, acceptsSource: () => true },
  }, ["L2TP-141"]),
  ...mutantOfBoth("moves", "Follows a peer to any address", "L2TP-093", {
    l2tp: { acceptsSource: () => true, movesWithSource: true },
  }, ["L2TP-141"]),
  ...mutantOfBoth("moves_to_ports", "Follows a peer to any port of its address", "L2TP-093", {
    l2tp: {
      acceptsSource: (expected, { address }) => expected.address === address,
      movesWithSource: true,
    },
  }),
  mutant("lns", "data_to_1701", "Sends data to port 1701 whoever asks", "L2TP-091", dataTo1701, [
    "L2TP-141",
  ]),
  mutant("lac", "data_to_1701", "Sends data to the port that it dialled", "L2TP-092", dataTo1701, [
    "L2TP-141",
  ]),
  ...mutantOfBoth("no_checksums", "Sends data without UDP checksums", "L2TP-094", {
    wire: { egress: (t) => isData(t.packet) ? [{ ...t, checksum: false }] : [t] },
  }),
  ...mutantOfBoth("data_by_another_port", "Sends data from another port", "L2TP-095", {
    wire: { egress: (t) => isData(t.packet) ? [{ ...t, port: "spare" }] : [t] },
  }),
  ...mutantOfBoth("loses_fragments", "Loses what comes in fragments", "L2TP-030", {
    wire: { ingress: (packet) => packet.length > WHOLE ? undefined : packet },
  }, ["L2TP-141"]),
];

/** §8.1. */
export const UDP = section("§8.1 L2TP over UDP/IP", PARTS, { mutants: MUTANTS });
