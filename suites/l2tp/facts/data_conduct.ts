/**
 * What is wrong with the data messages of one flow (RFC 2661 §3.1, §5.4; RFC 1661 §6.6), looked for as
 * they pass: counts and the first frames alone are kept.
 */
import type { FrameRef } from "../../../captures/frame.ts";
import { L2tpFlag, lengthOf, RESERVED_FLAGS } from "../../../captures/wire/l2tp.ts";
import { get16 } from "../../../captures/wire/octets.ts";

/** Frames of one kind of fault that are kept. */
const KEPT = 4;
/** Seconds within which a frame that is sent twice is no retransmission of PPP. */
const AT_ONCE = 0.001;
/** Octets of a frame that are compared with the one before: headers up to that of TCP within. */
const COMPARED = 44;
const LCP = 0xc021, CONFIGURE_ACK = 2, PFC = 7, ACFC = 8;

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

/** A data message as it lies in a frame. */
export interface DataPlace {
  bytes: Uint8Array;
  /** A view of the same octets. */
  view: DataView;
  /** First octet of the L2TP header, and one past the last octet of the datagram. */
  start: number;
  end: number;
  /** Seconds since 1970. */
  time: number;
  /** Where it was captured. */
  capture: string;
  number: number;
  /** IPv4 Identification; -1 where there is none. */
  identification: number;
  /** How many calls had been begun at this tap. */
  calls: number;
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

/** The conduct of the sender of one flow. */
export class DataConduct {
  /** Flows are many, and those with a fault are few. */
  #faults?: Map<FaultKind, FlowFault>;
  /** Ns of the next message; -1 until one had a number. */
  #next = -1;
  /** Whether no number was seen yet, and nothing passed over. */
  #isFirst = true;
  #calls = 0;
  #identification = -1;
  #time = -Infinity;
  #size = -1;
  #digest = 0;
  /** Whether this side acknowledged a Configure-Request, and whether one that allows compression. */
  #acknowledged = false;
  #mayCompress = false;
  /** Likewise of the Protocol field. */
  #mayShorten = false;

  /** The messages that have a fault of a kind. */
  faultOf(kind: FaultKind): FlowFault {
    return this.#faults?.get(kind) ?? NONE;
  }

  /** The faults of all kinds that some message has. */
  get faults(): FlowFault[] {
    return [...this.#faults?.values() ?? []];
  }

  #note(kind: FaultKind, capture: string, number: number, actual: () => string): void {
    this.#faults ??= new Map();
    let fault = this.#faults.get(kind);
    if (fault === undefined) this.#faults.set(kind, fault = new FlowFault());
    fault.note(capture, number, actual);
  }

  /** Passes over a message that cannot be read: what comes next is compared with nothing. */
  passOver(): void {
    this.#next = this.#size = -1;
    this.#isFirst = false;
    this.#time = -Infinity;
  }

