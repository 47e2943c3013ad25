/** Dissects Ethernet with IEEE 802.2 LLC and SNAP, and 802.1Q tags. */
import * as ethernet from "../wire/ethernet.ts";
import { get16, get32 } from "../wire/octets.ts";
import * as vlan from "../wire/vlan.ts";
import { broken, type Dissector, LayerBuilder, type Next } from "./layer.ts";
import { ETHER_TYPES, hexName } from "./names.ts";

/** The largest value of the type field that is a length. */
const MAX_LENGTH = 1500;

/** Key of `DISSECTORS.etherType` for an LLC frame, whose "EtherType" is a length. */
export const LLC = 0;

/** An Ethernet frame. */
export const dissectEthernet: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = ethernet.decode(bytes, start, end);
  if (record === undefined) return broken("ethernet", start, end, problem);
  const { source, destination, type } = record;
  const layer = new LayerBuilder("ethernet", start, at)
    .field("destination", destination, start, start + 6)
    .field("source", source, start + 6, start + 12)
    .field("type", type, start + 12, at, type > MAX_LENGTH ? ETHER_TYPES[type] : "length")
    .summary(`${source} > ${destination}, ${typeText(type)}`);
  return layer.step(payload(layer, type, at, end));
};

/** An 802.1Q or 802.1ad tag. */
export const dissectVlan: Dissector = (bytes, _view, start, end) => {
  const { record, end: at, problem } = vlan.decode(bytes, start, end);
  if (record === undefined) return broken("vlan", start, end, problem);
  const { priority, dropEligible, identifier, type } = record;
  const layer = new LayerBuilder("vlan", start, at)
    .field("priority", priority, start, start + 1)
    .field("drop_eligible", Number(dropEligible), start, start + 1)
    .field("identifier", identifier, start, start + 2)
    .field("type", type, start + 2, at, type > MAX_LENGTH ? ETHER_TYPES[type] : "length")
    .summary(`vlan ${identifier}, p ${priority}${dropEligible ? ", DEI" : ""}`);
  return layer.step(payload(layer, type, at, end));
};

/** IEEE 802.2 LLC, and SNAP where it announces an EtherType. */
export const dissectLlc: Dissector = (bytes, _view, start, end) => {
  if (end - start < 3) return broken("llc", start, end, "LLC header cut short");
  const [dsap, ssap, control] = bytes.subarray(start, start + 3);
  const snap = dsap === 0xaa && ssap === 0xaa && control === 3;
  // Unnumbered frames have one control octet, all others two.
  const at = start + (snap ? 8 : (control & 3) === 3 ? 3 : 4);
  if (at > end) return broken("llc", start, end, "LLC header cut short");
  const layer = new LayerBuilder("llc", start, at)
    .field("dsap", dsap, start, start + 1)
    .field("ssap", ssap, start + 1, start + 2)
    .field("control", control, start + 2, snap ? start + 3 : at);
  if (!snap) {
    return layer.summary(`LLC ${hexName({}, ssap, 2)} > ${hexName({}, dsap, 2)}`)
      .note(`LLC service ${hexName(LLC_SERVICES, dsap, 2)} is not dissected`).step();
  }
  const organisation = get32(bytes, start + 3) >>> 8;
  const type = get16(bytes, start + 6);
  layer.field("organisation", organisation, start + 3, start + 6)
    .field("type", type, start + 6, at, organisation === 0 ? ETHER_TYPES[type] : undefined)
    .summary(`SNAP ${hexName({}, organisation, 6)}, ${hexName(ETHER_TYPES, type)}`);
  if (organisation !== 0) return layer.note("SNAP of this organisation is not dissected").step();
  if (type <= MAX_LENGTH) return layer.note("SNAP without an EtherType").step();
  return layer.step({ table: "etherType", keys: [type], start: at, end });
};

const LLC_SERVICES = { 0x42: "spanning tree", 0xe0: "IPX", 0xf0: "NetBIOS", 0xfe: "OSI" };

function typeText(type: number): string {
  return type > MAX_LENGTH ? `ethertype ${hexName(ETHER_TYPES, type)}` : `802.3 length ${type}`;
}

/** Where the payload lies: a length limits it, an EtherType does not. */
function payload(layer: LayerBuilder, type: number, start: number, end: number): Next {
  if (type > MAX_LENGTH) return { table: "etherType", keys: [type], start, end };
  if (start + type > end) layer.problem(`802.3 length ${type} exceeds the ${end - start} octets`);
  return { table: "etherType", keys: [LLC], start, end: Math.min(end, start + type) };
}
