/** Plain traffic for the bench: a mix of full segments and acknowledgements, and the smallest frames. */
import { PcapWriter } from "../../captures/file/pcap_writer.ts";
import { ethernetFrame, TcpFlag, tcpSegment, udpDatagram } from "../../captures/wire/build.ts";
import { patch16, patch32 } from "./template.ts";

/** Flows of the mix. */
export const MIX_FLOWS = 2000;

/** Flows of the smallest frames. */
export const SMALL_FLOWS = 64;

/** Nanoseconds between two frames. */
const STEP = 5000;

const MACS = { destination: "02:00:00:00:00:02", source: "02:00:00:00:00:01" };
const IP = 14, IP_CHECKSUM = IP + 10, L4 = IP + 20;

/** NOP, NOP, timestamps: the usual options of a segment on its way. */
const TIMESTAMPS = Uint8Array.of(1, 1, 8, 10, 0, 1, 2, 3, 0, 3, 2, 1);

/** Writes frames to a file of classic pcap with microseconds, which every competitor can read. */
export class TrafficFile {
  packets = 0;
  /** Octets of the file. */
  octets = 24;
  readonly #writer: PcapWriter;
  #seconds = 1_767_225_600;
  #nanoseconds = 0;

  constructor(path: string) {
    this.#writer = PcapWriter.create(path, { resolution: "microseconds" });
  }

  /** Writes one frame, 5 microseconds after the one before. */
  add(frame: Uint8Array): void {
    this.#writer.write(this.#seconds, this.#nanoseconds, frame);
    this.packets++;
    this.octets += 16 + frame.length;
    this.#nanoseconds += STEP;
    if (this.#nanoseconds >= 1e9) {
      this.#nanoseconds = 0;
      this.#seconds++;
    }
  }

  /** Writes what is left. */
  close(): void {
    this.#writer.close();
  }
}

/** Alternates frames of 1514 and 66 octets: TCP segments of 2,000 flows and what acknowledges them. */
export function writeMix(path: string, octets: number): TrafficFile {
  const file = new TrafficFile(path);
  const flows = Array.from({ length: MIX_FLOWS }, (_, flow) => ({
    data: segment(flow, false),
    acknowledgement: segment(flow, true),
    sequence: flow * 1000,
    identification: 0,
  }));
  for (let n = 0; file.octets < octets; n++) {
    const flow = flows[n % MIX_FLOWS];
    const { data, acknowledgement } = flow;
    flow.identification = (flow.identification + 1) & 0xffff;
    patch16(data, IP + 4, flow.identification, IP_CHECKSUM);
    patch32(data, L4 + 4, flow.sequence, L4 + 16);
    file.add(data);
    flow.sequence = (flow.sequence + 1448) >>> 0;
    patch16(acknowledgement, IP + 4, flow.identification, IP_CHECKSUM);
    patch32(acknowledgement, L4 + 8, flow.sequence, L4 + 16);
    file.add(acknowledgement);
  }
  file.close();
  return file;
}

/** Writes UDP frames of 64 octets. */
export function writeSmall(path: string, octets: number): TrafficFile {
  const file = new TrafficFile(path);
  const frames = Array.from({ length: SMALL_FLOWS }, (_, flow) =>
    ethernetFrame({
      ...MACS,
      payload: udpDatagram({
        source: `10.1.0.${flow + 1}`,
        destination: "10.2.0.1",
        sourcePort: 10_000 + flow,
        destinationPort: 5000,
        payload: new Uint8Array(22).fill(flow),
      }),
    }));
  for (let n = 0; file.octets < octets; n++) {
    const frame = frames[n % SMALL_FLOWS];
    patch16(frame, IP + 4, n & 0xffff, IP_CHECKSUM);
    file.add(frame);
  }
  file.close();
  return file;
}

/** A segment of 1448 octets one way, or the bare acknowledgement the other way. */
function segment(flow: number, back: boolean): Uint8Array {
  const client = { address: `10.1.${flow >> 8}.${flow & 255}`, port: 20_000 + flow };
  const server = { address: `10.2.0.${1 + flow % 50}`, port: 443 };
  const [from, to] = back ? [server, client] : [client, server];
  return ethernetFrame({
    ...MACS,
    payload: tcpSegment({
      source: from.address,
      destination: to.address,
      sourcePort: from.port,
      destinationPort: to.port,
      sequence: 0,
      acknowledgment: 1,
      flags: TcpFlag.ack,
      options: TIMESTAMPS,
      payload: back ? new Uint8Array(0) : new Uint8Array(1448).map((_, i) => i * 7 + flow),
    }),
  });
}
