/** Mutants that say one message more on a tunnel, with a number of its own: everything behind it moves on. */
import { L2tpView } from "../../../captures/view/l2tp.ts";
import type { AttributeValues } from "../../../captures/wire/l2tp_attributes.ts";
import { avp } from "../../../captures/wire/l2tp_attributes.ts";
import { type MessageName, MessageType } from "../../../captures/wire/l2tp_message.ts";
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import type { Transmission } from "../../../peers/machine.ts";
import { withAvps } from "./packets.ts";

const { SCCRQ, SCCRP } = MessageType;
const HEADER = 12;

/** Picks out a message that is sent, by its type and all else in it. */
export type Place = (type: number, view: L2tpView) => boolean;

/** Where a message is put in, and what it is. */
interface Insertion {
  /** The message beside which another is sent, the first of each tunnel. */
  at: Place;
  /** On which side of it. */
  side: "before" | "behind";
  /** The octets to send; header numbers are filled in. */
  message: (beside: Uint8Array) => Uint8Array;
}

/** One tunnel: where a message was put in; -1 as long as none was. */
interface Tunnel {
  at: number;
}

const later = (number: number, than: number) => ((number - than) & 0xffff) < 0x8000;

function forget(tunnels: Map<number, Tunnel>, id: number): void {
  const known = tunnels.get(id);
  for (const [key, tunnel] of tunnels) if (tunnel === known) tunnels.delete(key);
}

/** Puts one message into each tunnel. */
export function inserts({ at, side, message }: Insertion): L2tpOverrides {
  // By the identifiers of either end, as headers have them.
  const tunnels = new Map<number, Tunnel>(), view = new L2tpView();
  const begin = () => {
    // Whoever begins anew may have the identifiers of before.
    if (view.messageType === SCCRQ) forget(tunnels, view.assignedTunnelId);
    if (view.messageType !== SCCRP) return;
    // Nobody can tell which tunnel it is where the identifier is hidden.
    if (view.assignedTunnelId <= 0) return;
    const tunnel: Tunnel = { at: -1 };
    tunnels.set(view.tunnelId, tunnel);
    tunnels.set(view.assignedTunnelId, tunnel);
  };
  const numbered = (packet: Uint8Array, more: number): Uint8Array => {
    view.at(packet);
    const copy = view.copy();
    view.ns = (view.ns + more) & 0xffff;
    return copy;
  };
  return {
    wire: {
      ingress(packet) {
        if (!view.at(packet) || !view.isControlHeader) return packet;
        begin();
        const tunnel = tunnels.get(view.tunnelId);
        if (tunnel === undefined || tunnel.at < 0 || !later(view.nr, tunnel.at + 1)) return packet;
        const copy = view.copy();
        view.nr = (view.nr - 1) & 0xffff;
        return copy;
      },
      egress(transmission): Transmission[] {
        const { packet } = transmission;
        if (!view.at(packet) || !view.isControlHeader) return [transmission];
        begin();
        const tunnel = tunnels.get(view.tunnelId), type = view.messageType, { ns, nr } = view;
        const send = (octets: Uint8Array) => ({ ...transmission, packet: octets });
        if (tunnel === undefined) return [transmission];
        if (tunnel.at >= 0) {
          return [later(ns, tunnel.at) ? send(numbered(packet, 1)) : transmission];
        }
        if (!at(type, view)) return [transmission];
        tunnel.at = side === "before" || type === 0 ? ns : (ns + 1) & 0xffff;
        const extra = message(packet);
        view.at(extra);
        view.ns = tunnel.at;
        view.nr = nr;
        return side === "before"
          ? [send(extra), send(numbered(packet, 1))]
          : [transmission, send(extra)];
      },
    },
  };
}

/** The same message again, which then gets a number of its own. */
export const again = (packet: Uint8Array): Uint8Array => packet.slice();

/** A message of a type with these values, on the tunnel and perhaps in the session of another. */
export function saying(
  name: MessageName,
  values: Partial<AttributeValues> = {},
  inSession = true,
): (beside: Uint8Array) => Uint8Array {
  return (beside) => {
    const header = beside.slice(0, HEADER);
    if (!inSession) header.fill(0, 6, 8);
    return withAvps(header, [
      avp("messageType", MessageType[name]),
      ...Object.entries(values).map(([key, value]) => avp(key as "hostName", value as never)),
    ]);
  };
}

/** No errors on the line. */
export const NO_ERRORS: AttributeValues["callErrors"] = {
  ...{ reserved: 0, crcErrors: 0, framingErrors: 0, hardwareOverruns: 0 },
  ...{ bufferOverruns: 0, timeOutErrors: 0, alignmentErrors: 0 },
};

/** The default maps of control characters. */
export const DEFAULT_ACCM: AttributeValues["accm"] = {
  ...{ reserved: 0, send: 0xffffffff, receive: 0xffffffff },
};
