/** Collects what WAN taps show of L2TP: every control message, and data by flows. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import type { TraceRecord } from "../../../peers/machine.ts";
import { L2tpFlag, VERSION } from "../../../captures/wire/l2tp.ts";
import { get16, get32 } from "../../../captures/wire/octets.ts";
import { BoundedLog, BoundedTable } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { configurationOf } from "./configuration.ts";
import { ConnectionTable } from "./connection_table.ts";
import { ControlFacts, type OtherPackets } from "./control_facts.ts";
import type { DataFlow } from "./data.ts";
import { type Arrival, ControlMessage } from "./message.ts";
import { type AddressKey, Parties } from "./parties.ts";
import { isPlainlyControl, payloadOf } from "./recogniser.ts";

/** Bounds of what is kept. */
const MESSAGES = 262_144, OCTETS = 33_554_432, FLOWS = 16_384, PARTIES = 4096, FRAGMENTS = 4096;
const CONNECTIONS = 16_384;
/** Octets of a Message Type AVP, and how many of them are shared. */
const BARE = 8, SHARED = 64;
const NOTHING = new Uint8Array(0);
/** Seconds within which the same message twice is one that two ports mirrored. */
const MIRRORED = 0.001;

/** The collector of control messages, and of data flows. */
export const controlFacts: FactCollector<ControlFacts> = {
  name: "l2tp/control",
  begin: (evidence) => new ControlCollector(evidence),
};

/** A flow with what tells it from others. */
interface KeyedFlow extends DataFlow {
  keys: readonly [AddressKey, AddressKey];
}

