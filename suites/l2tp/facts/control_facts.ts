/** What WAN taps show of L2TP: messages, control connections, data flows, and who is who. */
import type { FrameRef } from "../../../captures/frame.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Evidence } from "../../kit/evidence.ts";
import type { ParameterValue } from "../../kit/parameters.ts";
import { appended } from "../../kit/appended.ts";
import { LabView } from "../../kit/lab_view.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import { type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import type { L2tpRole } from "../words.ts";
import { configurationOf } from "./configuration.ts";
import type { ConnectionEnd, ControlConnection } from "./control_connection.ts";
import type { DataFlow } from "./data.ts";
import { Attribute, type ControlMessage, number16 } from "./message.ts";
import { PairTable } from "./pair_table.ts";
import { learnRoles, tellsNoRole } from "./roles.ts";

/** Messages that begin a tunnel and assign its identifier. */
const OPENINGS: readonly number[] = [MessageType.SCCRQ, MessageType.SCCRP];

/** Packets of a sender on ports of L2TP that are no messages of version 2. */
export interface OtherPackets {
  count: number;
  /** The first of them, up to a few dozen, each with what it says its version is. */
  shown: { frame: FrameRef; version: number }[];
  /** Seconds since 1970 of the last. */
  lastTime: number;
}

/** What a collector found. */
interface Found {
  messages: readonly ControlMessage[];
  connections: readonly ControlConnection[];
  unaddressed: readonly ControlMessage[];
  flows: readonly DataFlow[];
  others: ReadonlyMap<string, OtherPackets>;
  fragments: readonly { from: string; frame: FrameRef }[];
  mirrored: number;
  scriptEnd?: number;
  confused?: string;
}

/** All that those who play a role sent. */
export interface Conduct {
  role: L2tpRole;
  /** Whether the captures are known to hold everything that was sent, in one piece. */
  complete: boolean;
  /** What the profile declares of whoever plays the role. */
  parameters: Readonly<Record<string, ParameterValue>>;
  /** Seconds by which those who play it may have been late, as far as the lab knows. */
  tolerance: number;
  /** Whether one of its control connections was granted, or the captures may have begun later. */
  isPartner: boolean;
  /** Every control message, in the order of arrival at each tap. */
  messages: readonly ControlMessage[];
  /** Identifiers that the tester may have assigned in a form that nobody else can read. */
  testerIds: { tunnels: ReadonlySet<number>; sessions: ReadonlySet<number> };
  /** Ends of control connections in which they play it. */
  ends: readonly ConnectionEnd[];
  /** Whether who plays which role is known besides the messages. */
  rolesAreGiven: boolean;
  /** Whether a profile declares anything of those who play it. */
  isDeclared: boolean;
  /** Messages with Tunnel ID 0 that name no tunnel of theirs in an AVP either. */
  unaddressed: readonly ControlMessage[];
  /** Those who assigned Tunnel ID 0, which is none: to them it may be sent back. */
  assignsZero: ReadonlySet<string>;
  /** Data flows from these ends. */
  flows: readonly DataFlow[];
  /**
   * Those of one of the ends: they go to its peer, under identifiers which that peer assigned. From
   * which address does not matter.
   */
  flowsOf(end: ConnectionEnd): readonly DataFlow[];
  /** What they sent to ports of L2TP that is no message of version 2, where nobody sent it to them. */
  strays?: OtherPackets;
}

/** Facts of one piece of evidence. */
export class ControlFacts {
  /** Every control message, tap by tap in the order of arrival. */
  readonly messages: readonly ControlMessage[];
  readonly connections: readonly ControlConnection[];
  readonly flows: readonly DataFlow[];
  /** By sender. */
  readonly others: ReadonlyMap<string, OtherPackets>;
  /** First fragments of datagrams: their messages are in none of the above. */
  readonly fragments: readonly { from: string; frame: FrameRef }[];
  /** Messages that were seen twice at once, and are counted once. */
  readonly mirrored: number;
  /** When the tester had done all that its script says, in seconds since 1970. */
  readonly scriptEnd?: number;
  /** How a device that lasts took this conversation for one of before, as a sentence; if it did. */
  readonly confused?: string;
  readonly #unaddressed: readonly ControlMessage[];
  readonly #evidence: Evidence;
  readonly #conducts = new Map<L2tpRole, Conduct>();
  /** Those who assign Tunnel ID 0. */
  readonly #assignsZero: ReadonlySet<string>;

  constructor(evidence: Evidence, found: Found) {
    this.#evidence = evidence;
    this.messages = found.messages;
    this.connections = found.connections;
    this.#unaddressed = found.unaddressed;
    this.flows = found.flows;
    this.others = found.others;
    this.fragments = found.fragments;
    this.mirrored = found.mirrored;
    this.scriptEnd = found.scriptEnd;
    this.confused = found.confused;
    this.#assignsZero = new Set(this.messages.filter(assignsZero).map(({ from }) => from));
    if (this.#isAlone) learnRoles(this.connections);
    else this.#assignRoles();
  }

  /** Whether the evidence is captures alone, which say nothing of who is who. */
  get #isAlone(): boolean {
    return this.#evidence.world === "captures";
  }

