import { Family, ipVersion, sockaddr } from "./address.ts";
import { closeDescriptor, NONBLOCKING } from "./descriptor.ts";
import { c, checked, Errno, errno, plain, SystemError } from "./libc.ts";
import { getOption, setOption } from "./options.ts";

const SOCK_STREAM = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const SHUT_WR = 1;

/** A TCP socket of the kernel in the namespace where this thread stood when it was made. */
export class TcpSocket {
  constructor(readonly fd: number) {}

  static #open(address: string, port: number, dscp: number): TcpSocket {
    const four = ipVersion(address) === 4;
    const family = four ? Family.INET : Family.INET6;
    const fd = checked(c.socket(family, SOCK_STREAM | NONBLOCKING, 0), "open a TCP socket");
    try {
      setOption(fd, "REUSEADDR", 1);
      if (!four) setOption(fd, "IPV6_V6ONLY", 1);
      setOption(fd, four ? "IP_TOS" : "IPV6_TCLASS", dscp << 2);
      const at = sockaddr(address, port);
      checked(c.bind(fd, at, at.length), `bind TCP ${address} port ${port}`);
    } catch (error) {
      closeDescriptor(fd);
      throw error;
    }
    return new TcpSocket(fd);
  }

  /** Waits for callers at an address. */
  static listen(address: string, port: number, dscp = 0): TcpSocket {
    const socket = TcpSocket.#open(address, port, dscp);
    checked(c.listen(socket.fd, 16), `listen on TCP ${address} port ${port}`);
    return socket;
  }

  /** Begins to connect; writable once that has ended, and then `failure` tells how. */
  static connect(
    from: { address: string; port: number },
    to: { address: string; port: number },
    dscp = 0,
  ): TcpSocket {
    const socket = TcpSocket.#open(from.address, from.port, dscp);
    const target = sockaddr(to.address, to.port);
    if (c.connect(socket.fd, target, target.length) < 0) {
      const number = errno();
      if (number !== Errno.EINPROGRESS) {
        socket.close();
        throw new SystemError(`connect to TCP ${to.address} port ${to.port}`, number);
      }
    }
    return socket;
  }

  /** The next caller, or undefined. */
  accept(): TcpSocket | undefined {
    const fd = c.accept4(this.fd, null, null, NONBLOCKING);
    return fd < 0 ? undefined : new TcpSocket(fd);
  }

  /** Error number that the connection ended with, 0 for none; reading clears it. */
  failure(): number {
    return new DataView(getOption(this.fd, "SOCKET_ERROR", 4).buffer).getInt32(0, true);
  }

  /** Octets read, 0 at the end of the stream, -1 when there are none at present. */
  read(into: Uint8Array): number {
    return Number(c.recv(this.fd, plain(into), BigInt(into.length), MSG_DONTWAIT));
  }

  /** Octets that the kernel took, -1 when it takes none at present. */
  write(bytes: Uint8Array): number {
    const length = BigInt(bytes.length);
    return Number(c.send(this.fd, plain(bytes), length, MSG_DONTWAIT | MSG_NOSIGNAL));
  }

  /** Says that no more will be written. */
  finish(): void {
    c.shutdown(this.fd, SHUT_WR);
  }

  close(): void {
    closeDescriptor(this.fd);
  }
}
