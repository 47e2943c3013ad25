/** The sentences in which cases judge what was said on each tunnel of the tester. */
import type { FrameRef } from "../../../captures/frame.ts";
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import { fail, inconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import type { ControlMessage } from "../facts/wire.ts";
import { SESSIONS } from "../../../peers/testing/l2tp_tester/script.ts";
import { Attribute, isAck, number16, refs, type Test, told } from "./messages.ts";
import { type SessionName, type TunnelName, WireView } from "./wire_view.ts";

export type { SessionName, TunnelName, TunnelView } from "./wire_view.ts";
/** A verdict that ends the judgement, or undefined to go on. */
export type Step = Verdict | undefined;

const ANY: Test = () => true;
const { assignedSession: ASSIGNED_SESSION } = Attribute;

/** Everything between device and tester, with what is to be said of it. */
export class Conversations extends WireView {
  /** Inconclusive unless the device has sent data on a session. */
  speaks(tunnel: TunnelName, session: SessionName): Step {
    if (this.flow(tunnel, session) !== undefined) return undefined;
    return inconclusive(`the device sent no data on session ${session}`);
  }

  /** Inconclusive where the profile says that the device has no PPP, so that nobody answers LCP. */
  lacksPpp(): Step {
    const { ppp } = this.evidence.nodes[this.node]?.profile.parameters ?? {};
    return ppp === false ? inconclusive("the device has no PPP in this lab") : undefined;
  }

  /** Fails unless these LCP Configure-Requests were acknowledged on a session. */
  answersLcp(tunnel: TunnelName, session: SessionName, ...identifiers: number[]): Step {
    for (const identifier of identifiers) {
      const request = this.lcpRequest(identifier);
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
      const request = this.lcpRequest(identifier);
      if (request === undefined) return inconclusive(`LCP request ${identifier} was not captured`);
      const answer = this.lcpAnswer(tunnel, session, identifier);
      if (answer === undefined) continue;
      return fail(`LCP request ${identifier} is dropped`, "it is answered", refs(request, answer));
    }
    return this.speaks(tunnel, session);
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

  /** Inconclusive unless a LAC asked for so many calls on a tunnel; an LNS is asked by the tester. */
  asks(tunnel: TunnelName, calls: number): Step {
    const asked = new Set(this.got(tunnel, MessageType.ICRQ).map(({ ns }) => ns)).size;
    if (this.role === "lns" || asked >= calls) return undefined;
    return inconclusive(`the device asked for ${asked} of ${calls} calls on tunnel ${tunnel}`);
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
      refs(...this.sent(tunnel, MessageType.ICRQ), ...this.sent(tunnel, MessageType.ICRP)),
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
  acknowledges(stimulus: ControlMessage | undefined, tunnel: TunnelName): Step {
    const within = 30 + this.tolerance / 1000;
    return this.#acknowledged(stimulus, tunnel, (m) => m.time <= stimulus!.time + within);
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

  /** Milliseconds by which the device may have been late, as the lab knows. */
  get tolerance(): number {
    return toleranceOf(this.evidence, this.node);
  }

  /** Milliseconds that the device's profile declares under a name, or else the default. */
  parameter(name: string, otherwise: number): number {
    const declared = this.evidence.nodes[this.node]?.profile.parameters?.[name];
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
