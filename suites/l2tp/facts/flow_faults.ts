/** What is wrong with the data messages of a flow: counts and the first frames of each kind. */
import type { FrameRef } from "../../../captures/frame.ts";

/** Frames of one kind of fault that are kept. */
const KEPT = 4;

/** One kind of fault in a flow. */
export class FlowFault {
  count = 0;
  /** What stands in the first. */
  actual = "";
  readonly frames: FrameRef[] = [];

  /** Notes a message that has it. @param actual Its words, made for the first one only. */
  note(capture: string, number: number, actual: () => string): void {
    if (this.count++ === 0) this.actual = actual();
    if (this.frames.length < KEPT) this.frames.push({ capture, number });
  }
}

/** Kinds of faults that are looked for. */
export type FaultKind =
  /** Length or Offset Size that the datagram does not hold, or that cuts the payload short. */
  | "length"
  | "reserved"
  /** Octets behind the end that Length tells. */
  | "trailing"
  /** A number other than the next: again, left out, or behind. */
  | "again"
  /** The first number of the flow where it is not 0. */
  | "begins"
  | "leftOut"
  | "behind"
  /** A number again in a datagram that no network can have made of the first. */
  | "sentAgain"
  /** The same frame twice at once. */
  | "doubled"
  /** LCP without address and control octets, and others before their compression was agreed. */
  | "bareLcp"
  | "bare"
  /** A Protocol field of one octet before its compression was agreed. */
  | "shortProtocol"
  /** A PPP frame of which the datagram holds the beginning alone. */
  | "cutFrame";

/** What stands for a fault that no message has. */
const NONE = new FlowFault();

/** What is wrong with the messages of one flow. */
export class FlowFaults {
  readonly #faults = new Map<FaultKind, FlowFault>();

  /** The messages that have a fault of a kind. */
  faultOf(kind: FaultKind): FlowFault {
    return this.#faults.get(kind) ?? NONE;
  }

  /** The faults of all kinds that some message has. */
  get all(): FlowFault[] {
    return [...this.#faults.values()];
  }

  /** The faults of a kind, to add to them. */
  obtain(kind: FaultKind): FlowFault {
    let fault = this.#faults.get(kind);
    if (fault === undefined) this.#faults.set(kind, fault = new FlowFault());
    return fault;
  }
}
