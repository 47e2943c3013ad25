/** Which of captures that came alone show both sides of a device, and what its profile says of it. */
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import type { OpaqueFormat } from "../../../captures/wire/opaque.ts";
import { Places } from "../../kit/capture_series.ts";
import type { Evidence, Tap } from "../../kit/evidence.ts";
import type { Profile } from "../../kit/profile.ts";
import type { PairDirection } from "../pairing/declaration.ts";
import { declared } from "./declared.ts";

/** Both sides of a device. */
export interface LonePair {
  /** Node that the captures were taken at. */
  readonly node: string;
  /** What lies between them; undefined where nothing says it. */
  readonly direction: PairDirection | undefined;
  /** Whether a capture shows what came to the device; otherwise it shows what left. */
  isEntry(tap: Tap): boolean;
}

/**
 * The pair that captures are: those of the LAN and of the WAN of a card, as its profile places them, or
 * the first and the second. Where the host is at the LAN, packets to it come from the WAN.
 * @returns Why they are none, as a sentence without a full stop, where they are none.
 */
export function lonePair(evidence: Evidence): LonePair | string {
  const { taps, nodes } = evidence, [node] = Object.keys(nodes);
  if (node === undefined) return "no profile says what the captures show";
  // What tunnels there are is not guessed: what is none must leave a card as it came.
  const isNamed = declared(evidence, node, "preset") !== undefined ||
    privateFormat(nodes[node].profile) !== undefined;
  if (!isNamed) {
    return "the profile names no preset that the captures show (parameter preset, plain for none; or " +
      "formats.opaque)";
  }
  const direction = declared<PairDirection>(evidence, node, "direction");
  const sides = new Set(taps.map(({ side }) => side));
  if (sides.size === 2) {
    const entry = direction === "segmentation" ? "lan" : "wan";
    return { node, direction: direction ?? "coalescing", isEntry: ({ side }) => side === entry };
  }
  const places = new Places(), names = [...new Set(taps.map((tap) => places.of(tap)))];
  if (names.length !== 2) {
    return `a capture before a device and one behind it are asked for: there ${
      names.length === 1 ? "is" : "are"
    } ${names.length}`;
  }
  return { node, direction, isEntry: (tap) => places.of(tap) === names[0] };
}

/**
 * The tunnel that `formats.opaque` of a profile describes: `match` names the protocol of the outer
 * header, or the UDP port that it goes to, and octets that name the format; field `opaque` says how
 * long it is, and `flow_id` where its flow id stands. Offsets are those of the profile's schema: behind
 * the UDP header, where a port is named. Undefined where there is none that can be used.
 */
export function privateFormat({ formats }: Pick<Profile, "formats">): OpaqueFormat | undefined {
  if (!Object.hasOwn(formats, "opaque")) return undefined;
  const { match: { udp_port: port, ip_protocol: protocol, octets }, fields } = formats.opaque;
  const { opaque, flow_id: flowId } = fields, udp = port === undefined ? 0 : 8;
  if (opaque === undefined || port === undefined && protocol === undefined) return undefined;
  const named = octets.toSorted((a, b) => a.offset - b.offset);
  const isRun = named.length <= 4 &&
    named.every(({ mask, offset }, i) => mask === 255 && offset === named[0].offset + i);
  const value = named.reduce((all, octet) => (all << 8 | octet.value) >>> 0, 0);
  const formatId = port !== undefined
    ? { offset: 2, octets: 2, values: [port] }
    : isRun && named.length > 0
    ? { offset: named[0].offset, octets: named.length, values: [value] }
    : undefined;
  return {
    protocol: protocol ?? IP_PROTOCOL.UDP,
    length: { octets: udp + opaque.offset + opaque.length },
    ...(formatId === undefined ? {} : { formatId }),
    ...(flowId === undefined
      ? {}
      : { flowId: { offset: udp + flowId.offset, octets: flowId.length } }),
    adjusts: port === undefined ? [] : ["udp_length", "udp_checksum"],
  };
}
