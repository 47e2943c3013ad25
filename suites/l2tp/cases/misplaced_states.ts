/** States of RFC 2661 §7.2 to §7.5, what brings a device into each, and what has no place in it. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import { accept, expect, open, send, take } from "../../../peers/testing/l2tp_tester/steps.ts";
import type { SessionName, TunnelName } from "../facts/bench_view.ts";
import type { Conversation } from "../facts/conversation.ts";
import type { L2tpId } from "../requirements.ts";
import type { L2tpClass, L2tpRole } from "../words.ts";
import type { Script } from "./bench.ts";
import { calls, ENDS } from "./ends.ts";
import { dials, ready } from "./outgoing_steps.ts";

const { SCCRP, ICRQ, ICRP, OCRQ, OCRP, OCCN } = MessageType;
type Name = "SCCRQ" | "SCCRP" | "SCCCN" | "ICRQ" | "ICRP" | "ICCN" | "OCRQ" | "OCRP" | "OCCN";

/** One message where it has no place. */
export interface Misplaced {
  tunnel: TunnelName;
  /** The session that it is about; none where it is about the tunnel. */
  session?: SessionName;
  /** What brings the device into the state. */
  before: StepInput[];
  message: Name;
}

/** Messages of one role in one kind of state. */
export interface State {
  role: L2tpRole;
  name: string;
  title: string;
  covers: L2tpId;
  needs?: readonly L2tpClass[];
  config?: Record<string, unknown>;
  run?: Script["run"];
  misplaced: readonly Misplaced[];
  /** Whether the device came to the state. */
  isReady(c: Conversation, tunnel: TunnelName, session: SessionName): boolean;
}

const isUp = (c: Conversation, tunnel: TunnelName) => c.upWith(tunnel) !== undefined;
const isCallUp = (c: Conversation, tunnel: TunnelName, session: SessionName) =>
  c.callUpWith(tunnel, session) !== undefined;
/** Whether the device has said a message about a session of the tester, or about one without a name. */
const said = (type: number) => (c: Conversation, tunnel: TunnelName, session: SessionName) =>
  c.got(tunnel, type, (m) => m.sessionId === 0 || m.sessionId === c.sessionId(session)).length > 0;

const tunnelsOf = ["a", "b", "c"] as const;
const first = (tunnel: TunnelName) => `${tunnel}1` as SessionName;

/** The same state on three tunnels, with another message on each. */
function each(
  messages: readonly Name[],
  before: (tunnel: string, session: string) => StepInput[],
  ofTunnel = false,
): Misplaced[] {
  return messages.map((message, i) => {
    const tunnel = tunnelsOf[i], session = first(tunnel);
    return { tunnel, message, before: before(tunnel, session), ...(ofTunnel ? {} : { session }) };
  });
}

const incoming = (tunnel: string, session: string) => [
  ...open(tunnel),
  send("ICRQ", tunnel, { session }),
  expect("ICRP", tunnel),
];
const taken = (tunnel: string, session: string) => [...accept(tunnel), ...take(tunnel, session)];
const asked = (tunnel: string, session: string) => [
  ...open(tunnel),
  send("OCRQ", tunnel, { session }),
  expect("OCRP", tunnel),
];
const placed = (tunnel: string, session: string) => [
  ...asked(tunnel, session),
  expect("OCCN", tunnel),
];

/** A call that an LNS asks for on tunnel `a` with the answers so far. */
const dialled = (session: SessionName, mark: "first" | "second" | "dial", ...answers: Name[]) => [
  ready(mark),
  expect("OCRQ", "a", 5000),
  ...answers.map((name) => send(name, "a", { session })),
];

