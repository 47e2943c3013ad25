import { closeDescriptor } from "./descriptor.ts";
import { c, errno, SystemError } from "./libc.ts";
import { fillChecksum, OFFLOAD_HEADER } from "./offload_header.ts";
import { setOption } from "./options.ts";
import { bindPacketSocket, openPacketSocket, packetStatistics } from "./packet_socket.ts";

const TPACKET_V3 = 2;
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const STATUS_USER = 1;
/** The kernel left the checksum to a network card. */
const STATUS_CHECKSUM_NOT_READY = 1 << 3;
const STATUS_VLAN_VALID = 1 << 4;
const STATUS_VLAN_TPID_VALID = 1 << 6;

/** Milliseconds after which the kernel hands over a block that is not full. */
export const RETIRE_MILLISECONDS = 8;

/** Takes one frame of a ring: `bytes` from `start` to `end` are valid during the call only. */
export type RingSink = (
  bytes: Uint8Array,
  start: number,
  end: number,
  originalLength: number,
  seconds: number,
  nanoseconds: number,
) => void;

/**
 * A receive ring (TPACKET_V3) shared with the kernel: both directions of one interface, in order,
 * with the kernel's time stamps, without a copy or a system call per frame.
 *
 * A block descriptor is `version u32, offset_to_priv u32, status u32, packets u32, first u32, length
 * u32, number u64, first second u32, nanosecond u32, last second u32, nanosecond u32`; a
 * frame header is `next u32, sec u32, nsec u32, snaplen u32, len u32, status u32, mac u16, net u16,
 * rxhash u32, vlan_tci u32, vlan_tpid u16`; all little-endian on the machines that we run on.
 */
export class PacketRing {
  readonly fd: number;
  /** Frames read so far. */
  read = 0;
  /** Frames that the kernel counted so far, dropped ones among them. */
  seen = 0;
  /** Frames that the kernel dropped so far for want of room. */
  dropped = 0;
  #address: Deno.PointerObject;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #status: Int32Array<ArrayBuffer>;
  #next = 0;
  #tagged = new Uint8Array(0x11000);

  /**
   * @param fills Whether checksums that the kernel left to a network card are filled in: without it they
   *   stand as they are, half done.
   * @param blocks Blocks of `blockOctets`, a multiple of the page size, at least a jumbo frame each.
   */
  constructor(
    name: string,
    readonly fills = false,
    readonly blocks = 32,
    readonly blockOctets = 1 << 18,
  ) {
    this.fd = openPacketSocket();
    try {
      if (fills) setOption(this.fd, "PACKET_VNET_HDR", 1);
      setOption(this.fd, "PACKET_VERSION", TPACKET_V3);
      const frame = 2048;
      const request = Uint32Array.of(
        blockOctets,
        blocks,
        frame,
        blocks * blockOctets / frame,
        RETIRE_MILLISECONDS,
        0,
        0,
      );
      setOption(this.fd, "PACKET_RX_RING", new Uint8Array(request.buffer));
      const size = BigInt(blocks * blockOctets);
      const address = c.mmap(null, size, PROT_READ_WRITE, MAP_SHARED, this.fd, 0n);
      if (address === null || BigInt(Deno.UnsafePointer.value(address)) === (1n << 64n) - 1n) {
        throw new SystemError(`map the packet ring of ${name}`, errno());
      }
      this.#address = address;
      bindPacketSocket(this.fd, name);
    } catch (error) {
      closeDescriptor(this.fd);
      throw error;
    }
    const memory = new Deno.UnsafePointerView(this.#address).getArrayBuffer(blocks * blockOctets);
    this.#bytes = new Uint8Array(memory);
    this.#view = new DataView(memory);
    this.#status = new Int32Array(memory);
  }

  /** Gives every frame of the blocks that the kernel has handed over; returns how many. */
  drain(sink: RingSink): number {
    const before = this.read;
    for (let handed = 0; handed < this.blocks; handed++) {
      const base = this.#next * this.blockOctets;
      if ((Atomics.load(this.#status, (base + 8) >> 2) & STATUS_USER) === 0) break;
      this.#drainBlock(base, sink);
      Atomics.store(this.#status, (base + 8) >> 2, 0);
      this.#next = (this.#next + 1) % this.blocks;
    }
    return this.read - before;
  }

  /**
   * Milliseconds since the kernel took the last frame of the next block that it has handed over; 0 when
   * there is none. @param now Milliseconds since 1970.
   */
  age(now: number): number {
    const base = this.#next * this.blockOctets;
    if ((Atomics.load(this.#status, (base + 8) >> 2) & STATUS_USER) === 0) return 0;
    const seconds = this.#view.getUint32(base + 40, true);
    return now - seconds * 1000 - this.#view.getUint32(base + 44, true) / 1e6;
  }

  #drainBlock(base: number, sink: RingSink): void {
    const view = this.#view;
    let packets = view.getUint32(base + 12, true);
    let at = base + view.getUint32(base + 16, true);
    for (; packets > 0; packets--) {
      const captured = view.getUint32(at + 12, true);
      const original = view.getUint32(at + 16, true);
      const start = at + view.getUint16(at + 24, true);
      const seconds = view.getUint32(at + 4, true);
      const nanoseconds = view.getUint32(at + 8, true);
      const status = view.getUint32(at + 20, true);
      if (this.fills && status & STATUS_CHECKSUM_NOT_READY && captured === original) {
        const header = new DataView(view.buffer, start - OFFLOAD_HEADER, OFFLOAD_HEADER);
        fillChecksum(header, this.#bytes, view, start, start + captured);
      }
      if (status & STATUS_VLAN_VALID) {
        const end = this.#retag(at, start, captured);
        sink(this.#tagged, 0, end, original + 4, seconds, nanoseconds);
      } else {
        sink(this.#bytes, start, start + captured, original, seconds, nanoseconds);
      }
      this.read++;
      at += view.getUint32(at, true);
    }
  }

  /** Puts an 802.1Q tag back where it stood on the wire: the kernel takes it out of the octets. */
  #retag(header: number, start: number, captured: number): number {
    const out = this.#tagged;
    const known = this.#view.getUint32(header + 20, true) & STATUS_VLAN_TPID_VALID;
    const type = known ? this.#view.getUint16(header + 36, true) : 0x8100;
    const tag = this.#view.getUint32(header + 32, true);
    out.set(this.#bytes.subarray(start, start + 12));
    out.set([type >> 8, type & 255, tag >> 8 & 255, tag & 255], 12);
    out.set(this.#bytes.subarray(start + 12, start + captured), 16);
    return captured + 4;
  }

  /** Brings `seen` and `dropped` up to date. */
  count(): void {
    const { seen, dropped } = packetStatistics(this.fd);
    this.seen += seen;
    this.dropped += dropped;
  }

  /** Whether every frame that the kernel kept has been read; `count` first. */
  get drained(): boolean {
    return this.read >= this.seen - this.dropped;
  }

  close(): void {
    c.munmap(this.#address, BigInt(this.blocks * this.blockOctets));
    closeDescriptor(this.fd);
  }
}
