/** A host of the memory world: counts stamped UDP datagrams, holds TCP ends, answers pings. */
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { formatAddress } from "../../../captures/wire/address.ts";
import {
  addSums,
  complement,
  sumAddresses4,
  sumAddresses6,
  sumOctets,
  sumPseudoHeader,
} from "../../../captures/wire/checksum.ts";
import { icmpEcho } from "../../../captures/wire/build.ts";
import { decode as decodeIcmp, IcmpType } from "../../../captures/wire/icmp.ts";
import { get16 } from "../../../captures/wire/octets.ts";
import { HeaderWalker } from "../../../captures/walk.ts";
import { isStamped } from "../../../suites/kit/stamp.ts";
import type { IpNode } from "./ip_node.ts";
import type { TcpEnd } from "./tcp.ts";

const { ICMP, UDP, TCP } = IP_PROTOCOL;

/** The applications of one host. */
export class Host {
  /** Stamped datagrams that arrived unharmed, and those that did not. */
  received = 0;
  damaged = 0;
  /** TCP ends by `local port|remote address|remote port`. */
  readonly ends = new Map<string, TcpEnd>();
  readonly #walker = new HeaderWalker();
  /** Its first address by family: every datagram that it sends asks. */
  readonly #addresses = new Map<4 | 6, string>();

  constructor(readonly node: IpNode) {
    node.local = { local: (datagram) => this.#take(datagram) };
  }

  /** The first address of that family. */
  address(family: 4 | 6): string {
    let address = this.#addresses.get(family);
    if (address === undefined) this.#addresses.set(family, address = this.#find(family));
    return address;
  }

  #find(family: 4 | 6): string {
    const all = this.node.interfaces.flatMap((i) => i.addresses.map((a) => a.split("/")[0]));
    const found = all.find((a) => a.includes(":") === (family === 6));
    if (found === undefined) throw new RangeError(`Cannot send IPv${family} from this host`);
    return found;
  }

  #take(datagram: Uint8Array) {
    const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.length);
    const w = this.#walker;
    if (!w.walkIp(datagram, view, 0, datagram.length) || w.l4 < 0) return;
    if (w.protocol === ICMP && w.ipVersion === 4) this.#echo(datagram, w.l4, w.end);
    else if (w.protocol === UDP && w.end - w.l4 >= 8) {
      if (isStamped(datagram.subarray(w.l4 + 8, w.end))) this.received++;
      else this.damaged++;
    } else if (w.protocol === TCP && w.end - w.l4 >= 20) {
      const v4 = w.ipVersion === 4;
      // Whoever cuts or joins segments on the way must get it right, as a kernel looks.
      const addresses = (v4 ? sumAddresses4 : sumAddresses6)(datagram, view, w.l3);
      const pseudo = sumPseudoHeader(addresses, TCP, w.end - w.l4);
      if (complement(addSums(sumOctets(datagram, view, w.l4, w.end), pseudo)) !== 0) return;
      const source = formatAddress(datagram, v4 ? 12 : 8, v4 ? 16 : 24);
      const end = this.ends.get(`${w.destinationPort}|${source}|${w.sourcePort}`);
      const header = (view.getUint8(w.l4 + 12) >> 4) * 4;
      end?.segment({
        flags: view.getUint8(w.l4 + 13),
        sequence: view.getUint32(w.l4 + 4),
        acknowledgment: view.getUint32(w.l4 + 8),
        payload: datagram.subarray(Math.min(w.end, w.l4 + header), w.end),
      });
    }
  }

  /** Answers a ping. */
  #echo(datagram: Uint8Array, start: number, end: number) {
    const { record, end: payload } = decodeIcmp(datagram, start, end);
    if (record?.type !== IcmpType.echoRequest) return;
    this.node.send(icmpEcho({
      ...{ source: formatAddress(datagram, 16, 20), destination: formatAddress(datagram, 12, 16) },
      ...{ identifier: get16(datagram, start + 4), sequence: get16(datagram, start + 6) },
      ...{ reply: true, payload: datagram.slice(payload, end) },
    }));
  }
}