  /** What those sent who play a role; inconclusive when nobody is seen to play it. */
  conduct(role: L2tpRole): Conduct | Inconclusive {
    let conduct = this.#conducts.get(role);
    if (conduct === undefined) this.#conducts.set(role, conduct = this.#conduct(role));
    const name = role.toUpperCase();
    if (conduct.messages.length > 0) {
      // What only looks like messages is no conduct of anybody: some tunnel shows who is there.
      return conduct.isPartner ? conduct : inconclusive(
        `no control connection of the ${name} was asked for and granted`,
      );
    }
    return inconclusive(
      this.#isAlone
        ? `no ${name} was seen in the captures`
        : `the ${name} sent no control message that was captured`,
    );
  }

  /**
   * The role that an end plays. Where nothing tells, whoever was seen first is judged as a LAC, and the
   * other end as an LNS: what both must keep is the same. Beside a profile they are left alone, as
   * nobody knows which end it is about.
   */
  judgedAs(end: ConnectionEnd): L2tpRole | undefined {
    const { role, connection } = end;
    if (role !== undefined || !this.#isAlone) return role;
    const isDeclared = Object.keys(this.#evidence.nodes).length > 0;
    if (isDeclared || !tellsNoRole(connection)) return undefined;
    return end === connection.initiator ? "lac" : "lns";
  }

  #assignRoles(): void {
    for (const { ends } of this.connections) {
      for (const end of ends) end.role = this.#roleOf(end.party);
    }
  }

  #roleOf(node: string): L2tpRole | undefined {
    const role = this.#evidence.nodes[node]?.role;
    return role === "lac" || role === "lns" ? role : undefined;
  }

  #toleranceOf(role: L2tpRole): number {
    if (this.#isAlone) return 0;
    const nodes = new LabView(this.#evidence).nodesOf(role);
    return Math.max(0, ...nodes.map((node) => toleranceOf(this.#evidence, node))) / 1000;
  }

  #conduct(role: L2tpRole): Conduct {
    const ends = this.connections.flatMap((connection) =>
      connection.ends.filter((end) => this.judgedAs(end) === role && end.messages.length > 0)
    );
    const parties = new Set(ends.map(({ party }) => party));
    const flows = this.#isAlone
      ? this.flows
      : this.flows.filter(({ from }) => this.#roleOf(from) === role);
    const byEnd = flowsByEnd(ends, flows);
    return {
      role,
      rolesAreGiven: !this.#isAlone,
      isDeclared: Object.keys(this.#evidence.nodes).length > 0,
      tolerance: this.#toleranceOf(role),
      complete: !this.#isAlone && this.fragments.length === 0,
      parameters: parametersOf(this.#evidence, role),
      testerIds: testerIdsOf(this.#evidence),
      isPartner: this.#isAlone ||
        this.connections.some((connection) =>
          connection.isGranted && connection.ends.some((end) => end.role === role)
        ),
      messages: this.#isAlone
        ? ends.flatMap(({ messages }) => messages)
        : this.messages.filter(({ from }) => this.#roleOf(from) === role),
      ends,
      unaddressed: this.#unaddressed.filter(({ from }) =>
        this.#isAlone ? parties.has(from) : this.#roleOf(from) === role
      ),
      assignsZero: this.#assignsZero,
      flows: this.#isAlone ? [...byEnd.values()].flat() : flows,
      flowsOf: (end) => byEnd.get(end) ?? NONE,
      ...this.#straysOf(role),
    };
  }

  /** Who is asked by other versions may answer by them. */
  #straysOf(role: L2tpRole): Pick<Conduct, "strays"> {
    const senders = [...this.others.keys()];
    if (this.#isAlone || senders.some((from) => this.#roleOf(from) !== role)) return {};
    const strays = this.others.get(senders[0] ?? "");
    return strays === undefined ? {} : { strays };
  }
}

/** Whether a message that begins a tunnel assigns it identifier 0. */
function assignsZero(message: ControlMessage): boolean {
  return OPENINGS.includes(message.type) && number16(message, Attribute.assignedTunnel) === 0;
}

/** Where several nodes play one role, as in captures of two ends, one profile speaks for all. */
function parametersOf(evidence: Evidence, role: L2tpRole): Conduct["parameters"] {
  return Object.values(evidence.nodes).find((node) => node.role === role)?.profile.parameters ?? {};
}

function testerIdsOf(evidence: Evidence): Conduct["testerIds"] {
  const { tunnels, sessions } = configurationOf(evidence);
  return { tunnels: new Set(tunnels.values()), sessions: new Set(sessions.values()) };
}

/** What stands for the flows of an end that has none. */
const NONE: readonly DataFlow[] = [];

/** The data flows of ends. */
function flowsByEnd(
  ends: readonly ConnectionEnd[],
  flows: readonly DataFlow[],
): ReadonlyMap<ConnectionEnd, readonly DataFlow[]> {
  const byReceiver = new PairTable<ConnectionEnd[]>();
  for (const end of ends) {
    const { party, tunnelId } = end.peer, [{ place }] = end.messages;
    const known = byReceiver.get(place, party, tunnelId) ?? [];
    byReceiver.set(place, party, tunnelId, appended(known, end));
  }
  const found = new Map<ConnectionEnd, DataFlow[]>();
  for (const flow of flows) {
    const { sessionId } = flow;
    const end = byReceiver.get(flow.place, flow.to, flow.tunnelId)
      ?.find(({ peer }) => peer.sessions.has(sessionId));
    if (end !== undefined) found.set(end, appended(found.get(end) ?? [], flow));
  }
  return found;
}
