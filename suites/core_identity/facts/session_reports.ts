/** Reports of sessions as their octets say, apart from how peers read them (catalogue D0-03). */
import type { CoreIdentityControlView } from "../../../captures/view/core_identity_control.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import { AttributeType } from "../../../captures/wire/core_identity_control.ts";
import { identityText } from "./identity_text.ts";
import type { SessionReport } from "./wan_types.ts";

/** Octets in front of the addresses: IP version, Protocol, both ports. */
const HEAD = 6;

/** The session and the identity that the message of a view reports; empty where it names none. */
export function reportIn(view: CoreIdentityControlView): Pick<SessionReport, "flow" | "identity"> {
  const { attribute } = view;
  const flow = view.findAttribute(AttributeType.session) ? flowIn(attribute.value) : "";
  const isNamed = view.findAttribute(AttributeType.sessionIdentity) && attribute.valueLength === 8;
  const identity = isNamed ? identityText(attribute.get32At(0), attribute.get32At(4)) : "";
  return { flow, identity };
}

/** A flow as sessions are named: `17 10.1.1.2:4000 > 10.2.1.2:5000`. */
function flowIn(value: Uint8Array): string {
  const octets = value[0] === 4 ? 4 : value[0] === 6 ? 16 : 0;
  if (octets === 0 || value.length !== HEAD + 2 * octets) return "";
  const ports = [value[2] << 8 | value[3], value[4] << 8 | value[5]];
  const hasPorts = ports.some((port) => port !== 0);
  const [source, destination] = ports.map((port, i) => {
    const address = formatAddress(value, HEAD + i * octets, HEAD + (i + 1) * octets);
    if (!hasPorts) return address;
    return octets === 16 ? `[${address}]:${port}` : `${address}:${port}`;
  });
  return `${value[1]} ${source} > ${destination}`;
}
