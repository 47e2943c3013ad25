/** Data messages by flows, as they pass the taps. */
import type { Frame, FrameRef } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { L2tpFlag } from "../../../captures/wire/l2tp.ts";
import { get16, get32 } from "../../../captures/wire/octets.ts";
import { Places } from "../../kit/capture_series.ts";
import type { Bound } from "../../kit/bounds.ts";
import type { Tap } from "../../kit/evidence.ts";
import { DataConduct, type DataPlace, STATE_WORDS } from "./data_conduct.ts";
import type { FlowFaults } from "./flow_faults.ts";
import type { DataFlow } from "./data.ts";
import { FlowTable, HEAD } from "./flow_table.ts";
import type { Parties, Route } from "./parties.ts";

/** Words of a row: counts, and the frames and times of the first and the last message. */
const PACKETS = HEAD, NUMBER = HEAD + 1, TAP = HEAD + 2, TIME = HEAD + 3;
const STATE = HEAD + 5;
const SEQUENCED = STATE + STATE_WORDS, BARE = SEQUENCED + 1;
const FIRST_NUMBER = BARE + 1, FIRST_TAP = BARE + 2, FIRST_TIME = BARE + 3;
const ROW = FIRST_TIME + 2;

/** The flows of one piece of evidence. */
export class DataFlows {
  readonly #parties: Parties;
  readonly #places = new Places();
  readonly #table: FlowTable;
  readonly #conduct: DataConduct;
  /** By number of a flow: the first message that has no UDP checksum. */
  readonly #bare = new Map<number, FrameRef>();
  readonly #taps: string[] = [];
  /** The place among them of the tap before. */
  #tap = -1;
  readonly #rows: Rows;
  /** Calls that were begun, whichever: each may assign a Session ID anew. */
  #calls = 0;
  readonly #key = { ids: 0, port: 0 };
  /** Where the message at hand lies. */
  readonly #place: DataPlace = {
    ...{
      bytes: new Uint8Array(0),
      view: new DataView(new ArrayBuffer(0)),
      start: 0,
      end: 0,
      after: 0,
      capture: "",
      number: 0,
    },
    ...{ identification: -1, calls: 0 },
  };

  constructor(parties: Parties, bound: Bound) {
    this.#parties = parties;
    this.#table = new FlowTable(ROW, bound);
    this.#conduct = new DataConduct(this.#table, STATE);
    this.#rows = {
      ...{ table: this.#table, conduct: this.#conduct, taps: this.#taps, bare: this.#bare },
    };
  }

  /** Every flow, in the order of their first messages. */
  get all(): DataFlow[] {
    const routes = new Map<string, Route>();
    return Array.from({ length: this.#table.count }, (_, index) => {
      const { source, destination, place } = this.#table.path(index);
      const key = `${source} ${destination}`;
      let route = routes.get(key);
      if (route === undefined) {
        routes.set(key, route = this.#parties.between(source, destination));
      }
      return new TabledFlow(this.#rows, index, place, route);
    });
  }

  /** Takes note of a control message that begins or takes a call. */
  callBegins(): void {
    this.#calls++;
  }

  /** Takes a data message whose header is there, up to its Offset Size. @param at First octet of it. */
  take(frame: Frame, walk: HeaderWalker, tap: Tap, at: number): void {
    const { bytes, number } = frame, word = get16(bytes, at), table = this.#table, key = this.#key;
    key.ids = get32(bytes, (word & L2tpFlag.length) !== 0 ? at + 4 : at + 2) | 0;
    key.port = walk.sourcePort;
    const before = table.count, index = table.index(bytes, walk, this.#places.of(tap), key);
    if (index < 0) return;
    const { words, times } = table, row = index * ROW;
    const time = frame.seconds + frame.nanoseconds / 1e9, capture = this.#capture(tap);
    if (index === before) this.#begin(index, number, capture, time);
    words[row + PACKETS]++;
    if ((word & L2tpFlag.sequence) !== 0) words[row + SEQUENCED]++;
    if (get16(bytes, walk.l4 + 6) === 0 && !isOffloaded(bytes, walk)) {
      if (words[row + BARE]++ === 0) this.#bare.set(index, { capture: tap.name, number });
    }
    words[row + NUMBER] = number;
    words[row + TAP] = capture;
    const at64 = (row + TIME) >> 1, after = time - times[at64];
    times[at64] = time;
    // What a capture cut short is no shorter on the wire.
    if (frame.end - frame.start < frame.originalLength) return this.#conduct.passOver(index);
    const place = this.#place;
    place.bytes = bytes;
    place.view = frame.view;
    place.start = at;
    place.end = walk.end;
    place.after = after;
    place.capture = tap.name;
    place.number = number;
    place.identification = walk.identification(bytes);
    place.calls = this.#calls;
    this.#conduct.take(index, place);
  }

  #begin(index: number, number: number, capture: number, time: number): void {
    const { words, times } = this.#table, row = index * ROW;
    this.#conduct.begin(index);
    words[row + FIRST_NUMBER] = number;
    words[row + FIRST_TAP] = capture;
    times[(row + FIRST_TIME) >> 1] = times[(row + TIME) >> 1] = time;
  }

  /** The place of a tap's name among those that were met. */
  #capture({ name }: Tap): number {
    if (this.#taps[this.#tap] === name) return this.#tap;
    const known = this.#taps.indexOf(name);
    return this.#tap = known < 0 ? this.#taps.push(name) - 1 : known;
  }
}

/** What the flows of a table share. */
interface Rows {
  table: FlowTable;
  conduct: DataConduct;
  taps: readonly string[];
  bare: ReadonlyMap<number, FrameRef>;
}

/** A flow that is read where it lies: they are many. */
class TabledFlow implements DataFlow {
  readonly place: string;
  readonly #rows: Rows;
  readonly #index: number;
  readonly #route: Route;

  constructor(rows: Rows, index: number, place: string, route: Route) {
    this.#rows = rows;
    this.#index = index;
    this.place = place;
    this.#route = route;
  }

  #word(at: number): number {
    return this.#rows.table.words[this.#index * ROW + at] >>> 0;
  }

  #time(at: number): number {
    return this.#rows.table.times[(this.#index * ROW + at) >> 1];
  }

  #frame(tap: number, number: number): FrameRef {
    return { capture: this.#rows.taps[this.#word(tap)], number: this.#word(number) };
  }

  get from(): string {
    return this.#route.from;
  }

  get to(): string {
    return this.#route.to;
  }

  get source(): string {
    return this.#route.source;
  }

  get sourcePort(): number {
    return this.#rows.table.portOf(this.#index);
  }

  get tunnelId(): number {
    return this.#rows.table.idsOf(this.#index) >>> 16;
  }

  get sessionId(): number {
    return this.#rows.table.idsOf(this.#index) & 0xffff;
  }

  get packets(): number {
    return this.#word(PACKETS);
  }

  get sequenced(): number {
    return this.#word(SEQUENCED);
  }

  get withoutChecksum(): number {
    return this.#word(BARE);
  }

  get bare(): FrameRef | undefined {
    return this.#rows.bare.get(this.#index);
  }

  get first(): FrameRef {
    return this.#frame(FIRST_TAP, FIRST_NUMBER);
  }

  get last(): FrameRef {
    return this.#frame(TAP, NUMBER);
  }

  get firstTime(): number {
    return this.#time(FIRST_TIME);
  }

  get lastTime(): number {
    return this.#time(TIME);
  }

  get conduct(): FlowFaults {
    return this.#rows.conduct.faultsOf(this.#index);
  }
}

/** Whether a frame was captured before the hardware wrote its checksums: IPv4 has none either. */
export function isOffloaded(bytes: Uint8Array, { l3, ipVersion }: HeaderWalker): boolean {
  return ipVersion === 4 && get16(bytes, l3 + 10) === 0;
}
