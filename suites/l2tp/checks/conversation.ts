/** What was said on each tunnel of the tester, and the sentences in which cases judge it. */
import type { FrameRef } from "../../../captures/frame.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import type { Evidence } from "../../evidence.ts";
import { fail, inconclusive, pass, type Verdict } from "../../verdict.ts";
import type { ControlMessage, DataFlow, DataMessage, WireFacts } from "../facts/wire.ts";
import { SESSIONS, TUNNELS } from "../tester/script.ts";
import { Attribute, isAck, number16, refs, type Test, told } from "./messages.ts";

export type TunnelName = keyof typeof TUNNELS;
export type SessionName = keyof typeof SESSIONS;
/** A verdict that ends the judgement, or undefined to go on. */
export type Step = Verdict | undefined;

const ANY: Test = () => true;
const LCP = 0xc021, CONFIGURE_ACK = 2;
const { assignedTunnel: ASSIGNED_TUNNEL, assignedSession: ASSIGNED_SESSION } = Attribute;

/** What was said on one tunnel. */
export interface TunnelView {
  name: string;
  /** Identifiers that tester and device assigned; 0 when the device assigned none. */
  testerId: number;
  deviceId: number;
  tester: ControlMessage[];
  device: ControlMessage[];
}

/** Everything between device and tester. */
export class Conversations {
  readonly wire: WireFacts;
  readonly evidence: Evidence;
  readonly role: "lac" | "lns";
  readonly device: ControlMessage[];
  readonly tester: ControlMessage[];
  readonly #node: string;
  readonly #views = new Map<string, TunnelView>();

