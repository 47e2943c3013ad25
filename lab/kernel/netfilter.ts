import { closeDescriptor } from "./descriptor.ts";
import { c, checked } from "./libc.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_NETFILTER = 12;
const REQUEST = 1;
/** Subsystems of nfnetlink, with their messages that delete; without an attribute they delete all. */
const CONNTRACK = 1, CT_DELETE = 2;
const NFTABLES = 10, DELTABLE = 2;
const BATCH_BEGIN = 16, BATCH_END = 17;
/** Octets of `struct nlmsghdr` and `struct nfgenmsg`. */
const LENGTH = 20;

/** There as long as a namespace has connection tracking. */
const TRACKED = "/proc/sys/net/netfilter/nf_conntrack_count";

/**
 * Forgets every connection and every nftables rule of the network namespace that this thread stands in.
 * Does nothing where the kernel has no connection tracking: asking would load it.
 */
export function forgetConnections(): void {
  try {
    Deno.statSync(TRACKED);
  } catch {
    return;
  }
  const fd = checked(c.socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER), "open a netlink socket");
  try {
    const rules = [
      message(BATCH_BEGIN, NFTABLES),
      message(NFTABLES << 8 | DELTABLE, 0),
      message(BATCH_END, NFTABLES),
    ];
    // A kernel without the one or the other refuses, and has none.
    for (const request of [rules, [message(CONNTRACK << 8 | CT_DELETE, 0)]]) {
      const octets = new Uint8Array(request.length * LENGTH);
      request.forEach((part, i) => octets.set(part, i * LENGTH));
      c.send(fd, octets, BigInt(octets.length), 0);
    }
  } finally {
    closeDescriptor(fd);
  }
}

/**
 * A message without attributes, in the machine's order but for the last field (netlink(7),
 * linux/netfilter/nfnetlink.h).
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |                            Length                             |
 * +-------------------------------+-------------------------------+
 * |             Type              |             Flags             |
 * +-------------------------------+-------------------------------+
 * |                            Sequence                           |
 * +---------------------------------------------------------------+
 * |                             Port                              |
 * +---------------+---------------+-------------------------------+
 * |    Family     |    Version    |      Resource (big-endian)    |
 * +---------------+---------------+-------------------------------+
 * ```
 */
function message(type: number, resource: number): Uint8Array {
  const octets = new Uint8Array(LENGTH), view = new DataView(octets.buffer);
  view.setUint32(0, LENGTH, true);
  view.setUint16(4, type, true);
  view.setUint16(6, REQUEST, true);
  view.setUint16(18, resource);
  return octets;
}
