/** Which frames of a capture are L2TP: content decides, and ports are a hint. */
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import type { Frame } from "../../../captures/frame.ts";
import { L2tpView } from "../../../captures/view/l2tp.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { CONTROL_LENGTH, L2TP_PORT } from "../../../captures/wire/l2tp.ts";
import type { Recogniser } from "../../kit/collector.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { icmpErrorOf } from "../../kit/icmp_error.ts";
import { configurationOf } from "./configuration.ts";

const { UDP } = IP_PROTOCOL;
/** Octets of a UDP header, and the least that can be told from behind one. */
const UDP_HEADER = 8, LEAST = 2;

/** Where the UDP payload of a frame begins; -1 for a frame that has none, or not its first octets. */
export function payloadOf({ protocol, l4, end, fragmentOffset }: HeaderWalker): number {
  const readable = protocol === UDP && l4 >= 0 && fragmentOffset === 0;
  return readable && end - l4 >= UDP_HEADER + LEAST ? l4 + UDP_HEADER : -1;
}

/** Whether a message is one of control beyond doubt: its length fits, or its first AVP names it. */
export function isPlainlyControl(view: L2tpView): boolean {
  if (!view.isControlHeader) return false;
  if (view.length !== view.limit - view.start) return false;
  return view.length === CONTROL_LENGTH || view.messageType > 0;
}

/**
 * The frames that concern the suite: UDP of the well-known port, of ports that the configurations
 * name, and of any other on which a control message was seen; of these everything, data too, and
 * ICMP errors that quote it.
 */
export function recogniserOf(evidence: Evidence): Recogniser {
  const known = new Uint8Array(0x10000);
  for (const port of [L2TP_PORT, ...configurationOf(evidence).ports]) known[port] = 1;
  const view = new L2tpView(), quoted = new HeaderWalker();
  const isAlone = evidence.world === "captures";
  return (frame: Frame, walk: HeaderWalker) => {
    // Of captures that came alone the whole comes, once all of it is there.
    if (isAlone && walk.isFragment) return false;
    const at = payloadOf(walk);
    if (at < 0) {
      return icmpErrorOf(frame, walk, quoted) !== undefined &&
        (known[quoted.sourcePort] | known[quoted.destinationPort]) === 1;
    }
    const { sourcePort, destinationPort } = walk;
    if (known[destinationPort] === 1 || known[sourcePort] === 1) return true;
    // The first octet of a control message is C8, whatever its port.
    if (frame.bytes[at] !== 0xc8 || !view.at(frame.bytes, at, walk.end)) return false;
    if (!isPlainlyControl(view)) return false;
    known[destinationPort] = known[sourcePort] = 1;
    return true;
  };
}
