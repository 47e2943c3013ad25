/**
 * What a case does for either role: the tester plays the other end, and the messages by which a tunnel
 * and a call come up are each other's mirror images. Where the device is the LNS the tester opens the
 * tunnel and places the call; where it is the LAC the device does both, as its configuration tells.
 */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { StepInput } from "../../../peers/testing/l2tp_tester/script.ts";
import {
  accept,
  asked,
  call,
  expect,
  type More,
  open,
  send,
  take,
} from "../../../peers/testing/l2tp_tester/steps.ts";
import type { Scenario } from "../../kit/scenario.ts";
import type { L2tpRole } from "../words.ts";
import {
  type BenchCase,
  benchCase,
  type ConductRule,
  conductRule,
  judged,
  type Judgement,
  type Part,
  type Script,
  scripted,
} from "./bench.ts";

const { SCCRQ, SCCRP, SCCCN, ICRQ, ICRP, ICCN } = MessageType;

/** Calls that a LAC makes at once, so many in each of so many tunnels. */
export function calls(count: number, tunnels = 1): Record<string, unknown> {
  const all = Array.from(
    { length: tunnels },
    (_, tunnel) => Array.from({ length: count }, (_, i) => ({ name: `call${tunnel}${i}`, tunnel })),
  );
  return { calls: all.flat() };
}

/** Steps and message types of one role of the device under test. */
export interface End {
  role: L2tpRole;
  /** The tester's message that opens a tunnel, and the device's that goes along with it. */
  opening: number;
  accepting: number;
  /** The device's message that assigns its Tunnel ID. */
  assigning: number;
  /** The tester's message of a call, and the device's that goes along with it. */
  calling: number;
  taking: number;
  /** Ns of the former where that call is the first of its tunnel. */
  callingNs: number;
  /** Says the opening message of a tunnel, and waits for nothing. */
  begin(tunnel: string, first?: More): StepInput[];
  /** Has a tunnel established. */
  tunnel(tunnel: string, first?: More, last?: More): StepInput[];
  /** Says the tester's message of a call, and waits for nothing. */
  beginCall(tunnel: string, session: string, first?: More): StepInput[];
  /** Has a call established. */
  call(tunnel: string, session: string, first?: More, last?: More): StepInput[];
  /** What the device says first of a call. */
  announcing: number;
  /** Has it said on an established tunnel, and from then on acknowledges nothing. */
  unanswered(tunnel: string, session: string): StepInput[];
  /** A clean tunnel at the end, where it is for the tester to open one. */
  probe(first?: More, last?: More): StepInput[];
  /** The configuration of a device that is to make calls, or to wait for them. */
  config(calls?: number, tunnels?: number): Record<string, unknown>;
}

const LNS: End = {
  ...{
    role: "lns",
    opening: SCCRQ,
    accepting: SCCRP,
    assigning: SCCRP,
    calling: ICRQ,
    taking: ICRP,
  },
  callingNs: 2,
  begin: (tunnel, first) => [send("SCCRQ", tunnel, first)],
  tunnel: open,
  beginCall: (tunnel, session, first) => [
    send("ICRQ", tunnel, { session, ifAssigned: true, ...first }),
  ],
  call,
  announcing: ICRP,
  unanswered: (tunnel, session) => [
    { do: "acknowledging", on: false },
    send("ICRQ", tunnel, { session }),
    expect("ICRP", tunnel),
  ],
  probe: (first, last) => open("probe", first, last),
  config: () => ({}),
};

const LAC: End = {
  ...{
    role: "lac",
    opening: SCCRP,
    accepting: SCCCN,
    assigning: SCCRQ,
    calling: ICRP,
    taking: ICCN,
  },
  callingNs: 1,
  begin: (tunnel, first) => [asked(tunnel), send("SCCRP", tunnel, { ifAssigned: true, ...first })],
  tunnel: (tunnel, first) => accept(tunnel, first),
  beginCall: (tunnel, session, first) => [
    expect("ICRQ", tunnel),
    send("ICRP", tunnel, { session, ifAssigned: true, ...first }),
  ],
  call: (tunnel, session, first) => take(tunnel, session, first),
  announcing: ICRQ,
  unanswered: (tunnel) => [
    { do: "acknowledging", on: false },
    expect("ICRQ", tunnel),
    // The SCCCN alone.
    send(0, tunnel),
  ],
  probe: () => [],
  config: calls,
};

/** The ends by role. */
export const ENDS = { lac: LAC, lns: LNS } as const;

/** What is filled in by role: the device's role, and the calls that a LAC has to make. */
interface ByRole {
  /** How many calls a LAC makes, in how many tunnels; one in one unless told. */
  calls?: readonly [calls: number, tunnels?: number];
  /** Configuration of either role besides. */
  config?: Record<string, unknown>;
}

const ROLES: readonly L2tpRole[] = ["lns", "lac"];

/** A case of either role, described once. */
export function both<S extends object>(
  describe: (end: End) => Omit<BenchCase<S>, "role" | "config"> & ByRole,
): Part[] {
  return ROLES.map((role) => {
    const end = ENDS[role];
    const { calls: [count, tunnels] = [1], config, ...rest } = describe(end);
    return benchCase({ ...rest, role, config: { ...end.config(count, tunnels), ...config } });
  });
}

/** A script of either role, without a judgement of its own. */
export function bothScripts(
  describe: (end: End) => Omit<Script, "role" | "config"> & ByRole,
): Record<L2tpRole, Scenario> {
  const scenario = (end: End) => {
    const { calls: [count, tunnels] = [1], config, ...rest } = describe(end);
    return scripted({
      ...rest,
      role: end.role,
      config: { ...end.config(count, tunnels), ...config },
    });
  };
  return { lns: scenario(LNS), lac: scenario(LAC) };
}

/** A case of either role that judges what scripts of others left. */
export function bothJudged<S extends object>(
  describe: (end: End) => Judgement<S> & {
    name: string;
    title: string;
    on: readonly [Scenario, ...Scenario[]];
  },
): Part[] {
  return ROLES.map((role) => judged({ ...describe(ENDS[role]), role }));
}

/** An invariant of either role. */
export function bothRules<S extends object>(
  describe: (role: L2tpRole) => Omit<ConductRule<S>, "role">,
): Part[] {
  return ROLES.map((role) => conductRule({ ...describe(role), role }));
}

/** The scenarios of the parts that `both` made. */
export function scenariosOf(parts: readonly Part[], role: L2tpRole): [Scenario, ...Scenario[]] {
  const all = parts.flatMap(({ scenarios = [] }) => scenarios);
  const [first, ...rest] = all.filter(({ nodes }) => nodes.device.role === role);
  return [first, ...rest];
}
