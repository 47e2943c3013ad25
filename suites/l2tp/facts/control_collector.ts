/** Collects what WAN taps show of L2TP: every control message, and data by flows. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import type { TraceRecord } from "../../../peers/machine.ts";
import { looksLikeDns } from "../../../captures/wire/dns.ts";
import { lengthOf, VERSION } from "../../../captures/wire/l2tp.ts";
import { AVP_LENGTH } from "../../../captures/wire/l2tp_avp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { BoundedLog, BoundedTable } from "../../kit/bounds.ts";
import { Places } from "../../kit/capture_series.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import { configurationOf } from "./configuration.ts";
import { ConnectionTable } from "./connection_table.ts";
import { ControlFacts, type OtherPackets } from "./control_facts.ts";
import { ASSIGNING } from "./control_connection.ts";
import { DataFlows, isOffloaded } from "./data_flows.ts";
import { ControlMessage } from "./message.ts";
import { MessageBodies } from "./message_body.ts";
import { PairTable } from "./pair_table.ts";
import { Parties } from "./parties.ts";
import { Remnants } from "./remnants.ts";
import { isPlainlyControl, payloadOf } from "./recogniser.ts";

/** Bounds of what is kept. */
const MESSAGES = 163_840, OCTETS = 16_777_216, FLOWS = 32_768, PARTIES = 4096, FRAGMENTS = 4096;
const CONNECTIONS = 16_384, NAMESAKES = 512, AVPS = 393_216, UNADDRESSED = 16_384;
const SENDERS = 32_768;
/** Packets that are no messages of version 2 of which a sender's frames are kept. */
const SHOWN = 32;
/** Seconds within which the same message twice is one that two ports mirrored. */
const MIRRORED = 0.001;

/** The collector of control messages, and of data flows. */
export const controlFacts: FactCollector<ControlFacts> = {
  name: "l2tp/control",
  toleratesCut: true,
  begin: (evidence) => new ControlCollector(evidence),
};

