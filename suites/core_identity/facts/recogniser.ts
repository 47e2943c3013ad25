import { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import { CoreIdentityDataView } from "../../../captures/view/core_identity_data.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { PacketType, VERSION } from "../../../captures/wire/core_identity.ts";
import { Message } from "../../../captures/wire/core_identity_control.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { CORE_IDENTITY_PORT } from "../../../captures/wire/udp_port.ts";
import type { Recogniser } from "../../kit/collector.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import { quotesUnreachable } from "../../kit/refusals.ts";
import { declared } from "./declared.ts";

/** What is known of a port: that it may be ours, and that it is. */
const HINT = 1, SPOKEN_ON = 2;
const CONTROL = VERSION << 4 | PacketType.control, DATA = VERSION << 4 | PacketType.data;

/**
 * Which frames concern the suite: the datagrams of a lab's LANs, and on WAN taps control messages on
 * whatever port, as they are long enough to be told by their content, and data packets on the ports
 * that are configured or that control messages were seen on.
 */
export function recogniser(evidence: Evidence): Recogniser {
  const ports = new Uint8Array(65_536);
  for (const port of portsOf(evidence)) ports[port] = HINT;
  // Which end of a LAN a datagram comes from is known from a topology alone.
  const takesLan = evidence.topology !== undefined;
  // What a lab's device sends on its own port is its own, however wrong.
  const takesAll = evidence.world !== "captures";
  const quoted = new HeaderWalker();
  const control = new CoreIdentityControlView(), data = new CoreIdentityDataView();
  return (frame, walk, tap) => {
    if (tap.side === "lan") return takesLan && walk.l3 >= 0;
    const at = walk.udpPayload, { bytes } = frame;
    // What a device sends in IP fragments is not joined, but must not be taken for missing.
    if (takesAll && walk.isFragment) return walk.protocol === IP_PROTOCOL.UDP;
    if (at < 0) {
      return quotesUnreachable(frame, walk, quoted) && ports[quoted.destinationPort] !== 0;
    }
    if (at >= walk.end || walk.moreFragments) return false;
    const first = bytes[at], port = ports[walk.destinationPort];
    if (takesAll && port !== 0) return true;
    if (first !== DATA && first !== CONTROL) return false;
    if (first === DATA) {
      if (port === SPOKEN_ON) return at + 1 < walk.end && areFlags(bytes[at + 1]);
      return port === HINT && data.at(bytes, at, walk.end) && isPlausible(data);
    }
    if (!control.at(bytes, at, walk.end) || !isMessage(control)) return false;
    ports[walk.destinationPort] = SPOKEN_ON;
    return true;
  };
}

/** The ports that the evidence names. */
function portsOf(evidence: Evidence): number[] {
  const wans = Object.keys(evidence.nodes).flatMap((node) => {
    const wan = new LabView(evidence).setting(node, "wan");
    return Array.isArray(wan) ? wan as { udp?: number }[] : [];
  });
  const named = Number(declared(evidence, "sender", "udp_port") ?? CORE_IDENTITY_PORT);
  return [named, ...wans.map(({ udp }) => udp ?? CORE_IDENTITY_PORT)]
    .filter((port) => port > 0 && port < 65_536);
}

function isMessage(control: CoreIdentityControlView): boolean {
  return control.message >= Message.hello && control.message <= Message.close &&
    control.attributesAddUp;
}

function isPlausible(data: CoreIdentityDataView): boolean {
  return areFlags(data.bytes[data.start + 1]) && (data.headerEncrypted ||
    data.pieceLength > 0 && data.pieceOffset + data.pieceLength <= data.datagramLength);
}

/** Whether an octet may be that of K, P, H, A, S: neither K nor P is 3, and the last bit is clear. */
function areFlags(octet: number): boolean {
  return octet < 0xc0 && (octet & 0x30) !== 0x30 && (octet & 1) === 0;
}
