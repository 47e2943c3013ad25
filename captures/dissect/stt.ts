/** Dissects Stateless Transport Tunneling. */
import { LINK_TYPE } from "../link.ts";
import { SttView } from "../view/stt.ts";
import * as stt from "../wire/stt.ts";
import * as tcp from "../wire/tcp.ts";
import { type Dissector, LayerBuilder } from "./layer.ts";

/** Of TCP flags, those of real connections that no segment of STT has. */
const CONNECTION = tcp.TcpFlag.syn | tcp.TcpFlag.fin | tcp.TcpFlag.rst;

const segment = new SttView();

/** What stands behind TCP on the port of STT; a segment that a real connection could have is none. */
export const dissectStt: Dissector = (bytes, _view, start, end, context) => {
  const { tcpStart } = context;
  if (start === end || tcpStart < 0 || !segment.at(bytes, tcpStart, end)) return undefined;
  if ((bytes[tcpStart + tcp.OFFSET.flags] & CONNECTION) !== 0) return undefined;
  const { frameLength, offset, frameNumber, part, data } = segment;
  if (frameLength === 0 || part !== start) return undefined;
  const layer = new LayerBuilder("stt", start, segment.hasHeader ? data : end)
    .field("frame_length", frameLength, tcpStart + 4, tcpStart + 6)
    .field("segment_offset", offset, tcpStart + 6, tcpStart + 8)
    .field("frame_number", frameNumber, tcpStart + 8, tcpStart + 12);
  const stop = offset + context.datagramEnd - start;
  if (stop > frameLength) {
    layer.problem(`segment ends at ${stop} of an STT frame of ${frameLength} octets`);
  }
  if (!segment.hasHeader) {
    layer.summary(`STT, octets ${offset} to ${stop} of frame ${frameNumber}`);
    if (offset === 0) layer.problem(`STT header cut short: ${end - start} of ${stt.LENGTH} octets`);
    return layer.step();
  }
  const { record } = stt.decode(bytes, start, end);
  if (record === undefined || record.version !== 0) return undefined;
  const { flags, maximumSegmentSize, contextId, vlanPresent, vlanId } = record;
  layer.field("version", record.version, start, start + 1)
    .field("flags", flags, start + 1, start + 2, flagText(flags))
    .field("l4_offset", record.l4Offset, start + 2, start + 3)
    .field("maximum_segment_size", maximumSegmentSize, start + 4, start + 6)
    .field("priority", record.priority, start + 6, start + 7)
    .field("vlan_present", Number(vlanPresent), start + 6, start + 7)
    .field("vlan_id", vlanId, start + 6, start + 8)
    .field("context_id", contextId, start + 8, start + 16)
    .summary(`STT ${contextId}${vlanPresent ? `, vlan ${vlanId}` : ""}`);
  // The other segments have the rest of the inner frame.
  if (stop < frameLength) {
    context.partial = true;
    layer.note(`the first ${stop} of ${frameLength} octets`);
  }
  return layer.step({ table: "linkType", keys: [LINK_TYPE.ETHERNET], start: data, end });
};

function flagText(flags: number): string {
  const names = Object.entries(stt.SttFlag).filter(([, bit]) => (flags & bit) !== 0);
  return names.length === 0 ? "none" : names.map(([name]) => name).join(", ");
}