class ControlCollector extends Collector<ControlFacts> {
  readonly #evidence: Evidence;
  readonly #parties: Parties;
  readonly #remnants: Remnants;
  readonly #bodies: MessageBodies;
  readonly #view = new L2tpView();
  readonly #octets = this.bound("octets of control messages", OCTETS);
  readonly #messages = new BoundedLog<ControlMessage>(this.bound("control messages", MESSAGES));
  readonly #avps = this.bound("AVPs", AVPS);
  readonly #connections = {
    all: this.bound("control connections at a tap", CONNECTIONS),
    namesakes: this.bound("control connections under one Tunnel ID", NAMESAKES),
    unaddressed: this.bound("messages with Tunnel ID 0 at a tap", UNADDRESSED),
  };
  readonly #tables = new Map<string, ConnectionTable>();
  readonly #flows: DataFlows;
  readonly #others = new BoundedTable<string, OtherPackets>(this.bound("senders", PARTIES));
  readonly #fragments = new BoundedLog<{ from: string; frame: FrameRef }>(
    this.bound("first fragments", FRAGMENTS),
  );
  /** The last control message of each sender at each tap. */
  readonly #latest = new PairTable<{ message: ControlMessage }>();
  readonly #senders = this.bound("senders at taps", SENDERS);
  #senderCount = 0;
  readonly #places = new Places();
  #order = 0;
  #octetCount = 0;
  #avpCount = 0;
  #mirrored = 0;
  #scriptEnd?: number;

  constructor(evidence: Evidence) {
    super();
    this.#evidence = evidence;
    this.#parties = new Parties(evidence);
    this.#remnants = new Remnants(evidence);
    this.#flows = new DataFlows(this.#parties, this.bound("data flows", FLOWS));
    this.#bodies = new MessageBodies(configurationOf(evidence).secret);
  }

  override wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const at = payloadOf(walk), { bytes } = frame;
    if (at < 0) return;
    if (walk.moreFragments) return this.#fragment(frame, walk, tap);
    const view = this.#view, isControl = (bytes[at] & 0x80) !== 0;
    const isAlone = this.#evidence.world === "captures";
    const isForeign = (bytes[at + 1] & 15) !== VERSION ||
      isAlone && looksLikeDns(bytes, at, walk.end);
    if (isForeign) return this.#other(frame, walk, tap);
    if (!isControl && walk.end - at >= lengthOf(get16(bytes, at))) {
      return this.#flows.take(frame, walk, tap, at);
    }
    if (!view.at(bytes, at, walk.end)) return this.#other(frame, walk, tap);
    // Of a message that the capture cut short nobody knows how it goes on.
    if (isAlone && frame.end - frame.start < frame.originalLength) return;
    // In a lab every port of ours carries L2TP, whatever a device makes of it.
    const believed = !isAlone || isPlainlyControl(view) ||
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
      unaddressed: [...this.#tables.values()].flatMap(({ unaddressed }) => unaddressed),
      flows: this.#flows.all,
      others: new Map(this.#others.entries()),
      fragments: this.#fragments.items,
      mirrored: this.#mirrored,
      scriptEnd: this.#scriptEnd,
      confused: this.#remnants.confused,
    });
  }

  #ref({ number }: Frame, tap: Tap): FrameRef {
    return { capture: tap.name, number };
  }

  #fragment(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    if (!this.#fragments.admits()) return;
    const { from } = this.#parties.route(frame.bytes, walk);
    this.#fragments.push({ from, frame: this.#ref(frame, tap) });
  }

  #other(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const { from } = this.#parties.route(frame.bytes, walk);
    const time = frame.seconds + frame.nanoseconds / 1e9;
    const others = this.#others.obtain(from, () => ({ count: 0, shown: [], lastTime: time }));
    if (others === undefined) return;
    if (others.shown.length < SHOWN) {
      others.shown.push({
        frame: this.#ref(frame, tap),
        version: frame.bytes[payloadOf(walk) + 1] & 15,
      });
    }
    others.count++;
    others.lastTime = time;
  }

  #control(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const view = this.#view, { bytes } = frame;
    const size = view.end - view.headerEnd;
    if (!this.#messages.admits() || !this.#octets.admits(this.#octetCount + size)) return;
    const avps = countAvps(bytes, view.headerEnd, view.end);
    if (!this.#avps.admits(this.#avpCount + avps - 1)) return;
    this.#octetCount += size;
    this.#avpCount += avps;
    const message = new ControlMessage(
      {
        time: frame.seconds + frame.nanoseconds / 1e9,
        place: this.#places.of(tap),
        order: this.#order++,
        route: this.#parties.route(bytes, walk),
        sourcePort: walk.sourcePort,
        destinationPort: walk.destinationPort,
        capture: tap.name,
        number: frame.number,
        bare: get16(bytes, walk.l4 + 6) === 0 && !isOffloaded(bytes, walk),
      },
      view,
      this.#bodies.keep(bytes, view.headerEnd, view.end),
    );
    if (this.#evidence.world === "captures" && this.#isMirrored(message)) return;
    if (this.#remnants.has(message)) return;
    this.#messages.push(message);
    if (ASSIGNING.includes(message.type)) this.#flows.callBegins();
    this.#table(tap).add(message);
  }

  /** Whether it is the message before it, which a mirror port shows at two of its ports. */
  #isMirrored(message: ControlMessage): boolean {
    const { place, source } = message;
    const latest = this.#latest.get(place, source, 0);
    if (latest === undefined) {
      if (this.#senders.admits(this.#senderCount)) {
        this.#senderCount++;
        this.#latest.set(place, source, 0, { message });
      }
      return false;
    }
    const { message: before } = latest;
    const mirrored = message.nr === before.nr && message.repeats(before) &&
      message.destination === before.destination && message.time - before.time <= MIRRORED;
    if (mirrored) this.#mirrored++;
    else latest.message = message;
    return mirrored;
  }

  #table(tap: Tap): ConnectionTable {
    const place = this.#places.of(tap);
    let table = this.#tables.get(place);
    if (table === undefined) {
      const isAlone = this.#evidence.world === "captures";
      table = new ConnectionTable(this.#connections, isAlone);
      this.#tables.set(place, table);
    }
    return table;
  }
}

/** How many AVPs stand in a message. */
function countAvps(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at + AVP_LENGTH <= end; count++) {
    const length = get16(bytes, at) & 0x3ff;
    if (length < AVP_LENGTH) break;
    at += length;
  }
  return count;
}
