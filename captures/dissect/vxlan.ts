/** Dissects VXLAN. */
import { LINK_TYPE } from "../link.ts";
import * as vxlan from "../wire/vxlan.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";

/** A VXLAN header; octets in which the VNI is not marked as valid are none. */
export const dissectVxlan: Dissector = (bytes, _view, start, end) => {
  if (start < end && (bytes[start] & vxlan.VNI_VALID) === 0) return undefined;
  const { record, end: at, problem } = vxlan.decode(bytes, start, end);
  if (record === undefined) return broken("vxlan", start, end, problem);
  return new LayerBuilder("vxlan", start, at)
    .field("flags", record.flags, start, start + 1)
    .field("vni", record.vni, start + 4, start + 7)
    .summary(`VXLAN ${record.vni}`)
    .step({ table: "linkType", keys: [LINK_TYPE.ETHERNET], start: at, end });
};

/** The same on the port that Linux took before one was assigned, and that others use as well. */
export const dissectVxlanOfLinux: Dissector = (bytes, view, start, end, context) => {
  const { record } = vxlan.decode(bytes, start, end);
  if (record?.flags !== vxlan.VNI_VALID || record.reserved1 !== 0 || record.reserved2 !== 0) {
    return undefined;
  }
  return dissectVxlan(bytes, view, start, end, context);
};
