/** The sentences in which cases find their stimulus at the bench, and judge what came of it. */
import { MessageType } from "../../../captures/wire/l2tp_message.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { toleranceOf } from "../../kit/lateness.ts";
import {
  fail,
  type Inconclusive,
  inconclusive,
  type PartialVerdict,
  tooLateToTell,
} from "../../kit/verdict.ts";
import { BenchView, isAfter, type SessionName, type Shown, type TunnelName } from "./bench_view.ts";
import { witnessOf } from "./witness.ts";
import type { ControlFacts } from "./control_facts.ts";
import type { L2tpRole } from "../words.ts";
import type { DataMessage } from "./data.ts";
import type { Evidence } from "../../kit/evidence.ts";
import {
  Attribute,
  type ControlMessage,
  formatMessage,
  isAck,
  type MessageTest,
  number16,
} from "./message.ts";

const { SCCRQ, SCCRP, ICRQ, ICRP, CDN } = MessageType;
const ANY: MessageTest = () => true;
/** Seconds in which whoever waits for an acknowledgement sends again, and again. */
const RETRANSMITTING = 30;

/** What keeps a case from judging; undefined where nothing does. */
export type Guard = Inconclusive | undefined;

/** What was captured, or that it was not. @param what Such as `HELLO on tunnel 7`. */
export function seen<T extends object>(item: T | undefined, what: string): T | Inconclusive {
  return item ?? inconclusive(`no ${what} was captured`);
}

/** Messages without those that were sent again. */
export function once(messages: readonly ControlMessage[]): ControlMessage[] {
  return messages.filter((m, i) => !messages.slice(0, i).some((before) => m.repeats(before)));
}

/** Everything between device and tester, with what is to be said of it. */
export class Conversation extends BenchView {
  static readonly #known = new WeakMap<ControlFacts, Map<L2tpRole, Conversation>>();

  /** The conversation of evidence, made once for all checks that ask. */
  static of(
    control: ControlFacts,
    data: readonly DataMessage[],
    evidence: Evidence,
    role: L2tpRole,
  ): Conversation {
    const known = Conversation.#known.get(control) ?? new Map<L2tpRole, Conversation>();
    Conversation.#known.set(control, known);
    let conversation = known.get(role);
    if (conversation === undefined) {
      known.set(role, conversation = new Conversation(control, data, evidence, role));
    }
    return conversation;
  }

  // Guards: what must be seen before anything is judged.

  /** That the device is there at all: a LAC asked for a tunnel, an LNS answered, if only beside. */
  takesPart(): Guard {
    const isSilent = this.device.length === 0 && this.upWith("witness") === undefined;
    if (isSilent) return inconclusive("the device sent no control message");
    if (this.role === "lns" || this.device.some(({ type }) => type === SCCRQ)) return undefined;
    return inconclusive("no SCCRQ of the device was captured");
  }

  /** That tunnels came up: what a case is about could be tried. */
  needs(...names: TunnelName[]): Guard {
    const missing = names.find((name) => this.upWith(name) === undefined);
    return missing && inconclusive(`${this.nameOf(missing)} was not established`);
  }

  /** That a LAC had the call in the tunnel beside established: then nothing hinders it from others. */
  connectsCalls(): Guard {
    if (this.role === "lns" || this.tunnelId("witness") < 0) return undefined;
    return this.callUpWith("witness", "witness1") === undefined
      ? inconclusive("the LAC did not establish the call in the tunnel beside either")
      : undefined;
  }

  /** Likewise calls. */
  needsCall(tunnel: TunnelName, ...sessions: SessionName[]): Guard {
    const missing = sessions.find((session) => this.callUpWith(tunnel, session) === undefined);
    return this.needs(tunnel) ??
      (missing && inconclusive(`the call with ${this.sessionName(missing)} was not established`));
  }

  /** That the clean tunnel came up with which the tester ends its script, where it opens tunnels. */
  probed(): Guard {
    return this.role === "lns" ? this.needs("probe") : this.takesPart();
  }

  /** That a LAC asked for so many calls on a tunnel; an LNS is asked by the tester. */
  asks(tunnel: TunnelName, calls: number): Guard {
    const asked = new Set(this.got(tunnel, ICRQ).map(({ ns }) => ns)).size;
    if (this.role === "lns" || asked >= calls) return undefined;
    return inconclusive(
      `the device asked for ${asked} of ${calls} calls on ${this.nameOf(tunnel)}`,
    );
  }