  constructor(wire: WireFacts, evidence: Evidence, role: "lac" | "lns") {
    this.wire = wire;
    this.evidence = evidence;
    this.role = role;
    const cast = Object.entries(evidence.cast);
    this.#node = cast.find(([, c]) => c.role === role)?.[0] ?? "";
    this.device = wire.messages.filter(({ from }) => from === this.#node);
    this.tester = wire.messages.filter(({ from }) => from !== this.#node);
  }

  /** The view of a tunnel by the tester's name for it. */
  tunnel(name: TunnelName): TunnelView {
    let view = this.#views.get(name);
    if (view === undefined) this.#views.set(name, view = this.#view(name));
    return view;
  }

  /** Data messages that the device sent on a session of the tester. */
  dataFromDevice(tunnel: TunnelName, session: SessionName): DataMessage[] {
    const flow = this.flow(tunnel, session);
    return flow?.messages ?? [];
  }

  /** The flow of data from the device on a session of the tester. */
  flow(tunnel: TunnelName, session: SessionName): DataFlow | undefined {
    return this.wire.data.find((f) =>
      f.from === this.#node && f.tunnelId === TUNNELS[tunnel] && f.sessionId === SESSIONS[session]
    );
  }

  /** The device's acknowledgement of an LCP Configure-Request on a session, or undefined. */
  lcpAnswer(tunnel: TunnelName, session: SessionName, identifier: number): DataMessage | undefined {
    return this.dataFromDevice(tunnel, session).find(({ payload }) => {
      const at = payload[0] === 0xff && payload[1] === 3 ? 2 : 0;
      return get16(payload, at) === LCP && payload[at + 2] === CONFIGURE_ACK &&
        payload[at + 3] === identifier;
    });
  }

  lcpAnsweredAt(tunnel: TunnelName, session: SessionName, identifier: number) {
    return this.lcpAnswer(tunnel, session, identifier)?.time;
  }

  /** Inconclusive unless the device has sent data on a session. */
  speaks(tunnel: TunnelName, session: SessionName): Step {
    if (this.flow(tunnel, session) !== undefined) return undefined;
    return inconclusive(`the device sent no data on session ${session}`);
  }

  /** Inconclusive where the profile says that the device has no PPP, so that nobody answers LCP. */
  lacksPpp(): Step {
    const { ppp } = this.evidence.cast[this.#node]?.profile.parameters ?? {};
    return ppp === false ? inconclusive("the device has no PPP in this lab") : undefined;
  }

  /** Fails unless these LCP Configure-Requests were acknowledged on a session. */
  answersLcp(tunnel: TunnelName, session: SessionName, ...identifiers: number[]): Step {
    for (const identifier of identifiers) {
      const request = this.#lcpRequest(identifier);
      if (request === undefined) return inconclusive(`LCP request ${identifier} was not captured`);
      if (this.lcpAnswer(tunnel, session, identifier) !== undefined) continue;
      return this.lacksPpp() ?? fail(
        `LCP request ${identifier} on session ${session} is answered`,
        "it is not",
        refs(request),
      );
    }
    return undefined;
  }

  /** Fails when one of these LCP Configure-Requests was acknowledged on a session that has data. */
  ignoresLcp(tunnel: TunnelName, session: SessionName, ...identifiers: number[]): Step {
    for (const identifier of identifiers) {
      const request = this.#lcpRequest(identifier);
      if (request === undefined) return inconclusive(`LCP request ${identifier} was not captured`);
      const answer = this.lcpAnswer(tunnel, session, identifier);
      if (answer === undefined) continue;
      return fail(`LCP request ${identifier} is dropped`, "it is answered", refs(request, answer));
    }
    return this.speaks(tunnel, session);
  }

  /** The tester's data message that ends with this LCP Configure-Request. */
  #lcpRequest(identifier: number): DataMessage | undefined {
    const octets = [0xc0, 0x21, 1, identifier, 0, 4];
    return this.dataFromTester().find(({ payload }) =>
      octets.every((octet, i) => payload.at(i - octets.length) === octet)
    );
  }

  /** Data messages of the tester to the device. */
  dataFromTester(): DataMessage[] {
    return this.wire.data.filter((f) => f.from !== this.#node).flatMap((f) => f.messages)
      .sort((a, b) => a.time - b.time);
  }

  #view(name: TunnelName): TunnelView {
    const testerId = TUNNELS[name];
    const own = (m: ControlMessage) => number16(m, ASSIGNED_TUNNEL) === testerId;
    const reply = this.device.find((m) =>
      m.tunnelId === testerId && number16(m, ASSIGNED_TUNNEL) > 0
    );
    const named = this.tester.find((m) => own(m) && m.tunnelId !== 0);
    // Who opens the tunnel learns first: either end may.
    const assigned = reply && number16(reply, ASSIGNED_TUNNEL), used = named?.tunnelId;
    const deviceId = (this.role === "lns" ? assigned ?? used : used ?? assigned) ?? 0;
    return {
      ...{ name, testerId, deviceId },
      tester: this.tester.filter((m) => own(m) || deviceId !== 0 && m.tunnelId === deviceId),
      device: this.device.filter((m) =>
        m.tunnelId === testerId ||
        m.type === MessageType.SCCRQ && deviceId !== 0 && number16(m, ASSIGNED_TUNNEL) === deviceId
      ),
    };
  }

  /** The tester's messages on a tunnel. */
  sent(tunnel: TunnelName, type: number, test: Test = ANY): ControlMessage[] {
    return this.tunnel(tunnel).tester.filter((m) => m.type === type && test(m));
  }

  /** The device's messages on a tunnel. */
  got(tunnel: TunnelName, type: number, test: Test = ANY): ControlMessage[] {
    return this.tunnel(tunnel).device.filter((m) => m.type === type && test(m));
  }

  /** The first message of the tester that a test picks out, on whatever tunnel. */
  stimulus(test: Test): ControlMessage | undefined {
    return this.tester.find(test);
  }

  /** When a tunnel was established, in seconds, or undefined. */
  upAt(name: TunnelName): number | undefined {
    const view = this.tunnel(name);
    const replied = this.got(name, MessageType.SCCRP).length > 0;
    const opens = this.role === "lac" ||
      this.got(name, MessageType.SCCRQ).length > 0 && this.sent(name, MessageType.SCCRP).length > 0;
    if (replied || !opens) {
      const scccn = view.tester.find((m) => m.type === MessageType.SCCCN);
      if (scccn === undefined || !replied) return undefined;
      return view.device.find((m) => m.time >= scccn.time && m.nr >= 2)?.time;
    }
    return this.got(name, MessageType.SCCCN)[0]?.time;
  }

  /** When a call was established by an ICCN and its acknowledgement. */
  callUpAt(tunnel: TunnelName, session: SessionName): number | undefined {
    const id = SESSIONS[session];
    const view = this.tunnel(tunnel);
    if (this.role === "lns") {
      const icrp = this.got(tunnel, MessageType.ICRP, (m) => m.sessionId === id)[0];
      if (icrp === undefined) return undefined;
      const peer = number16(icrp, ASSIGNED_SESSION);
      const iccn = this.sent(tunnel, MessageType.ICCN, (m) => m.sessionId === peer)[0];
      if (iccn === undefined) return undefined;
      return view.device.find((m) => m.time >= iccn.time && isAck(m.nr, iccn.ns))?.time;
    }
    return this.got(tunnel, MessageType.ICCN, (m) => m.sessionId === id)[0]?.time;
  }

  /** Inconclusive unless a tunnel was established: what the case is about could not be tried. */
  needs(...names: TunnelName[]): Step {
    const missing = names.find((name) => this.upAt(name) === undefined);
    return missing && inconclusive(`tunnel ${missing} was not established`);
  }

  /** Likewise for calls. */
  needsCall(tunnel: TunnelName, ...sessions: SessionName[]): Step {
    const missing = sessions.find((session) => this.callUpAt(tunnel, session) === undefined);
    return this.needs(tunnel) ??
      (missing && inconclusive(`call ${missing} was not established`));
  }

  /** Fails unless a clean tunnel was established in the end; inconclusive when nothing was heard. */
  alive(name: TunnelName = "probe"): Step {
    if (this.device.length === 0) return inconclusive("the device sent no control message");
    if (this.upAt(name) !== undefined) return undefined;
    return fail(
      `tunnel ${name} is established`,
      "it is not",
      this.tunnel(name).tester.slice(0, 3).map(({ frame }) => frame),
    );
  }

  /** Fails unless a call was established. */
  aliveCall(tunnel: TunnelName, session: SessionName): Step {
    if (this.callUpAt(tunnel, session) !== undefined) return undefined;
    return fail(
      `call ${session} on tunnel ${tunnel} is established`,
      "it is not",
      this.sent(tunnel, MessageType.ICRQ).map(({ frame }) => frame),
    );
  }

  /** Fails unless the device answers the stimulus on a tunnel as described. */
  replies(
    stimulus: ControlMessage | undefined,
    tunnel: TunnelName,
    type: number,
    words: string,
    test: Test = ANY,
  ): Step {
    if (stimulus === undefined) return inconclusive("the stimulus was not captured");
    const after = this.tunnel(tunnel).device.filter((m) => m.time >= stimulus.time);
    if (after.some((m) => m.type === type && test(m))) return undefined;
    if (after.length > 0) {
      const shown = after.slice(0, 4);
      return fail(words, shown.map(told).join(", "), refs(stimulus, ...shown));
    }
    const elsewhere = this.device.find((m) => m.time >= stimulus.time);
    const other = elsewhere && `, but ${told(elsewhere)} for tunnel ${elsewhere.tunnelId}`;
    return fail(words, `no answer on this tunnel${other ?? ""}`, refs(stimulus, elsewhere));
  }

  /**
   * Fails unless an Nr acknowledges the message. RFC 2661 sets no time for it, but whoever waits for one
   * sends again after a second: later than half a minute the retransmissions are over.
   */
  acknowledges(stimulus: ControlMessage | undefined, tunnel: TunnelName, _?: number): Step {
    return this.#acknowledged(stimulus, tunnel, (m) => m.time <= stimulus!.time + 30);
  }

  /** Likewise of a duplicate: before the tester says anything else that is to be acknowledged. */
  acknowledgesAgain(duplicate: ControlMessage | undefined, tunnel: TunnelName): Step {
    const { frame: { number: from } } = duplicate ?? { frame: { number: 0 } };
    const others = this.tunnel(tunnel).tester.filter((m) => m.type !== 0 && m.frame.number > from);
    const until = others[0]?.frame.number ?? Infinity;
    return this.#acknowledged(duplicate, tunnel, ({ frame }) => frame.number < until);
  }

  #acknowledged(stimulus: ControlMessage | undefined, tunnel: TunnelName, counts: Test): Step {
    if (stimulus === undefined) return inconclusive("the stimulus was not captured");
    const after = this.tunnel(tunnel).device.filter((m) => m.frame.number > stimulus.frame.number);
    if (after.some((m) => isAck(m.nr, stimulus.ns) && counts(m))) return undefined;
    const shown = after.slice(0, 4);
    return fail(
      `an acknowledgement of ${told(stimulus)}`,
      shown.length === 0 ? "nothing is sent" : shown.map(told).join(", "),
      refs(stimulus, ...shown),
    );
  }

  /** Milliseconds that the device's profile declares under a name, or else the default. */
  parameter(name: string, otherwise: number): number {
    const declared = this.evidence.cast[this.#node]?.profile.parameters?.[name];
    return typeof declared === "number" ? declared : otherwise;
  }

  /** Fails when the device sends such a message, anywhere, from the stimulus on. */
  never(
    stimulus: { time: number; frame: FrameRef } | undefined,
    words: string,
    test: Test,
    until = Infinity,
  ): Step {
    if (stimulus === undefined) return inconclusive("the stimulus was not captured");
    const bad = this.device.find((m) => m.time >= stimulus.time && m.time < until && test(m));
    if (bad === undefined) return undefined;
    return fail(words, told(bad), [stimulus.frame, bad.frame]);
  }
}

/** The first step that ends the judgement; passes when none does. */
export function all(...steps: Step[]): Verdict {
  return steps.find((step) => step !== undefined && step.verdict !== "pass") ?? pass;
}

export { carries, isAck, number16, refs, result, told, valueOf } from "./messages.ts";
export { fail, inconclusive, pass };
