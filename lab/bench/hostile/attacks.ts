/** Captures that try to fill memory or to take for ever, each of a kind. */
import { FileOutput, OutputBuffer } from "../../../captures/file/output.ts";
import { PcapWriter } from "../../../captures/file/pcap_writer.ts";
import { PcapngWriter } from "../../../captures/file/pcapng_writer.ts";
import { L2TP_ATTACKS } from "./l2tp_attacks.ts";
import { OTHER_ATTACKS } from "./other_attacks.ts";

/** LINKTYPE_RAW. */
const RAW = 101;

/** Writes about so many octets into files of a folder; gives their paths and the frames of each. */
export type Attack = (folder: string, octets: number) => { paths: string[]; frames: number };

/** Writes the packets of one attack until there are enough octets, 100 microseconds apart. */
function packets(packetOf: (i: number) => Uint8Array): Attack {
  return (folder, octets) => {
    const path = `${folder}/wan.pcap`, writer = PcapWriter.create(path, { linkType: RAW });
    let frames = 0;
    for (let written = 24; written < octets; frames++) {
      const packet = packetOf(frames);
      written += 16 + packet.length;
      writer.write(1_700_000_000 + Math.floor(frames / 10_000), frames % 10_000 * 100_000, packet);
    }
    writer.close();
    return { paths: [path], frames };
  };
}

const SMALL = OTHER_ATTACKS["flows of UDP"](1);

/** Writes blocks of a pcapng file of which each is described by its body. */
function blocks(bodyOf: (i: number) => { type: number; body: Uint8Array }): Attack {
  return (folder, octets) => {
    const path = `${folder}/wan.pcapng`, output = new FileOutput(path);
    const head = PcapngWriter.inMemory();
    const id = head.writer.addInterface({ name: "one", linkType: RAW });
    head.writer.write(id, 1, 0, SMALL);
    head.writer.close();
    const begin = head.output.bytes(), buffer = new OutputBuffer(output);
    output.write(begin);
    for (let i = 0, written = begin.length; written < octets; i++) {
      const { type, body } = bodyOf(i), total = 12 + body.length, at = buffer.reserve(total);
      written += total;
      buffer.view.setUint32(at, type, true);
      buffer.view.setUint32(at + 4, total, true);
      buffer.bytes.set(body, at + 8);
      buffer.view.setUint32(at + total - 4, total, true);
      buffer.at = at + total;
    }
    buffer.close();
    return { paths: [path], frames: 1 };
  };
}

function words(count: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(4 * count);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** An interface description with a name of so many octets. */
function interfaceBlock(name: number): Uint8Array {
  const { bytes, view } = words(2 + 1 + Math.ceil(name / 4));
  view.setUint16(0, RAW, true);
  view.setUint16(8, 2, true);
  view.setUint16(10, name, true);
  bytes.fill(0x61, 12, 12 + name);
  return bytes;
}

/** Many small files of one interface, as a capturing program leaves them. */
function manyFiles(count: number): Attack {
  return (folder, octets) => {
    const paths: string[] = [];
    let frames = 0;
    for (let n = 0; n < count; n++) {
      const path = `${folder}/wan_${String(n).padStart(5, "0")}_20260131120000.pcap`;
      const writer = PcapWriter.create(path, { linkType: RAW });
      for (let written = 0; written < octets / count; written += 16 + SMALL.length) {
        writer.write(frames++, n, SMALL);
      }
      writer.close();
      paths.push(path);
    }
    return { paths, frames };
  };
}

/** Every attack by its name. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  ...Object.fromEntries(
    Object.entries({ ...L2TP_ATTACKS, ...OTHER_ATTACKS }).map((
      [name, make],
    ) => [name, packets(make)]),
  ),
  "pcapng: interfaces": blocks(() => ({ type: 1, body: interfaceBlock(0) })),
  "pcapng: long names": blocks(() => ({ type: 1, body: interfaceBlock(60_000) })),
  "pcapng: sections of interfaces": blocks((i) =>
    i % 3 === 0
      ? {
        type: 0x0a0d0d0a,
        body: new Uint8Array([0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0, ...Array(8).fill(255)]),
      }
      : { type: 1, body: interfaceBlock(0) }
  ),
  "pcapng: names of addresses": blocks(() => ({ type: 4, body: new Uint8Array(60_000) })),
  "pcapng: unknown blocks": blocks(() => ({ type: 0xbad, body: new Uint8Array(4) })),
  "pcapng: long blocks": blocks(() => ({ type: 0xbad, body: new Uint8Array(8_000_000) })),
  "pcapng: statistics": blocks(() => ({ type: 5, body: new Uint8Array(12) })),
  "files of one interface": manyFiles(400),
};