  /** That these LCP Configure-Requests were sent. */
  needsLcp(...identifiers: number[]): Guard {
    const missing = identifiers.find((identifier) => this.lcpRequest(identifier) === undefined);
    return missing === undefined ? undefined : inconclusive(
      `no LCP Configure-Request of the tester with identifier ${missing} was captured`,
    );
  }

  /** That the device has sent data on a session. */
  speaks(tunnel: TunnelName, session: SessionName): Guard {
    if (this.dataFromDevice(tunnel, session).length > 0) return undefined;
    return inconclusive(`no data of the device with ${this.sessionName(session)} was captured`);
  }

  /** That the profile does not say that the device has no PPP: then nobody answers LCP. */
  lacksPpp(): Guard {
    const { ppp } = this.evidence.nodes[this.deviceNode]?.profile.parameters ?? {};
    return ppp === false ? inconclusive("the device has no PPP in this lab") : undefined;
  }

  // Judgements: what came of it.

  /** Fails unless these LCP Configure-Requests were answered on a session. */
  answersLcp(tunnel: TunnelName, session: SessionName, ...identifiers: number[]): PartialVerdict {
    for (const identifier of identifiers) {
      const request = this.lcpRequest(identifier);
      if (request === undefined) return this.needsLcp(identifier);
      if (this.lcpAnswer(tunnel, session, identifier) !== undefined) continue;
      // The tester cannot read such data, and PPP gives up whom its requests do not reach.
      if (this.dataFromDevice(tunnel, session).some(({ pastEnd }) => pastEnd)) {
        return inconclusive("data of the device has an Offset Size that points past its end");
      }
      if (this.control.fragments.some(({ from }) => from === this.deviceNode)) {
        return inconclusive("fragments of the device's datagrams may hold the answer");
      }
      return this.lacksPpp() ?? fail(
        `LCP request ${identifier} on the call with ${this.sessionName(session)} is answered`,
        "it is not",
        frameRefs(request),
      );
    }
    return undefined;
  }

  /** Fails when one of these LCP Configure-Requests was answered on a session that has data. */
  ignoresLcp(tunnel: TunnelName, session: SessionName, ...identifiers: number[]): PartialVerdict {
    for (const identifier of identifiers) {
      const request = this.lcpRequest(identifier);
      if (request === undefined) return this.needsLcp(identifier);
      const answer = this.lcpAnswer(tunnel, session, identifier);
      if (answer === undefined) continue;
      const refs = frameRefs(request, answer);
      return fail(`LCP request ${identifier} is dropped`, "it is answered", refs);
    }
    return this.speaks(tunnel, session);
  }

  /** Fails unless a tunnel was established, which the tester tried after the stimulus. */
  alive(name: TunnelName, ...stimuli: (Shown | undefined)[]): PartialVerdict {
    if (this.upWith(name) !== undefined) return undefined;
    const tried = this.tunnel(name).tester;
    if (tried.length === 0) return inconclusive(`${this.nameOf(name)} was not tried`);
    const refs = frameRefs(...stimuli, ...tried.slice(0, 3));
    return fail(`${this.nameOf(name)} is established`, "it is not", refs);
  }

  /** Fails unless a call was established, which device or tester asked for. */
  aliveCall(
    tunnel: TunnelName,
    session: SessionName,
    ...stimuli: (Shown | undefined)[]
  ): PartialVerdict {
    if (this.callUpWith(tunnel, session) !== undefined) return undefined;
    const id = this.sessionId(session);
    const tried = [...this.sent(tunnel, ICRQ), ...this.sent(tunnel, ICRP)];
    // A LAC may ask for fewer calls than it is told of, and then nobody grants it one.
    const isOpen = this.role === "lns" ||
      tried.some((m) => number16(m, Attribute.assignedSession) === id);
    if (tried.length === 0 || !isOpen) {
      return inconclusive(`the call with ${this.sessionName(session)} was not tried`);
    }
    // A caller waits as long as it likes: RFC 2661 §4.4.2 has result 10 for a call that took too long.
    const answer = this.sent(tunnel, ICRP)[0];
    const gaveUp = this.tunnel(tunnel).device.find(({ type }) => type === CDN);
    if (answer !== undefined && gaveUp !== undefined && isAfter(answer, gaveUp)) {
      return tooLateToTell(
        `the device ended its call before the tester answered it: ${formatMessage(gaveUp)}`,
      );
    }
    const refs = frameRefs(...stimuli, ...tried);
    return this.connectsCalls() ?? this.mistaken(tunnel) ??
      fail(`the call with ${this.sessionName(session)} is established`, "it is not", refs);
  }