  /** Takes the next message of the flow. */
  take(place: DataPlace): void {
    const { bytes, start, end, capture, number } = place;
    const word = get16(bytes, start), header = lengthOf(word);
    if ((word & RESERVED_FLAGS) !== 0) {
      this.#note("reserved", capture, number, () => word.toString(16).padStart(4, "0"));
    }
    const hasLength = (word & L2tpFlag.length) !== 0;
    const length = hasLength ? get16(bytes, start + 2) : end - start;
    const pad = (word & L2tpFlag.offset) !== 0 ? get16(bytes, start + header - 2) : 0;
    const payload = start + header + pad, stop = Math.min(end, start + length);
    if (this.#sizes(place, { length, pad, payload, stop })) this.#frame(place, payload, stop);
    this.#repeats(place, header, pad);
    if ((word & L2tpFlag.sequence) !== 0) {
      this.#numbers(place, get16(bytes, start + (hasLength ? 8 : 6)));
    }
    this.#calls = place.calls;
    this.#identification = place.identification;
    this.#time = place.time;
  }

  /** Judges Length and Offset Size; whether there is a payload to look at. */
  #sizes(
    { bytes, start, end, capture, number }: DataPlace,
    { length, pad, payload, stop }: { length: number; pad: number; payload: number; stop: number },
  ): boolean {
    const octets = end - start;
    if (length > octets || start + length < payload || payload > end) {
      const offset = pad > 0 ? ` and Offset Size ${pad}` : "";
      this.#note(
        "length",
        capture,
        number,
        () => `Length ${length}${offset} in a datagram of ${octets} octets`,
      );
      return false;
    }
    const needed = pppLength(bytes, payload, end);
    if (payload + needed > end) {
      this.#note(
        "cutFrame",
        capture,
        number,
        () => `${end - payload} octets of a PPP frame that says it has ${needed}`,
      );
    }
    if (payload + needed > stop && payload + needed <= end) {
      this.#note(
        "length",
        capture,
        number,
        () => `Length ${length}, which cuts a PPP frame of ${needed} octets short`,
      );
    } else if (length < octets) {
      this.#note(
        "trailing",
        capture,
        number,
        () => `Length ${length} in a datagram of ${octets} octets`,
      );
    }
    return true;
  }

  #frame({ bytes, capture, number }: DataPlace, at: number, end: number): void {
    if (end - at < 2) return;
    const compressed = get16(bytes, at) !== 0xff03, from = compressed ? at : at + 2;
    if (end - from < 2) return;
    const isLcp = get16(bytes, from) === LCP;
    // The first octet of a Protocol field of two is even.
    const isShort = (bytes[from] & 1) === 1;
    if (isShort && this.#acknowledged && !this.#mayShorten) {
      this.#note("shortProtocol", capture, number, () => octetsAt(bytes, at));
    }
    if (compressed && isLcp) this.#note("bareLcp", capture, number, () => octetsAt(bytes, at));
    else if (compressed && this.#acknowledged && !this.#mayCompress) {
      this.#note("bare", capture, number, () => octetsAt(bytes, at));
    }
    if (isLcp && bytes[from + 2] === CONFIGURE_ACK) {
      this.#acknowledged = true;
      this.#mayCompress = hasOption(bytes, from + 6, end, ACFC);
      this.#mayShorten = hasOption(bytes, from + 6, end, PFC);
    }
  }

  /** Whether the frame is the one before, sent again at once. */
  #repeats({ view, start, end, time, capture, number }: DataPlace, header: number, pad: number) {
    // What pads the header says nothing, and may be long.
    const size = end - start, payload = start + header + pad;
    const ofHeader = digestOf(view, start, Math.min(end, start + header), 0);
    const digest = digestOf(view, payload, Math.min(end, payload + COMPARED), ofHeader);
    if (size === this.#size && digest === this.#digest && time - this.#time <= AT_ONCE) {
      this.#note("doubled", capture, number, () => `the same ${size} octets again`);
      // The third of three is one more, the fourth begins anew.
      this.#size = -1;
      return;
    }
    this.#size = size;
    this.#digest = digest;
  }

  #numbers({ capture, number, calls, identification }: DataPlace, ns: number): void {
    // A Session ID may be assigned again: the numbers of another call begin at 0.
    const begins = this.#next < 0 || ns === 0 && calls !== this.#calls;
    if (this.#next < 0 && ns !== 0 && this.#isFirst) {
      this.#note("begins", capture, number, () => `Ns ${ns} first`);
    }
    this.#isFirst = false;
    const ahead = begins ? 0 : (ns - this.#next) & 0xffff;
    if (ahead === 0xffff) {
      this.#note("again", capture, number, () => `Ns ${ns} again`);
      if (
        identification > 0 && this.#identification > 0 && identification !== this.#identification
      ) {
        this.#note("sentAgain", capture, number, () => `Ns ${ns} again`);
      }
    } else if (ahead >= 0x8000) {
      const next = this.#next;
      this.#note("behind", capture, number, () => `Ns ${ns} where ${next} is next`);
    } else if (ahead > 0) {
      const next = this.#next;
      this.#note("leftOut", capture, number, () => `Ns ${ns} where ${next} is next`);
    }
    if (ahead < 0x8000) this.#next = (ns + 1) & 0xffff;
  }
}

/** Octets of a PPP frame by its own account: of LCP, the NCPs and IP; 0 where it gives none. */
function pppLength(bytes: Uint8Array, start: number, end: number): number {
  const at = end - start >= 2 && get16(bytes, start) === 0xff03 ? start + 2 : start;
  const packet = at + 2, before = packet - start;
  // Up to where a length stands: behind code and identifier, or in the same place of an IPv4 header.
  if (end - packet < 4) return 0;
  const protocol = get16(bytes, at);
  const isControl = protocol >= 0x8000 && (protocol & 0x0101) === 1;
  if (isControl || protocol === 0x0021) return before + get16(bytes, packet + 2);
  if (protocol !== 0x0057 || end - packet < 6) return 0;
  return before + 40 + get16(bytes, packet + 4);
}

/** Whether an LCP option is among those in `bytes[at..end)`. */
function hasOption(bytes: Uint8Array, at: number, end: number, option: number): boolean {
  while (at + 2 <= end && bytes[at + 1] >= 2) {
    if (bytes[at] === option) return true;
    at += bytes[at + 1];
  }
  return false;
}

function octetsAt(bytes: Uint8Array, at: number): string {
  return `a frame that begins with ${bytes.subarray(at, at + 4).toHex()}`;
}

/** Mixes whole words of four octets into a digest. */
function digestOf(view: DataView, start: number, end: number, digest: number): number {
  for (let i = start; i <= end - 4; i += 4) {
    digest = Math.imul(digest ^ view.getInt32(i), 0x9e3779b1);
    digest ^= digest >>> 15;
  }
  return digest;
}
