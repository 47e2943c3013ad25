/**
 * What stands within the frames of captures that came alone: datagrams that came in fragments, and
 * what tunnels carry of which no suite knows. A lab's evidence is read as it was sent.
 */
import type { Frame } from "../../captures/frame.ts";
import { InnerFrame } from "../../captures/inner_frame.ts";
import { LINK_TYPE } from "../../captures/link.ts";
import { HeaderWalker } from "../../captures/walk.ts";
import { IP_PROTOCOL } from "../../captures/wire/ip_protocol.ts";
import { Fragments } from "../../peers/net/fragments.ts";

/** Tunnels within tunnels that are entered. */
const DEEPEST = 3;

/** Finds what frames of one capture, or of several that follow one another, hold within. */
export class FramesWithin {
  readonly #fragments = new Fragments();
  readonly #walkers = Array.from({ length: DEEPEST }, () => new HeaderWalker());
  readonly #frames = Array.from({ length: DEEPEST }, () => new InnerFrame());
  /** Of which no part is missing. */
  readonly #whole = new HeaderWalker();
  /** Datagrams of UDP whose first fragment was seen, and those that were put together. */
  #begun = 0;
  #completed = 0;

  /**
   * The datagram that a fragment completes, numbered as that fragment; undefined for any other frame.
   * Only UDP is put together, as it is what suites read.
   */
  completedBy(frame: Frame, walk: HeaderWalker): { frame: Frame; walk: HeaderWalker } | undefined {
    if (!walk.isFragment || walk.protocol !== IP_PROTOCOL.UDP) return undefined;
    if (walk.fragmentOffset === 0) this.#begun++;
    if (frame.end - frame.start < frame.originalLength) return undefined;
    const { l3, end } = walk, datagram = frame.bytes.subarray(l3, end), part = this.#whole;
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
    if (!part.walkIp(datagram, view, 0, datagram.length)) return undefined;
    const now = frame.seconds * 1000 + frame.nanoseconds / 1e6;
    const bytes = this.#fragments.add(datagram, part, now);
    if (bytes === undefined) return undefined;
    this.#completed++;
    const completed: Frame = {
      ...{ number: frame.number, bytes, view: new DataView(bytes.buffer), start: 0 },
      ...{ end: bytes.length, originalLength: bytes.length, seconds: frame.seconds },
      ...{ nanoseconds: frame.nanoseconds, linkType: LINK_TYPE.RAW, reassembled: true },
      ...{ interfaceId: frame.interfaceId, untimed: frame.untimed },
    };
    return this.#whole.walk(completed) ? { frame: completed, walk: this.#whole } : undefined;
  }

  /** What could not be put together, as a sentence without a full stop; undefined for nothing. */
  note(): string | undefined {
    const lacking = this.#begun - this.#completed;
    return lacking <= 0 ? undefined : `${lacking} of ${this.#begun} UDP datagrams that came in ` +
      "fragments lack some of them in the captures, or come in cut ones: they were not read";
  }

  /**
   * Hands on what a tunnel carries, and what a tunnel in it carries, until somebody claims it.
   * @param claims Whether the frame at hand is claimed.
   */
  enter(
    frame: Frame,
    walk: HeaderWalker,
    claims: (frame: Frame, walk: HeaderWalker) => boolean,
  ): void {
    for (let depth = 0; depth < DEEPEST; depth++) {
      const inner = this.#frames[depth], walker = this.#walkers[depth];
      if (!inner.enter(frame, walk) || !walker.walk(inner) || claims(inner, walker)) return;
      frame = inner;
      walk = walker;
    }
  }
}
