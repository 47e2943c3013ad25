/** Dissects TCP with its options. */
import { IP_PROTOCOL } from "../wire/ip_protocol.ts";
import { get16, get32, hex } from "../wire/octets.ts";
import { type Option, readOptions } from "../wire/options.ts";
import * as tcp from "../wire/tcp.ts";
import { broken, type Dissector, LayerBuilder } from "./layer.ts";
import { checksumField } from "./verify.ts";

/** Letters of the flags from the lowest bit, as tcpdump writes them. */
const LETTERS = "FSRP.UEW";

/** A TCP header. */
export const dissectTcp: Dissector = (bytes, view, start, end, context) => {
  const { record, end: at, problem } = tcp.decode(bytes, start, end);
  if (record === undefined) return broken("tcp", start, end, problem);
  const { OFFSET } = tcp;
  context.tcpStart = start;
  const { sourcePort, destinationPort, sequence, acknowledgment, flags, window } = record;
  const layer = new LayerBuilder("tcp", start, at)
    .field("source_port", sourcePort, start, start + 2)
    .field("destination_port", destinationPort, start + 2, start + 4)
    .field("sequence", sequence, start + 4, start + 8)
    .field("acknowledgment", acknowledgment, start + 8, start + 12)
    .field("header_length", record.dataOffset * 4, start + 12, start + 13, "octets")
    .field("reserved", record.reserved, start + 12, start + 13)
    .field("flags", flags, start + 13, start + 14, flagText(flags))
    .field("window", window, start + 14, start + 16);
  checksumField(layer, bytes, view, start + OFFSET.checksum, end, IP_PROTOCOL.TCP, context);
  layer.field("urgent_pointer", record.urgentPointer, start + 18, start + 20);
  const options = readOptions(bytes, start + tcp.MIN_LENGTH, at);
  const texts = options.options.map((option) => optionField(layer, bytes, option));
  if (options.problem !== undefined) layer.problem(options.problem);
  const length = Math.max(0, context.datagramEnd - at);
  const list = texts.filter((text) => text !== "");
  layer.summary(
    `Flags [${flagText(flags)}], seq ${sequence}` +
      (flags & tcp.TcpFlag.ack ? `, ack ${acknowledgment}` : "") + `, win ${window}` +
      (list.length > 0 ? `, options [${list.join(",")}]` : "") + `, length ${length}`,
  );
  if (record.dataOffset < 5) {
    return layer.problem(`header length must be at least 20: got ${record.dataOffset * 4}`).step();
  }
  const keys = [destinationPort, sourcePort];
  return layer.step({ table: "tcp", keys, start: at, end });
};

function flagText(flags: number): string {
  const text = [...LETTERS].filter((_, bit) => (flags & (1 << bit)) !== 0).join("");
  return text === "" ? "none" : text;
}

/** Adds the field of one option; returns what the summary says of it. */
function optionField(layer: LayerBuilder, bytes: Uint8Array, option: Option): string {
  const { kind, value, start, end } = option;
  const length = end - value;
  const { TcpOption } = tcp;
  if (kind === TcpOption.end || kind === TcpOption.noOperation) {
    layer.field(kind === TcpOption.end ? "end_of_options" : "no_operation", kind, start, end);
    return "";
  }
  if (kind === TcpOption.maximumSegmentSize && length === 2) {
    layer.field("maximum_segment_size", get16(bytes, value), start, end);
    return `mss ${get16(bytes, value)}`;
  }
  if (kind === TcpOption.windowScale && length === 1) {
    layer.field("window_scale", bytes[value], start, end);
    return `wscale ${bytes[value]}`;
  }
  if (kind === TcpOption.sackPermitted && length === 0) {
    layer.field("sack_permitted", 1, start, end);
    return "sackOK";
  }
  if (kind === TcpOption.timestamps && length === 8) {
    const [sent, echoed] = [get32(bytes, value), get32(bytes, value + 4)];
    layer.field("timestamp", sent, start, value + 4);
    layer.field("timestamp_echo", echoed, value + 4, end);
    return `TS val ${sent} ecr ${echoed}`;
  }
  layer.field(`option_${kind}`, hex(bytes, value, end), start, end);
  return kind === TcpOption.sack ? `sack ${length >> 3}` : `opt-${kind}`;
}
