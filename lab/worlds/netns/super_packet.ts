/** TCP segments that are larger than a wire takes, as a host's kernel gives them to its network card. */
import type { Frame } from "../../../captures/frame.ts";
import { LINK_TYPE } from "../../../captures/link.ts";
import { Checksum, transportChecksum } from "../../../captures/verify.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { sumAddresses4, sumAddresses6, sumPseudoHeader } from "../../../captures/wire/checksum.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { get16, put16, viewOf } from "../../../captures/wire/octets.ts";
import { TcpFlag } from "../../../captures/wire/tcp.ts";
import { OFFLOAD_HEADER, putSuperPacket } from "../../kernel/offload_header.ts";

const walker = new HeaderWalker();
/** Octets of the shortest TCP header, and where it has its length, its flags and its checksum. */
const SHORTEST = 20, DATA_OFFSET = 12, FLAGS = 13, CHECKSUM = 16;

/**
 * A frame behind the header that says what is left to the card: nothing, unless it is a whole plain TCP
 * segment of a datagram larger than `mtu`, whose checksum is right, or half done: it then is half done.
 */
export function superPacket(frame: Uint8Array, mtu: number): Uint8Array {
  const out = new Uint8Array(OFFLOAD_HEADER + frame.length);
  out.set(frame, OFFLOAD_HEADER);
  const bytes = out.subarray(OFFLOAD_HEADER), view = viewOf(bytes), w = walker;
  const about = { bytes, view, start: 0, end: bytes.length, originalLength: bytes.length };
  const walked = { ...about, linkType: LINK_TYPE.ETHERNET } as Frame;
  if (!w.walk(walked) || w.protocol !== IP_PROTOCOL.TCP || w.isFragment || w.l4 < 0) return out;
  const { l3, l4, end } = w, large = end - l3 > mtu && end - l4 >= SHORTEST;
  if (!large) return out;
  const payload = l4 + (bytes[l4 + DATA_OFFSET] >> 4) * 4, ipVersion = w.ipVersion === 4 ? 4 : 6;
  const segmentSize = mtu - (payload - l3);
  const isWhole = end === bytes.length && payload - l4 >= SHORTEST && payload < end;
  if (!isWhole || segmentSize <= 0) return out;
  const addresses = (ipVersion === 4 ? sumAddresses4 : sumAddresses6)(bytes, view, l3);
  const half = sumPseudoHeader(addresses, IP_PROTOCOL.TCP, end - l4);
  const isRight = transportChecksum(walked, w) === Checksum.correct;
  if (!isRight && get16(bytes, l4 + CHECKSUM) !== half) return out;
  put16(bytes, l4 + CHECKSUM, half);
  const cwr = (bytes[l4 + FLAGS] & TcpFlag.cwr) !== 0;
  putSuperPacket(viewOf(out), { ipVersion, tcp: l4, payload, segmentSize, cwr });
  return out;
}
