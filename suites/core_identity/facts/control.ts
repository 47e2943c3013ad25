/** What one device says in control messages: its processor information, and how tunnels come up. */
import type { Frame } from "../../../captures/frame.ts";
import { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { Message } from "../../../captures/wire/core_identity_control.ts";
import type { Bound } from "../../kit/bounds.ts";
import { Answers } from "./answers.ts";
import { controlFault } from "./packet_faults.ts";
import { informationIn } from "./processor_information.ts";
import { reportIn } from "./session_reports.ts";
import type { Sighting } from "./sighting.ts";
import type { Announcement, SessionReport, TunnelSetup, WanDirection } from "./wan_types.ts";

/** Limits of what is kept of control messages. */
export interface ControlBounds {
  announcements: Bound;
  reports: Bound;
  /** Identities in all announcements together. */
  announced: Bound;
  setups: Bound;
  /** Messages that ask for an answer. */
  asked: Bound;
}

/** Collects what one device says. */
export class ControlState {
  readonly #facts: WanDirection;
  readonly #bounds: ControlBounds;
  readonly #view = new CoreIdentityControlView();
  readonly #known = new Map<string, Announcement>();
  readonly #reported = new Map<string, SessionReport>();
  #announced = 0;
  /** The last number of each kind of message of each tunnel. */
  readonly #numbers = new Map<number, number>();
  /** What each version of its processor information says of the cores, for each aggregate. */
  readonly #versions = new Map<string, string>();
  readonly #answers: Answers;

  /** @param facts Where announcements and tunnels are noted. */
  constructor(facts: WanDirection, bounds: ControlBounds) {
    this.#facts = facts;
    this.#bounds = bounds;
    this.#answers = new Answers(facts.controlFaults, bounds.asked);
  }

  /** Takes note of what reaches the device, which it may answer by the same `place`. */
  asked(frame: Frame, start: number, end: number, place: string) {
    if (this.#view.at(frame.bytes, start, end)) this.#answers.asked(this.#view, place);
  }

  /** Ends the counting; call it once, after the last message. */
  settle() {
    this.#answers.settle();
  }

  /**
   * Takes a message of the device.
   * @param departed Whether it was seen where it left, and not where it arrived.
   * @param initiator Whether the device opens tunnels; undefined where that is a guess.
   */
  message(
    frame: Frame,
    walk: HeaderWalker,
    sighting: Sighting,
    departed: boolean,
    initiator: boolean | undefined,
  ) {
    const view = this.#view, start = walk.udpPayload, { end } = walk;
    if (!view.at(frame.bytes, start, end)) return;
    if (departed) this.#lint(sighting, initiator);
    if (!view.attributesAddUp) return;
    const { message, informationVersion } = view, opens = this.#facts.initiator;
    // A device that returns what it got opens no tunnel, and answers nothing.
    if (message === Message.hello ? !opens : message === Message.helloAck && opens) return;
    this.#facts.version = Math.max(this.#facts.version, informationVersion);
    if (message === Message.hello || message === Message.helloAck) {
      this.#greets(sighting, departed ? () => walk.destination(frame.bytes) : undefined);
    } else if (message === Message.keepalive || message === Message.confirm && opens) {
      this.#confirms(sighting);
    } else if (message === Message.close && departed) this.#closes(sighting);
    if (message === Message.report) this.#reports(sighting, departed);
    if (view.isAnnouncement) this.#announces(sighting, departed, start, end);
  }

  #lint({ frame, place }: Sighting, initiator: boolean | undefined) {
    const facts = this.#facts, view = this.#view, faults = facts.controlFaults;
    facts.messages++;
    const sighted = { ref: () => frame }, fault = controlFault(view, initiator);
    if (fault !== undefined) faults.note(fault, sighted);
    this.#answers.answered(view, frame, place);
    const { message, sequence } = view;
    const key = (view.aggregateId * 65_536 + view.tunnelId) * 16 + (message & 15);
    const last = this.#numbers.get(key);
    const step = last === undefined ? 1 : sequence - last | 0;
    // Whoever starts anew begins with a greeting, and counts anew.
    const isAnew = message === Message.hello || message === Message.helloAck;
    if (step < 0 && !isAnew) faults.note("Control Sequence Numbers fall", sighted);
    if (isAnew && step < 0) {
      this.#numbers.clear();
      this.#versions.clear();
    }
    if (last !== undefined || this.#bounds.setups.admits(this.#numbers.size >> 3)) {
      this.#numbers.set(key, sequence);
    }
  }

  /** @param to Gives the address that it goes to, where it was seen to leave. */
  #greets(sighting: Sighting, to: (() => string) | undefined) {
    const setup = this.#setup();
    if (setup === undefined) return;
    if (to !== undefined && setup.left === undefined) {
      setup.left = { place: sighting.place, to: to() };
    }
    setup.greetedAt = Math.max(setup.greetedAt ?? -Infinity, sighting.time);
    if (setup.greeting === undefined || sighting.time < setup.greeting.time) {
      setup.greeting = sighting;
    }
  }

  #confirms(sighting: Sighting) {
    const setup = this.#setup();
    if (setup === undefined) return;
    if (setup.confirmed === undefined || sighting.time < setup.confirmed.time) {
      setup.confirmed = sighting;
    }
  }

  #closes(sighting: Sighting) {
    const setup = this.#setup();
    if (setup === undefined) return;
    if (setup.closed === undefined || sighting.time > setup.closed.time) setup.closed = sighting;
  }

  /** What is known of the message's tunnel; undefined when there are too many. */
  #setup(): TunnelSetup | undefined {
    const { setups } = this.#facts, { aggregateId: aggregate, tunnelId: id } = this.#view;
    const key = aggregate << 16 | id;
    let setup = setups.get(key);
    if (setup === undefined) {
      if (!this.#bounds.setups.admits(setups.size)) return undefined;
      setups.set(key, setup = { id, aggregate });
    }
    return setup;
  }

  #reports(sighting: Sighting, departed: boolean) {
    const view = this.#view, { reports } = this.#facts;
    const key = `${view.aggregateId} ${view.tunnelId} ${view.sequence}`;
    let report = this.#reported.get(key);
    if (report === undefined) {
      if (!this.#bounds.reports.admits(reports.length)) return;
      report = { aggregate: view.aggregateId, ...reportIn(view) };
      this.#reported.set(key, report);
      reports.push(report);
    }
    if (departed) report.departure ??= sighting;
    else report.arrival ??= sighting;
  }

  #announces(sighting: Sighting, departed: boolean, start: number, end: number) {
    const view = this.#view, { announcements } = this.#facts;
    const { aggregateId: aggregate, tunnelId: tunnel, message, informationVersion: version } = view;
    const key = `${aggregate} ${tunnel} ${message} ${view.sequence}`;
    let announcement = this.#known.get(key);
    if (announcement === undefined) {
      // A few octets can announce 65,535 cores: all announcements together are bounded.
      // Positions of cores may be listed again and again, two octets each.
      const named = view.coreCount + ((end - start) >> 1);
      const fits = this.#bounds.announcements.admits(announcements.length) &&
        this.#bounds.announced.admits(this.#announced + named);
      if (!fits) return;
      this.#announced += named;
      announcement = { message, aggregate, tunnel, version, ...informationIn(view) };
      this.#known.set(key, announcement);
      announcements.push(announcement);
    }
    if (departed) {
      announcement.departure ??= sighting;
      this.#compare(announcement, sighting);
    } else announcement.arrival ??= sighting;
  }

  /** Holds an announcement against another of the same version. Loads change from one to the next. */
  #compare({ cores, aggregate, version, ...told }: Announcement, { frame }: Sighting) {
    // Without cores nothing is announced.
    if (cores === 0) return;
    const { identities, excluded, preferred, reserved } = told;
    const text = JSON.stringify([identities, excluded, preferred, reserved]);
    const key = `${aggregate} ${version}`, known = this.#versions.get(key);
    if (known === undefined) this.#versions.set(key, text);
    else if (known !== text) {
      const what = "one version of the processor information says two things of the cores";
      this.#facts.controlFaults.note(what, { ref: () => frame });
    }
  }
}
