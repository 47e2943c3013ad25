/**
 * What the WAN taps show of L2TP, in one streaming pass: the control messages of each tunnel, up to a
 * limit, and the data messages counted. State per message of control, and per session of data.
 */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { type Avp, readAvps } from "../../../captures/wire/l2tp_avp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { formatAddress, parseAddress } from "../../../captures/wire/address.ts";
import type { Accumulator, Evidence, FactCollector, Tap } from "../../kit/evidence.ts";

const UDP = 17;
/** Control messages that are kept of the beginning, and at least half as many of the end. */
const KEPT = 4096;
/** Data messages of which the first octets are kept, for each session and direction. */
const DATA_KEPT = 64, DATA_OCTETS = 64;
const MESSAGE_TYPE = 0;

/** One control message, as it was captured. */
export interface ControlMessage {
  /** Seconds. */
  time: number;
  /** Node that sent it; "" when the address is nobody's. */
  from: string;
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  /** UDP checksum field. */
  checksum: number;
  /** First two octets of the header. */
  word: number;
  length: number;
  /** Octets that the datagram really has. */
  octets: number;
  tunnelId: number;
  sessionId: number;
  ns: number;
  nr: number;
  /** Message Type; 0 for a zero-length body, -1 when the first AVP is none. */
  type: number;
  avps: Avp[];
  /** Why the AVPs cannot be read to their end. */
  problem?: string;
  frame: FrameRef;
}

/** The first octets of a data message. */
export interface DataMessage {
  time: number;
  word: number;
  tunnelId: number;
  sessionId: number;
  ns: number;
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  payload: Uint8Array;
  frame: FrameRef;
}

/** Data messages of one direction of one session. */
export interface DataFlow {
  from: string;
  tunnelId: number;
  sessionId: number;
  packets: number;
  /** Those with sequence numbers. */
  sequenced: number;
  withoutChecksum: number;
  first: FrameRef;
  last: FrameRef;
  firstTime: number;
  lastTime: number;
  messages: DataMessage[];
}

/** What the taps show. */
export interface WireFacts {
  messages: ControlMessage[];
  /** Control messages between the first and the last ones, which are only counted. */
  more: number;
  data: DataFlow[];
  /** UDP datagrams of L2TP ports that are neither, such as those of other versions, by sender. */
  others: Map<string, { count: number; first: FrameRef }>;
  /** First fragments of datagrams of L2TP ports, by sender: their messages are in none of the above. */
  fragments: Map<string, FrameRef[]>;
}

/** The pass over the WAN taps. */
export const wireFacts: FactCollector<WireFacts> = {
  name: "l2tp/wire",
  begin: (evidence) => new WireAccumulator(evidence),
};

/** UDP ports of the nodes: the well-known one, and those that the configurations name. */
function portsOf(evidence: Evidence): Set<number> {
  const ports = new Set([1701]);
  for (const { config } of Object.values(evidence.nodes)) {
    const { wan } = config as { wan?: { udp?: unknown }[] };
    for (const { udp } of Array.isArray(wan) ? wan : []) {
      if (typeof udp === "number") ports.add(udp);
    }
  }
  return ports;
}

function ownersOf(evidence: Evidence): Map<string, string> {
  const owners = new Map<string, string>();
  for (const [node, { config }] of Object.entries(evidence.nodes)) {
    const { wan } = config as { wan?: { address?: unknown }[] };
    for (const { address } of Array.isArray(wan) ? wan : []) {
      if (typeof address === "string") owners.set(canonical(address), node);
    }
  }
  return owners;
}

function canonical(address: string): string {
  try {
    return formatAddress(parseAddress(address));
  } catch {
    return address;
  }
}