class ControlCollector extends Collector<ControlFacts> {
  readonly #evidence: Evidence;
  readonly #parties: Parties;
  readonly #secret?: Uint8Array;
  readonly #view = new L2tpView();
  readonly #octets = this.bound("octets of control messages", OCTETS);
  readonly #messages = new BoundedLog<ControlMessage>(this.bound("control messages", MESSAGES));
  readonly #connections = this.bound("control connections at a tap", CONNECTIONS);
  readonly #tables = new Map<string, ConnectionTable>();
  /** By Tunnel ID and Session ID: few flows have the same. */
  readonly #flows = new Map<number, KeyedFlow[]>();
  readonly #flowBound = this.bound("data flows", FLOWS);
  readonly #others = new BoundedTable<string, OtherPackets>(this.bound("senders", PARTIES));
  readonly #fragments = new BoundedLog<{ from: string; frame: FrameRef }>(
    this.bound("first fragments", FRAGMENTS),
  );
  /** The last control message of each sender at each tap. */
  readonly #latest = new BoundedTable<string, { message: ControlMessage }>(
    this.bound("senders at taps", PARTIES),
  );
  readonly #bare = new Map<number, Uint8Array>();
  #flowCount = 0;
  #octetCount = 0;
  #mirrored = 0;
  #scriptEnd?: number;

  constructor(evidence: Evidence) {
    super();
    this.#evidence = evidence;
    this.#parties = new Parties(evidence);
    this.#secret = configurationOf(evidence).secret;
  }

  override wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const at = payloadOf(walk), { bytes } = frame;
    if (at < 0) return;
    if (walk.moreFragments) return this.#fragment(frame, walk, tap);
    const view = this.#view, isControl = (bytes[at] & 0x80) !== 0;
    if ((bytes[at + 1] & 15) !== VERSION || !view.at(bytes, at, walk.end)) {
      return this.#other(frame, walk, tap);
    }
    if (!isControl) return this.#data(frame, walk, tap);
    // In a lab every port of ours carries L2TP, whatever a device makes of it.
    const believed = this.#evidence.world !== "captures" || isPlainlyControl(view) ||
      view.messageType > 0;
    if (believed) this.#control(frame, walk, tap);
    else this.#other(frame, walk, tap);
  }

  override wantsTrace(node: string): boolean {
    return this.#evidence.nodes[node]?.role === "tester";
  }

  override trace({ event, t }: TraceRecord): void {
    if (event === "script_done") this.#scriptEnd = t / 1e9;
  }

  facts(): ControlFacts {
    return new ControlFacts(this.#evidence, {
      messages: this.#messages.items,
      connections: [...this.#tables.values()].flatMap(({ connections }) => connections),
      flows: [...this.#flows.values()].flat(),
      others: new Map(this.#others.entries()),
      fragments: this.#fragments.items,
      mirrored: this.#mirrored,
      scriptEnd: this.#scriptEnd,
    });
  }

  #arrival({ bytes, seconds, nanoseconds, number }: Frame, walk: HeaderWalker, tap: Tap): Arrival {
    const { source, destination, from, to } = this.#parties.route(bytes, walk);
    return {
      time: seconds + nanoseconds / 1e9,
      from,
      to,
      source,
      sourcePort: walk.sourcePort,
      destination,
      destinationPort: walk.destinationPort,
      frame: { capture: tap.name, number },
    };
  }

  #fragment(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    if (!this.#fragments.admits()) return;
    const { from, frame: ref } = this.#arrival(frame, walk, tap);
    this.#fragments.push({ from, frame: ref });
  }

  #other(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const { from, frame: first, time } = this.#arrival(frame, walk, tap);
    const others = this.#others.obtain(from, () => ({ count: 0, first, lastTime: time }));
    if (others === undefined) return;
    others.count++;
    others.lastTime = time;
  }

  #control(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const view = this.#view, { bytes } = frame;
    const size = view.end - view.headerEnd;
    if (!this.#messages.admits() || !this.#octets.admits(this.#octetCount + size)) return;
    this.#octetCount += size;
    const { word, length, isWhole: whole, tunnelId, sessionId, ns, nr, messageType } = view;
    const message = new ControlMessage(
      this.#arrival(frame, walk, tap),
      { word, length, whole, tunnelId, sessionId, ns, nr, type: messageType },
      {
        octets: this.#body(bytes, view.headerEnd, view.end),
        secret: this.#secret,
        checksum: get16(bytes, walk.l4 + 6),
        offloaded: isOffloaded(bytes, walk),
      },
    );
    if (this.#evidence.world === "captures" && this.#isMirrored(message, tap)) return;
    this.#messages.push(message);
    this.#table(tap).add(message);
  }

  /** A copy of the AVPs; messages without any, and those of a type alone, share theirs. */
  #body(bytes: Uint8Array, start: number, end: number): Uint8Array {
    if (start === end) return NOTHING;
    if (end - start !== BARE) return bytes.slice(start, end);
    const key = get32(bytes, start) * 0x10000 + get16(bytes, start + 6);
    if (get16(bytes, start + 4) !== 0) return bytes.slice(start, end);
    let body = this.#bare.get(key);
    if (body === undefined) {
      body = bytes.slice(start, end);
      if (this.#bare.size < SHARED) this.#bare.set(key, body);
    }
    return body;
  }

  /** Whether it is the message before it, which a mirror port shows at two of its ports. */
  #isMirrored(message: ControlMessage, tap: Tap): boolean {
    const latest = this.#latest.obtain(`${tap.name}|${message.source}`, () => ({ message }));
    if (latest === undefined || latest.message === message) return false;
    const { message: before } = latest;
    const mirrored = message.nr === before.nr && message.repeats(before) &&
      message.destination === before.destination && message.time - before.time <= MIRRORED;
    if (mirrored) this.#mirrored++;
    else latest.message = message;
    return mirrored;
  }

  #table(tap: Tap): ConnectionTable {
    let table = this.#tables.get(tap.name);
    if (table === undefined) {
      this.#tables.set(tap.name, table = new ConnectionTable(this.#connections));
    }
    return table;
  }

  #data(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const { tunnelId, sessionId, flags } = this.#view, { bytes, number } = frame;
    const flow = this.#flow(frame, walk, tap, tunnelId, sessionId);
    if (flow === undefined) return;
    flow.packets++;
    if ((flags & L2tpFlag.sequence) !== 0) flow.sequenced++;
    if (get16(bytes, walk.l4 + 6) === 0 && !isOffloaded(bytes, walk)) {
      flow.withoutChecksum++;
      flow.bare ??= { capture: tap.name, number };
    }
    flow.last = { capture: tap.name, number };
    flow.lastTime = frame.seconds + frame.nanoseconds / 1e9;
  }

  #flow(
    frame: Frame,
    walk: HeaderWalker,
    tap: Tap,
    tunnelId: number,
    sessionId: number,
  ): DataFlow | undefined {
    const { keys: [source, destination] } = this.#parties.route(frame.bytes, walk);
    const key = tunnelId * 0x10000 + sessionId, known = this.#flows.get(key) ?? [];
    for (const flow of known) {
      const same = flow.keys[0] === source && flow.keys[1] === destination &&
        flow.sourcePort === walk.sourcePort;
      if (same && flow.first.capture === tap.name) return flow;
    }
    if (!this.#flowBound.admits(this.#flowCount)) return undefined;
    const arrival = this.#arrival(frame, walk, tap), { time, frame: first } = arrival;
    const flow: KeyedFlow = {
      ...{ from: arrival.from, to: arrival.to, source: arrival.source },
      ...{ sourcePort: walk.sourcePort, tunnelId, sessionId, keys: [source, destination] },
      ...{ packets: 0, sequenced: 0, withoutChecksum: 0, first, last: first },
      ...{ firstTime: time, lastTime: time },
    };
    this.#flowCount++;
    known.push(flow);
    this.#flows.set(key, known);
    return flow;
  }
}

/** Whether a frame was captured before the hardware wrote its checksums: IPv4 has none either. */
function isOffloaded(bytes: Uint8Array, { l3, ipVersion }: HeaderWalker): boolean {
  return ipVersion === 4 && get16(bytes, l3 + 10) === 0;
}
