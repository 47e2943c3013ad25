/** Data messages by flows, as they pass the taps. */
import type { Frame } from "../../../captures/frame.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { L2tpFlag } from "../../../captures/wire/l2tp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { Places } from "../../kit/capture_series.ts";
import type { Bound } from "../../kit/bounds.ts";
import type { Tap } from "../../kit/evidence.ts";
import { DataConduct, type DataPlace } from "./data_conduct.ts";
import type { DataFlow } from "./data.ts";
import type { AddressKey, Parties } from "./parties.ts";

/** A flow with what tells it from others. */
interface KeyedFlow extends DataFlow {
  keys: readonly [AddressKey, AddressKey];
}

/** The flows of one piece of evidence. */
export class DataFlows {
  readonly #parties: Parties;
  readonly #places = new Places();
  readonly #bound: Bound;
  /** By a digest of identifiers, addresses and port: few flows have the same. */
  readonly #flows = new Map<number, KeyedFlow[]>();
  /** Calls that were begun, whichever: each may assign a Session ID anew. */
  #calls = 0;
  #count = 0;
  /** Where the message at hand lies. */
  readonly #place: DataPlace = {
    ...{
      bytes: new Uint8Array(0),
      view: new DataView(new ArrayBuffer(0)),
      start: 0,
      end: 0,
      time: 0,
      capture: "",
      number: 0,
    },
    ...{ identification: -1, calls: 0 },
  };

  constructor(parties: Parties, bound: Bound) {
    this.#parties = parties;
    this.#bound = bound;
  }

  /** Every flow, in the order of their first messages for each pair of identifiers. */
  get all(): DataFlow[] {
    return [...this.#flows.values()].flat();
  }

  /** Takes note of a control message that begins or takes a call. */
  callBegins(): void {
    this.#calls++;
  }

  /** Takes a data message whose header is there, up to its Offset Size. @param at First octet of it. */
  take(frame: Frame, walk: HeaderWalker, tap: Tap, at: number): void {
    const { bytes, number } = frame, word = get16(bytes, at);
    const ids = at + ((word & L2tpFlag.length) !== 0 ? 4 : 2);
    const flow = this.#flow(frame, walk, tap, get16(bytes, ids), get16(bytes, ids + 2));
    if (flow === undefined) return;
    flow.packets++;
    if ((word & L2tpFlag.sequence) !== 0) flow.sequenced++;
    if (get16(bytes, walk.l4 + 6) === 0 && !isOffloaded(bytes, walk)) {
      flow.withoutChecksum++;
      flow.bare ??= { capture: tap.name, number };
    }
    flow.last = { capture: tap.name, number };
    flow.lastTime = frame.seconds + frame.nanoseconds / 1e9;
    // What a capture cut short is no shorter on the wire.
    if (frame.end - frame.start < frame.originalLength) return flow.conduct.passOver();
    const place = this.#place;
    place.bytes = bytes;
    place.view = frame.view;
    place.start = at;
    place.end = walk.end;
    place.time = flow.lastTime;
    place.capture = tap.name;
    place.number = number;
    place.identification = walk.identification(bytes);
    place.calls = this.#calls;
    flow.conduct.take(place);
  }

  #flow(
    frame: Frame,
    walk: HeaderWalker,
    tap: Tap,
    tunnelId: number,
    sessionId: number,
  ): DataFlow | undefined {
    const route = this.#parties.route(frame.bytes, walk);
    const [source, destination] = route.keys, place = this.#places.of(tap);
    const key = this.#parties.flowKey(frame.bytes, walk, tunnelId * 0x10000 + sessionId);
    const known = this.#flows.get(key) ?? [];
    for (const flow of known) {
      const same = flow.tunnelId === tunnelId && flow.sessionId === sessionId &&
        flow.keys[0] === source && flow.keys[1] === destination &&
        flow.sourcePort === walk.sourcePort;
      if (same && flow.place === place) return flow;
    }
    if (!this.#bound.admits(this.#count)) return undefined;
    const time = frame.seconds + frame.nanoseconds / 1e9;
    const first = { capture: tap.name, number: frame.number };
    const flow: KeyedFlow = {
      ...{ place, from: route.from, to: route.to, source: route.source },
      ...{ sourcePort: walk.sourcePort, tunnelId, sessionId, keys: [source, destination] },
      ...{ packets: 0, sequenced: 0, withoutChecksum: 0, first, last: first },
      ...{ firstTime: time, lastTime: time, conduct: new DataConduct() },
    };
    this.#count++;
    // Pushed to, a list takes room for many, and mostly there is one.
    this.#flows.set(key, [...known, flow]);
    return flow;
  }
}

/** Whether a frame was captured before the hardware wrote its checksums: IPv4 has none either. */
export function isOffloaded(bytes: Uint8Array, { l3, ipVersion }: HeaderWalker): boolean {
  return ipVersion === 4 && get16(bytes, l3 + 10) === 0;
}