/** Every state that cases bring a device into. */
export const STATES: readonly State[] = [
  {
    role: "lac",
    name: "control/misplaced_established",
    isReady: isUp,
    title: "SCCRQ, SCCRP and SCCCN on an established tunnel are answered with a StopCCN",
    covers: "L2TP-124",
    config: calls(1, 4),
    misplaced: each(["SCCRQ", "SCCRP", "SCCCN"], (tunnel) => accept(tunnel), true),
  },
  {
    role: "lns",
    name: "control/misplaced_waiting",
    isReady: said(SCCRP),
    title: "SCCRQ and SCCRP where the SCCCN is awaited are answered with a StopCCN",
    covers: "L2TP-045",
    misplaced: each(
      ["SCCRQ", "SCCRP"],
      (tunnel) => [send("SCCRQ", tunnel), expect("SCCRP", tunnel)],
      true,
    ),
  },
  {
    role: "lns",
    name: "control/misplaced_established",
    isReady: isUp,
    title: "SCCRQ, SCCRP and SCCCN on an established tunnel are answered with a StopCCN",
    covers: "L2TP-045",
    misplaced: each(["SCCRQ", "SCCRP", "SCCCN"], (tunnel) => open(tunnel), true),
  },
  {
    role: "lac",
    name: "sessions/misplaced_established",
    isReady: isCallUp,
    title: "ICRQ, ICRP and ICCN on an established call end it",
    covers: "L2TP-125",
    config: calls(1, 4),
    misplaced: each(["ICRQ", "ICRP", "ICCN"], taken),
  },
  {
    role: "lac",
    name: "sessions/misplaced_waiting",
    isReady: said(ICRQ),
    title: "An ICRQ for a call whose ICRP is awaited ends it",
    covers: "L2TP-125",
    config: calls(1, 2),
    misplaced: each(["ICRQ"], (tunnel) => [...accept(tunnel), expect("ICRQ", tunnel)]),
  },
  {
    role: "lns",
    name: "sessions/misplaced_waiting",
    isReady: said(ICRP),
    title: "ICRQ and ICRP for a call whose ICCN is awaited end it",
    covers: "L2TP-077",
    misplaced: each(["ICRQ", "ICRP"], incoming),
  },
  {
    role: "lns",
    name: "sessions/misplaced_established",
    isReady: isCallUp,
    title: "ICRQ, ICRP and ICCN on an established call end it",
    covers: "L2TP-077",
    misplaced: each(
      ["ICRQ", "ICRP", "ICCN"],
      (tunnel, session) => [...open(tunnel), ...ENDS.lns.call(tunnel, session)],
    ),
  },
  {
    role: "lac",
    name: "outgoing/misplaced_waiting",
    isReady: said(OCRP),
    title: "OCRQ, OCRP and OCCN for a call that is being placed end it",
    covers: "L2TP-126",
    needs: ["outgoing_calls"],
    config: { answers: [{ after: 60_000 }] },
    misplaced: each(["OCRQ", "OCRP", "OCCN"], asked),
  },
  {
    role: "lac",
    name: "outgoing/misplaced_established",
    isReady: said(OCCN),
    title: "OCRQ, OCRP and OCCN on an established call end it",
    covers: "L2TP-126",
    needs: ["outgoing_calls"],
    misplaced: each(["OCRQ", "OCRP", "OCCN"], placed),
  },
  {
    role: "lns",
    name: "outgoing/misplaced_waiting",
    isReady: said(OCRQ),
    title: "OCRQ and OCCN for a call whose OCRP is awaited, and an OCRQ behind it, end the call",
    covers: "L2TP-126",
    needs: ["outgoing_calls"],
    run: dials(["dial", {}], ["first", {}], ["second", {}]),
    misplaced: [
      { before: [...open("a"), ...dialled("a1", "dial")], message: "OCRQ" },
      { before: dialled("a2", "first"), message: "OCCN" },
      { before: dialled("a3", "second", "OCRP"), message: "OCRQ" },
    ].map((one, i) => ({ ...one, tunnel: "a", session: `a${i + 1}` }) as Misplaced),
  },
  {
    role: "lns",
    name: "outgoing/misplaced_established",
    isReady: said(OCRQ),
    title: "OCRQ, OCRP and OCCN on an established call end it",
    covers: "L2TP-126",
    needs: ["outgoing_calls"],
    run: dials(["dial", {}], ["first", {}], ["second", {}]),
    misplaced: ([["dial", "OCRQ"], ["first", "OCRP"], ["second", "OCCN"]] as const).map(
      ([mark, message], i) => ({
        ...{ tunnel: "a", session: `a${i + 1}` as SessionName, message },
        before: [
          ...(i === 0 ? open("a") : []),
          ...dialled(`a${i + 1}` as SessionName, mark, "OCRP", "OCCN"),
        ],
      }),
    ),
  },
];
