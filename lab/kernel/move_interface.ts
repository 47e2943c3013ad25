import { closeDescriptor, openDescriptor } from "./descriptor.ts";
import { interfaceIndex } from "./interface.ts";
import { c, checked, plain, SystemError } from "./libc.ts";

const AF_NETLINK = 16, SOCK_RAW_CLOEXEC = 0o2000003;
const RTM_SETLINK = 19, NLM_F_REQUEST_ACK = 5, NLMSG_ERROR = 2;
const IFLA_IFNAME = 3, IFLA_NET_NS_FD = 28, IFLA_NEW_IFINDEX = 49;
const HEADERS = 32;

/**
 * Moves an interface of this thread's namespace into another one (rtnetlink(7), RTM_SETLINK).
 * @param namespace Path of the namespace.
 * @param as What it is called there.
 * @param index The kernel's number for it there; what is free unless told, or where that is taken.
 */
export function moveInterface(name: string, namespace: string, as: string, index?: number): void {
  const target = openDescriptor(namespace);
  const fd = checked(c.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, 0), "open a netlink socket");
  try {
    const numbered = index === undefined ? -1 : request(fd, name, target, as, index);
    const result = numbered === 0 ? 0 : request(fd, name, target, as);
    if (result !== 0) throw new SystemError(`move the interface ${name}`, -result);
  } finally {
    closeDescriptor(fd);
    closeDescriptor(target);
  }
}

/** Sends the request; the kernel's answer, 0 or a negative error number. */
function request(fd: number, name: string, target: number, as: string, index?: number): number {
  const message = new Uint8Array(HEADERS + 64), view = new DataView(message.buffer);
  let at = HEADERS;
  const attribute = (type: number, value: Uint8Array) => {
    view.setUint16(at, value.length + 4, true);
    view.setUint16(at + 2, type, true);
    message.set(value, at + 4);
    at += Math.ceil((value.length + 4) / 4) * 4;
  };
  attribute(IFLA_NET_NS_FD, new Uint8Array(Uint32Array.of(target).buffer));
  attribute(IFLA_IFNAME, new TextEncoder().encode(as + "\0"));
  if (index !== undefined) {
    attribute(IFLA_NEW_IFINDEX, new Uint8Array(Int32Array.of(index).buffer));
  }
  view.setUint32(0, at, true);
  view.setUint16(4, RTM_SETLINK, true);
  view.setUint16(6, NLM_F_REQUEST_ACK, true);
  view.setInt32(20, interfaceIndex(name), true);
  checked(c.send(fd, plain(message), BigInt(at), 0), "ask the kernel to move an interface");
  const answer = new Uint8Array(4096);
  const length = checked(c.recv(fd, answer, BigInt(answer.length), 0), "read the kernel's answer");
  const answered = new DataView(answer.buffer, 0, length);
  return answered.getUint16(4, true) === NLMSG_ERROR ? answered.getInt32(16, true) : 0;
}