  /** Fails unless the device answers a stimulus on a tunnel as described. */
  replies(
    stimulus: ControlMessage,
    tunnel: TunnelName,
    type: number,
    words: string,
    test: MessageTest = ANY,
  ): PartialVerdict {
    const after = this.tunnel(tunnel).device.filter((m) => isAfter(m, stimulus));
    if (after.some((m) => m.type === type && test(m))) return undefined;
    if (after.length > 0) {
      const shown = after.slice(0, 4);
      return fail(words, shown.map(formatMessage).join(", "), frameRefs(stimulus, ...shown));
    }
    const elsewhere = this.device.find((m) => isAfter(m, stimulus));
    const other = elsewhere && `, but ${formatMessage(elsewhere)} for tunnel ${elsewhere.tunnelId}`;
    const refs = frameRefs(stimulus, elsewhere);
    return fail(words, `no answer on this tunnel${other ?? ""}`, refs);
  }

  /**
   * Fails unless an Nr acknowledges a message. RFC 2661 sets no time for it, but whoever waits for one
   * sends again after a second: later than half a minute the retransmissions are over.
   */
  acknowledges(stimulus: ControlMessage, tunnel: TunnelName): PartialVerdict {
    const until = stimulus.time + RETRANSMITTING + this.tolerance / 1000;
    return this.#acknowledged(stimulus, tunnel, (m) => m.time <= until);
  }

  /** Likewise a duplicate: before the tester says anything else that is to be acknowledged. */
  acknowledgesAgain(duplicate: ControlMessage, tunnel: TunnelName): PartialVerdict {
    const next = this.tunnel(tunnel).tester.find((m) => m.type !== 0 && isAfter(m, duplicate));
    const counts = (m: ControlMessage) => next === undefined || isAfter(next, m);
    return this.#acknowledged(duplicate, tunnel, counts);
  }

  #acknowledged(stimulus: ControlMessage, tunnel: TunnelName, counts: MessageTest): PartialVerdict {
    const after = this.tunnel(tunnel).device.filter((m) => isAfter(m, stimulus));
    if (after.some((m) => isAck(m.nr, stimulus.ns) && counts(m))) return undefined;
    const shown = after.slice(0, 4);
    return this.mistaken(tunnel) ?? fail(
      `an acknowledgement of ${formatMessage(stimulus)}`,
      shown.length === 0 ? "nothing is sent" : shown.map(formatMessage).join(", "),
      frameRefs(stimulus, ...shown),
    );
  }

  /** Fails when the device sends such a message, anywhere, after the stimulus. */
  never(stimulus: Shown, words: string, test: MessageTest, until?: Shown): PartialVerdict {
    const bad = this.device.find((m) =>
      isAfter(m, stimulus) && (until === undefined || isAfter(until, m)) && test(m)
    );
    return bad && fail(words, formatMessage(bad), frameRefs(stimulus, bad));
  }

  /** Fails when the device forgot, behind a stimulus, the tunnel that stood beside. */
  survives(stimulus: Shown): PartialVerdict {
    const { up, asked, lives } = witnessOf(this.control, this.evidence, this.role) ?? {};
    if (up === undefined || asked === undefined || lives || !isAfter(asked, stimulus)) {
      return undefined;
    }
    // Who still knows another tunnel of before has not been restarted: it lost the HELLO alone.
    if (this.remembersAny(stimulus)) return undefined;
    return fail(
      "the tunnel that stood beside goes on",
      "its HELLO is not acknowledged, as if the device had been restarted",
      frameRefs(stimulus, asked),
    );
  }

  /** Milliseconds by which the device may have been late, as far as the lab knows. */
  get tolerance(): number {
    return toleranceOf(this.evidence, this.deviceNode);
  }

  /** Milliseconds that the device's profile declares under a name, or else the default. */
  parameter(name: string, otherwise: number): number {
    const declared = this.evidence.nodes[this.deviceNode]?.profile.parameters?.[name];
    return typeof declared === "number" ? declared : otherwise;
  }

  /** A tunnel in words: by the identifier that stands in packets. */
  nameOf(tunnel: TunnelName): string {
    return `the tunnel with Tunnel ID ${this.tunnelId(tunnel)} of the tester`;
  }

  /** A session in words. */
  sessionName(session: SessionName): string {
    return `Session ID ${this.sessionId(session)} of the tester`;
  }

  /** The tester's messages that begin a tunnel, of whichever, each once. */
  openings(): ControlMessage[] {
    const type = this.role === "lns" ? SCCRQ : SCCRP;
    return once(this.tester.filter((m) => m.type === type));
  }
}
