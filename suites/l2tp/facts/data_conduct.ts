/**
 * What is wrong with the data messages of one flow (RFC 2661 §3.1, §5.4; RFC 1661 §6.6), looked for as
 * they pass: counts and the first frames alone are kept.
 */
import { L2tpFlag, lengthOf, RESERVED_FLAGS } from "../../../captures/wire/l2tp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { type FaultKind, FlowFaults } from "./flow_faults.ts";
import type { FlowTable } from "./flow_table.ts";

/** Seconds within which a frame that is sent twice is no retransmission of PPP. */
const AT_ONCE = 0.001;
/** Octets of a frame that are compared with the one before: headers up to that of TCP within. */
const COMPARED = 44;
const LCP = 0xc021, CONFIGURE_ACK = 2, PFC = 7, ACFC = 8;

/** A data message as it lies in a frame. */
export interface DataPlace {
  bytes: Uint8Array;
  /** A view of the same octets. */
  view: DataView;
  /** First octet of the L2TP header, and one past the last octet of the datagram. */
  start: number;
  end: number;
  /** Seconds behind the message before it in its flow. */
  after: number;
  /** Where it was captured. */
  capture: string;
  number: number;
  /** IPv4 Identification; -1 where there is none. */
  identification: number;
  /** How many calls had been begun at this tap. */
  calls: number;
}

/** What stands for the faults of a flow that has none, as most have. */
const SPOTLESS = new FlowFaults();

/**
 * Words of a flow's state: Ns of the next message, -1 until one had a number; calls that had been
 * begun, and the IPv4 Identification, at the last message; size and digest of its octets; bits.
 */
const NEXT = 0, CALLS = 1, IDENTIFICATION = 2, SIZE = 3, DIGEST = 4, BITS = 5;
/** How many there are. */
export const STATE_WORDS = 6;
/** A number was seen, or something passed over. */
const COUNTED = 1;
/** This side acknowledged a Configure-Request, and one that allows compression. */
const ACKNOWLEDGED = 2, AGREED = ACKNOWLEDGED | 4;
/** Likewise one that allows compression of the Protocol field. */
const SHORTENED = 8;

/** Rows in which the states lie. */
type StateRows = Pick<FlowTable, "words" | "size">;

/** The conduct of the senders of all flows, in rows of a table. */
export class DataConduct {
  readonly #rows: StateRows;
  readonly #state: number;
  /** Flows are many, and those with a fault are few. */
  readonly #faults = new Map<number, FlowFaults>();
  #words: Int32Array<ArrayBuffer> = new Int32Array(0);
  /** The flow at hand, and where its state begins. */
  #flow = 0;
  #at = 0;

  /** @param state Where in a row the state begins. */
  constructor(rows: StateRows, state: number) {
    this.#rows = rows;
    this.#state = state;
  }

  /** What is wrong with a flow. */
  faultsOf(flow: number): FlowFaults {
    return this.#faults.get(flow) ?? SPOTLESS;
  }

  #note(kind: FaultKind, capture: string, number: number, actual: () => string): void {
    let faults = this.#faults.get(this.#flow);
    if (faults === undefined) this.#faults.set(this.#flow, faults = new FlowFaults());
    faults.obtain(kind).note(capture, number, actual);
  }

  #point(flow: number): void {
    this.#flow = flow;
    this.#words = this.#rows.words;
    this.#at = flow * this.#rows.size + this.#state;
  }

  /** Begins a flow. */
  begin(flow: number): void {
    this.#point(flow);
    this.#words[this.#at + NEXT] = this.#words[this.#at + SIZE] = -1;
  }

  /** Passes over a message that cannot be read: what comes next is compared with nothing. */
  passOver(flow: number): void {
    this.begin(flow);
    this.#words[this.#at + BITS] |= COUNTED;
  }

  /** Takes the next message of a flow. */
  take(flow: number, place: DataPlace): void {
    this.#point(flow);
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
    this.#words[this.#at + CALLS] = place.calls;
    this.#words[this.#at + IDENTIFICATION] = place.identification;
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
    const mayShorten = this.#words[this.#at + BITS] & (ACKNOWLEDGED | SHORTENED);
    if (isShort && mayShorten === ACKNOWLEDGED) {
      this.#note("shortProtocol", capture, number, () => octetsAt(bytes, at));
    }
    if (compressed && isLcp) this.#note("bareLcp", capture, number, () => octetsAt(bytes, at));
    else if (compressed && (this.#words[this.#at + BITS] & AGREED) === ACKNOWLEDGED) {
      this.#note("bare", capture, number, () => octetsAt(bytes, at));
    }
    if (isLcp && bytes[from + 2] === CONFIGURE_ACK) {
      const agreed = hasOption(bytes, from + 6, end, ACFC) ? AGREED : ACKNOWLEDGED;
      const shortened = hasOption(bytes, from + 6, end, PFC) ? SHORTENED : 0;
      const bits = this.#words[this.#at + BITS] & ~(AGREED | SHORTENED);
      this.#words[this.#at + BITS] = bits | agreed | shortened;
    }
  }

  /** Whether the frame is the one before, sent again at once. */
  #repeats({ view, start, end, after, capture, number }: DataPlace, header: number, pad: number) {
    const words = this.#words, at = this.#at;
    // What pads the header says nothing, and may be long.
    const size = end - start, payload = start + header + pad;
    const ofHeader = digestOf(view, start, Math.min(end, start + header), 0);
    const digest = digestOf(view, payload, Math.min(end, payload + COMPARED), ofHeader);
    if (size === words[at + SIZE] && digest === words[at + DIGEST] && after <= AT_ONCE) {
      this.#note("doubled", capture, number, () => `the same ${size} octets again`);
      // The third of three is one more, the fourth begins anew.
      words[at + SIZE] = -1;
      return;
    }
    words[at + SIZE] = size;
    words[at + DIGEST] = digest;
  }

  #numbers({ capture, number, calls, identification }: DataPlace, ns: number): void {
    const words = this.#words, at = this.#at, next = words[at + NEXT];
    const before = words[at + IDENTIFICATION];
    // A Session ID may be assigned again: the numbers of another call begin at 0.
    const begins = next < 0 || ns === 0 && calls !== words[at + CALLS];
    if (next < 0 && ns !== 0 && (words[at + BITS] & COUNTED) === 0) {
      this.#note("begins", capture, number, () => `Ns ${ns} first`);
    }
    words[at + BITS] |= COUNTED;
    const ahead = begins ? 0 : (ns - next) & 0xffff;
    if (ahead === 0xffff) {
      this.#note("again", capture, number, () => `Ns ${ns} again`);
      const isAnother = (identification | 0) !== before;
      if (identification > 0 && before !== 0 && before !== -1 && isAnother) {
        this.#note("sentAgain", capture, number, () => `Ns ${ns} again`);
      }
    } else if (ahead >= 0x8000) {
      this.#note("behind", capture, number, () => `Ns ${ns} where ${next} is next`);
    } else if (ahead > 0) {
      this.#note("leftOut", capture, number, () => `Ns ${ns} where ${next} is next`);
    }
    if (ahead < 0x8000) words[at + NEXT] = (ns + 1) & 0xffff;
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
