/** Collects the data messages that WAN taps show, one by one: what the cases of the bench look into. */
import type { Frame } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { HeaderWalker } from "../../../captures/walk.ts";
import { checksum } from "../../../captures/wire/checksum.ts";
import { L2tpFlag, lengthOf, VERSION } from "../../../captures/wire/l2tp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { BoundedLog } from "../../kit/bounds.ts";
import { Collector, type FactCollector } from "../../kit/collector.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import type { DataMessage } from "./data.ts";
import { Parties } from "./parties.ts";
import { payloadOf } from "./recogniser.ts";

/** Bound of the messages that are kept, and of the octets of each. */
const MESSAGES = 8192, OCTETS = 64;

/** The collector of data messages. */
export const dataFacts: FactCollector<readonly DataMessage[]> = {
  name: "l2tp/data",
  begin: (evidence) => new DataCollector(evidence),
};

class DataCollector extends Collector<readonly DataMessage[]> {
  readonly #parties: Parties;
  readonly #view = new L2tpView();
  readonly #messages = new BoundedLog<DataMessage>(this.bound("data messages", MESSAGES));

  constructor(evidence: Evidence) {
    super();
    this.#parties = new Parties(evidence);
  }

  override wants(tap: Tap): boolean {
    return tap.side === "wan";
  }

  override frame(frame: Frame, walk: HeaderWalker, tap: Tap): void {
    const at = payloadOf(walk), { bytes } = frame;
    if (at < 0 || walk.moreFragments) return;
    if ((bytes[at] & 0x80) !== 0 || (bytes[at + 1] & 15) !== VERSION) return;
    // An offset may point past the packet: the header is read without it.
    const view = this.#view, flags = get16(bytes, at) & 0xfff0;
    const reach = Math.min(walk.end, at + lengthOf(flags));
    const whole = view.at(bytes, at, walk.end);
    if (!whole && ((flags & L2tpFlag.offset) === 0 || reach < at + lengthOf(flags))) return;
    if (!this.#messages.admits()) return;
    const { source, destination, from, to } = this.#parties.route(bytes, walk);
    const ids = at + ((flags & L2tpFlag.length) !== 0 ? 4 : 2);
    const begin = whole ? view.headerEnd : reach;
    this.#messages.push({
      ...{ time: frame.seconds + frame.nanoseconds / 1e9, source, destination },
      ...{ sourcePort: walk.sourcePort, destinationPort: walk.destinationPort },
      ...{ from, to },
      ...{ word: get16(bytes, at), tunnelId: get16(bytes, ids), sessionId: get16(bytes, ids + 2) },
      ns: (flags & L2tpFlag.sequence) !== 0 ? get16(bytes, ids + 4) : -1,
      nr: (flags & L2tpFlag.sequence) !== 0 ? get16(bytes, ids + 6) : -1,
      payload: bytes.slice(begin, Math.min(walk.end, begin + OCTETS)),
      checksum: checksum(bytes, frame.view, begin, walk.end),
      pastEnd: !whole,
      frame: { capture: tap.name, number: frame.number },
    });
  }

  facts(): readonly DataMessage[] {
    return this.#messages.items;
  }
}