class WireAccumulator implements Accumulator<WireFacts> {
  readonly #walker = new HeaderWalker();
  readonly #ports: Set<number>;
  readonly #owners: Map<string, string>;
  readonly #flows = new Map<string, DataFlow>();
  #tail: ControlMessage[] = [];
  readonly #facts: WireFacts = {
    messages: [],
    more: 0,
    data: [],
    others: new Map(),
    fragments: new Map(),
  };

  constructor(evidence: Evidence) {
    this.#ports = portsOf(evidence);
    this.#owners = ownersOf(evidence);
  }

  wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  frame(frame: Frame, tap: Tap) {
    const w = this.#walker, { bytes } = frame;
    if (!w.walk(frame) || w.protocol !== UDP || w.l4 < 0 || w.end - w.l4 < 10) return;
    if (w.fragmentOffset > 0) return;
    if (!this.#ports.has(w.destinationPort) && !this.#ports.has(w.sourcePort)) return;
    if (w.moreFragments) return this.#fragment(frame, tap);
    const at = w.l4 + 8, word = get16(bytes, at);
    if ((word & 0x800f) === 0x0002) return this.#data(frame, tap, at, word);
    const source = this.#source(bytes);
    if ((word & 0x800f) !== 0x8002 || w.end - at < 12) {
      const from = this.#owners.get(source) ?? "";
      const own = { capture: tap.name, number: frame.number };
      const { count = 0, first = own } = this.#facts.others.get(from) ?? {};
      this.#facts.others.set(from, { count: count + 1, first });
    } else this.#keep(this.#control(frame, tap, at, word, source));
  }

  #fragment({ bytes, number }: Frame, tap: Tap) {
    const from = this.#owners.get(this.#source(bytes)) ?? "";
    const known = this.#facts.fragments.get(from) ?? [];
    this.#facts.fragments.set(from, known);
    if (known.length < KEPT) known.push({ capture: tap.name, number });
  }

  #keep(message: ControlMessage) {
    const { messages } = this.#facts;
    if (messages.length < KEPT) messages.push(message);
    else if (this.#tail.push(message) > KEPT) {
      this.#facts.more += this.#tail.splice(0, KEPT / 2).length;
    }
  }

  end(): WireFacts {
    this.#facts.messages.push(...this.#tail);
    this.#facts.messages.sort((a, b) => a.time - b.time);
    this.#facts.data = [...this.#flows.values()];
    return this.#facts;
  }

  #source(bytes: Uint8Array): string {
    const { l3, ipVersion } = this.#walker;
    return ipVersion === 4
      ? formatAddress(bytes, l3 + 12, l3 + 16)
      : formatAddress(bytes, l3 + 8, l3 + 24);
  }

  #destination(bytes: Uint8Array): string {
    const { l3, ipVersion } = this.#walker;
    return ipVersion === 4
      ? formatAddress(bytes, l3 + 16, l3 + 20)
      : formatAddress(bytes, l3 + 24, l3 + 40);
  }

  #control(frame: Frame, tap: Tap, at: number, word: number, source: string): ControlMessage {
    const { bytes } = frame, w = this.#walker;
    const length = get16(bytes, at + 2);
    const stop = Math.min(w.end, at + Math.max(12, length));
    // Evidence outlives the frame: values are copies.
    const { avps, problem } = readAvps(bytes, at + 12, stop);
    const first = avps[0];
    const named = first?.type === MESSAGE_TYPE && first.vendor === 0 && first.value.length === 2;
    const type = stop === at + 12 ? 0 : named ? get16(first.value, 0) : -1;
    return {
      ...{ time: frame.seconds + frame.nanoseconds / 1e9, from: this.#owners.get(source) ?? "" },
      ...{ source, sourcePort: w.sourcePort, destination: this.#destination(bytes) },
      ...{ destinationPort: w.destinationPort, checksum: get16(bytes, w.l4 + 6), word, length },
      ...{ octets: w.end - at, tunnelId: get16(bytes, at + 4), sessionId: get16(bytes, at + 6) },
      ...{ ns: get16(bytes, at + 8), nr: get16(bytes, at + 10), type, avps },
      ...(problem === undefined ? {} : { problem }),
      frame: { capture: tap.name, number: frame.number },
    };
  }

  #data(frame: Frame, tap: Tap, at: number, word: number) {
    const { bytes } = frame, { end, l4, sourcePort, destinationPort } = this.#walker;
    let next = at + 2 + (word & 0x4000 ? 2 : 0);
    if (end - next < 4) return;
    const tunnelId = get16(bytes, next), sessionId = get16(bytes, next + 2);
    next += 4;
    const sequenced = (word & 0x0800) !== 0;
    const ns = sequenced && end - next >= 4 ? get16(bytes, next) : -1;
    if (sequenced) next += 4;
    if (word & 0x0200) next += 2 + (end - next >= 2 ? get16(bytes, next) : 0);
    const source = this.#source(bytes), from = this.#owners.get(source) ?? "";
    const ref = { capture: tap.name, number: frame.number };
    const time = frame.seconds + frame.nanoseconds / 1e9;
    const key = `${from}|${tunnelId}|${sessionId}`;
    let flow = this.#flows.get(key);
    if (flow === undefined) {
      flow = {
        ...{ from, tunnelId, sessionId, packets: 0, sequenced: 0, withoutChecksum: 0 },
        ...{ first: ref, last: ref, firstTime: time, lastTime: time, messages: [] },
      };
      this.#flows.set(key, flow);
    }
    flow.packets++;
    if (sequenced) flow.sequenced++;
    if (get16(bytes, l4 + 6) === 0) flow.withoutChecksum++;
    flow.last = ref;
    flow.lastTime = time;
    if (flow.messages.length < DATA_KEPT) {
      flow.messages.push({
        ...{ time, word, tunnelId, sessionId, ns, source, sourcePort, destinationPort },
        destination: this.#destination(bytes),
        payload: bytes.slice(Math.min(next, end), Math.min(end, next + DATA_OCTETS)),
        frame: ref,
      });
    }
  }
}
