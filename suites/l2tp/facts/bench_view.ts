/** The bench as the captures show it: device and tester, tunnel by tunnel, and session by session. */
import type { FrameRef } from "../../../captures/frame.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { type Inconclusive, inconclusive } from "../../kit/verdict.ts";
import { configurationOf } from "./configuration.ts";
import type { L2tpRole } from "../words.ts";
import type { ControlFacts } from "./control_facts.ts";
import { type DataMessage, isLcpAnswer, isLcpRequest } from "./data.ts";
import {
  Attribute,
  type ControlMessage,
  formatMessage,
  isAck,
  type MessageTest,
  number16,
} from "./message.ts";

const { SCCRQ, SCCRP, SCCCN, ICRP, ICCN, HELLO } = MessageType;

/** Names that scripts give to tunnels of the tester. */
export type TunnelName = "a" | "b" | "c" | "probe" | "witness";
/** Names that scripts give to sessions of the tester. */
export type SessionName =
  | `a${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | "b1"
  | "c1"
  | "probe1"
  | "witness1";

const ANY: MessageTest = () => true;

/** What was said on one tunnel. */
export interface TunnelView {
  /** Identifiers that tester and device assigned; 0 for none. */
  testerId: number;
  deviceId: number;
  tester: readonly ControlMessage[];
  device: readonly ControlMessage[];
}

/** Anything that a frame showed. */
export interface Shown {
  frame: FrameRef;
}

/** Whether something was seen behind something else at the bench's one tap. */
export function isAfter(shown: Shown, other: Shown): boolean {
  return shown.frame.number > other.frame.number;
}

/** Everything between device and tester. */
export class BenchView {
  readonly control: ControlFacts;
  readonly evidence: Evidence;
  readonly role: L2tpRole;
  /** Everything that each said, but in the tunnel that is kept beside: see `witness.ts`. */
  readonly device: readonly ControlMessage[];
  readonly tester: readonly ControlMessage[];
  readonly #ofDevice: readonly ControlMessage[];
  readonly #ofTester: readonly ControlMessage[];
  /** Nodes of device and tester. */
  readonly deviceNode: string;
  readonly testerNode: string;
  /** Whether the two share a secret. */
  readonly hasSecret: boolean;
  readonly #tunnelIds: ReadonlyMap<string, number>;
  readonly #sessionIds: ReadonlyMap<string, number>;
  readonly #data: readonly DataMessage[];
  readonly #tunnels = new Map<TunnelName, TunnelView>();

  /** @param data Data messages, of both. */
  constructor(
    control: ControlFacts,
    data: readonly DataMessage[],
    evidence: Evidence,
    role: L2tpRole,
  ) {
    this.control = control;
    this.#data = data;
    this.evidence = evidence;
    this.role = role;
    const { tester = "", tunnels, sessions, secret } = configurationOf(evidence);
    this.deviceNode = new LabView(evidence).nodesOf(role)[0] ?? "";
    this.testerNode = tester;
    this.hasSecret = secret !== undefined;
    this.#tunnelIds = tunnels;
    this.#sessionIds = sessions;
    this.#ofDevice = control.messages.filter(({ from }) => from === this.deviceNode);
    this.#ofTester = control.messages.filter(({ from }) => from === this.testerNode);
    const beside = new Set(this.tunnel("witness").tester);
    this.tester = this.#ofTester.filter((m) => !beside.has(m));
    const owed = new Set(this.#owedBeside());
    this.device = this.#ofDevice.filter((m) => !owed.has(m));
  }

  /**
   * What the device owes in the tunnel beside: all before anything else was tried, its HELLOs, and all
   * behind the question whether it lives. Anything more may be an answer that went astray.
   */
  #owedBeside(): ControlMessage[] {
    const { tester, device } = this.tunnel("witness"), first = this.tester[0];
    const asked = tester.findLast(({ type }) => type === HELLO);
    return device.filter((m) =>
      m.type === HELLO || first === undefined || isAfter(first, m) ||
      asked !== undefined && isAfter(m, asked)
    );
  }

  /** The tester's identifier of a tunnel; -1 where its configuration has none of that name. */
  tunnelId(name: TunnelName): number {
    return this.#tunnelIds.get(name) ?? -1;
  }

  /** Likewise of a session. */
  sessionId(name: SessionName): number {
    return this.#sessionIds.get(name) ?? -1;
  }

  /** A value of the device's configuration. */
  setting(field: string): unknown {
    return new LabView(this.evidence).setting(this.deviceNode, field);
  }

  /** Whether the scenario gave the device an instruction of a kind. */
  wasInstructed(kind: string): boolean {
    return this.evidence.stimuli.some((shown) =>
      shown.kind === "instruct" && shown.node === this.deviceNode &&
      (shown.instruction as { kind?: unknown } | undefined)?.kind === kind
    );
  }

  /** Milliseconds that the tester's script went on for behind a message. */
  waitedAfter({ time }: { time: number }): number {
    return ((this.control.scriptEnd ?? time) - time) * 1000;
  }

  /** The view of a tunnel by the tester's name for it. */
  tunnel(name: TunnelName): TunnelView {
    let view = this.#tunnels.get(name);
    if (view === undefined) this.#tunnels.set(name, view = this.#view(name));
    return view;
  }

  #view(name: TunnelName): TunnelView {
    const testerId = this.tunnelId(name);
    if (testerId < 0) return { testerId, deviceId: 0, tester: [], device: [] };
    const isOwn = (m: ControlMessage) => number16(m, Attribute.assignedTunnel) === testerId;
    const reply = this.#ofDevice.find((m) =>
      m.tunnelId === testerId && number16(m, Attribute.assignedTunnel) > 0
    );
    const named = this.#ofTester.find((m) => isOwn(m) && m.tunnelId !== 0);
    // Who opens the tunnel learns first: either end may.
    const assigned = reply && number16(reply, Attribute.assignedTunnel), used = named?.tunnelId;
    const deviceId = (this.role === "lns" ? assigned ?? used : used ?? assigned) ?? 0;
    return {
      ...{ testerId, deviceId },
      tester: this.#ofTester.filter((m) => isOwn(m) || deviceId !== 0 && m.tunnelId === deviceId),
      device: this.#ofDevice.filter((m) =>
        m.tunnelId === testerId ||
        m.type === SCCRQ && deviceId !== 0 && number16(m, Attribute.assignedTunnel) === deviceId
      ),
    };
  }

  /** The tester's messages on a tunnel. */
  sent(tunnel: TunnelName, type: number, test: MessageTest = ANY): ControlMessage[] {
    return this.tunnel(tunnel).tester.filter((m) => m.type === type && test(m));
  }

  /** The device's messages on a tunnel. */
  got(tunnel: TunnelName, type: number, test: MessageTest = ANY): ControlMessage[] {
    return this.tunnel(tunnel).device.filter((m) => m.type === type && test(m));
  }

  /** When a tunnel was established: the message that shows it, or undefined. */
  upWith(name: TunnelName): ControlMessage | undefined {
    const { tester, device } = this.tunnel(name);
    const replied = this.got(name, SCCRP).length > 0;
    const opens = this.role === "lac" ||
      this.got(name, SCCRQ).length > 0 && this.sent(name, SCCRP).length > 0;
    if (!replied && opens) return this.got(name, SCCCN)[0];
    const scccn = tester.find(({ type }) => type === SCCCN);
    if (scccn === undefined || !replied) return undefined;
    return device.find((m) => isAfter(m, scccn) && m.nr >= 2);
  }

  /** When a call was established by an ICCN and its acknowledgement: the message that shows it. */
  callUpWith(tunnel: TunnelName, session: SessionName): ControlMessage | undefined {
    const id = this.sessionId(session);
    if (this.role === "lac") return this.got(tunnel, ICCN, (m) => m.sessionId === id)[0];
    const icrp = this.got(tunnel, ICRP, (m) => m.sessionId === id)[0];
    if (icrp === undefined) return undefined;
    const peer = number16(icrp, Attribute.assignedSession);
    const iccn = this.sent(tunnel, ICCN, (m) => m.sessionId === peer)[0];
    return iccn &&
      this.tunnel(tunnel).device.find((m) => isAfter(m, iccn) && isAck(m.nr, iccn.ns));
  }

  /** Whether the device acknowledges, in any tunnel of before, what came behind a stimulus. */
  remembersAny(stimulus: Shown): boolean {
    return ([...this.#tunnelIds.keys()] as TunnelName[]).some((name) => {
      const up = this.upWith(name), { tester, device } = this.tunnel(name);
      if (up === undefined || isAfter(up, stimulus)) return false;
      return tester.some((sent) =>
        sent.type !== 0 && isAfter(sent, stimulus) &&
        device.some((m) => isAfter(m, sent) && isAck(m.nr, sent.ns))
      );
    });
  }

  /** Why no answer to a message of a tunnel says anything: it may never have been taken for one. */
  mistaken(name: TunnelName, ...sent: readonly ControlMessage[]): Inconclusive | undefined {
    const { device, deviceId } = this.tunnel(name);
    const early = sent.find((m) => device.some((d) => isAfter(m, d) && isAck(d.nr, m.ns)));
    const others = ([...this.#tunnelIds.keys()] as TunnelName[]).filter((other) => other !== name);
    return early !== undefined
      ? inconclusive(`the device had acknowledged ${formatMessage(early)} before it came`)
      : deviceId !== 0 && others.some((other) => this.tunnel(other).deviceId === deviceId)
      ? inconclusive(`the device gave Tunnel ID ${deviceId} to two tunnels`)
      : undefined;
  }

  /** Data messages that the device sent on a session of the tester. */
  dataFromDevice(tunnel: TunnelName, session: SessionName): DataMessage[] {
    const tunnelId = this.tunnelId(tunnel), sessionId = this.sessionId(session);
    return this.#data.filter((m) =>
      m.from === this.deviceNode && m.tunnelId === tunnelId && m.sessionId === sessionId
    );
  }

  /** Data messages of the tester. */
  dataFromTester(): DataMessage[] {
    return this.#data.filter(({ from }) => from === this.testerNode);
  }

  /** The device's answer to an LCP Configure-Request on a session, or undefined. */
  lcpAnswer(tunnel: TunnelName, session: SessionName, identifier: number): DataMessage | undefined {
    return this.dataFromDevice(tunnel, session).find((m) => isLcpAnswer(m, identifier));
  }

  /** The tester's data message with this LCP Configure-Request. */
  lcpRequest(identifier: number): DataMessage | undefined {
    return this.dataFromTester().find((m) => isLcpRequest(m, identifier));
  }
}

/** Whether no message of a tunnel came before one with a lower number. */
export function isInOrder(messages: readonly ControlMessage[]): boolean {
  const last = new Map<number, number>();
  return messages.every(({ tunnelId, ns }) => {
    const before = last.get(tunnelId) ?? 0;
    last.set(tunnelId, ns);
    return ns >= before;
  });
}
