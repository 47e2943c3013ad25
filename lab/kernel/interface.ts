import { c, checked, cString } from "./libc.ts";
import { closeDescriptor } from "./descriptor.ts";
import { Family } from "./address.ts";

const SOCK_DGRAM = 2;
const SIOCETHTOOL = 0x8946n;
const SIOCGIFHWADDR = 0x8927n;
const SIOCGIFFLAGS = 0x8913n;
const SIOCSIFMTU = 0x8922n;
const IFF_RUNNING = 0x40;
const IFNAMSIZ = 16;

/** `ethtool` commands that switch one offload; their argument 0 means off. One less reads it. */
const OFFLOADS = {
  transmitChecksum: 0x17,
  scatterGather: 0x19,
  tcpSegmentation: 0x1f,
  genericSegmentation: 0x24,
  genericReceive: 0x2c,
} as const;

/** An offload that the lab switches. */
export type Offload = keyof typeof OFFLOADS;

/** `struct ethtool_value`: command and data. It lives as long as the module, as the kernel is given its address. */
const ethtoolValue = new Uint32Array(2);

/** Kernel number of an interface of this thread's namespace. */
export function interfaceIndex(name: string): number {
  const index = c.if_nametoindex(cString(name));
  if (index === 0) throw new RangeError(`Cannot use the interface as there is none named ${name}`);
  return index;
}

/** `struct ifreq`: the name, then 24 octets that each request uses in its own way. */
export function interfaceRequest(name: string): Uint8Array<ArrayBuffer> {
  const request = new Uint8Array(40);
  request.set(new TextEncoder().encode(name).subarray(0, IFNAMSIZ - 1));
  return request;
}

function ask(request: bigint, argument: Uint8Array<ArrayBuffer>): number {
  const fd = checked(c.socket(Family.INET, SOCK_DGRAM, 0), "open a socket for interface requests");
  const result = c.ioctl(fd, request, argument);
  closeDescriptor(fd);
  return result;
}

/** Hardware type (ARPHRD_: 1 Ethernet, 65534 none, such as a TUN device) and address. */
export function hardware(name: string): { type: number; address: Uint8Array } {
  const request = interfaceRequest(name);
  checked(ask(SIOCGIFHWADDR, request), `read the hardware address of ${name}`);
  return { type: request[16] | request[17] << 8, address: request.slice(18, 24) };
}

/**
 * Switches off what makes a veth pair carry packets that no wire could: unfilled checksums and
 * segments above the MTU. A driver that lacks one of them has nothing to switch off.
 */
export function switchOffloadsOff(name: string): void {
  for (const command of Object.values(OFFLOADS)) askEthtool(name, command, 0);
}

/** The offloads of an interface that its driver has: 1 is on, 0 off. */
export function offloadsOf(name: string): Partial<Record<Offload, number>> {
  return Object.fromEntries(
    Object.entries(OFFLOADS).flatMap(([offload, command]) => {
      const value = askEthtool(name, command - 1, 0);
      return value === undefined ? [] : [[offload, value]];
    }),
  );
}

/** Switches offloads to what `offloadsOf` gave. */
export function setOffloads(name: string, offloads: Partial<Record<Offload, number>>): void {
  for (const [offload, value] of Object.entries(offloads)) {
    askEthtool(name, OFFLOADS[offload as Offload], value);
  }
}

/** Asks the driver of an interface; its answer, or undefined where it has none. */
function askEthtool(name: string, command: number, value: number): number | undefined {
  ethtoolValue[0] = command;
  ethtoolValue[1] = value;
  const request = interfaceRequest(name);
  const pointer = Deno.UnsafePointer.value(Deno.UnsafePointer.of(ethtoolValue));
  new DataView(request.buffer).setBigUint64(16, BigInt(pointer), true);
  return ask(SIOCETHTOOL, request) < 0 ? undefined : ethtoolValue[1];
}

/** Sets the octets of the largest datagram of an interface, without its link header. */
export function setMtu(name: string, octets: number): void {
  const request = interfaceRequest(name);
  new DataView(request.buffer).setInt32(16, octets, true);
  checked(ask(SIOCSIFMTU, request), `give ${name} the MTU ${octets}`);
}

/** Whether this thread's namespace has an interface of that name. */
export function interfaceExists(name: string): boolean {
  return c.if_nametoindex(cString(name)) !== 0;
}

/** Whether an interface has its carrier and sends what it is given. */
export function isRunning(name: string): boolean {
  const request = interfaceRequest(name);
  checked(ask(SIOCGIFFLAGS, request), `read the flags of ${name}`);
  return (request[16] & IFF_RUNNING) !== 0;
}

/**
 * Waits until an interface runs that has just got its carrier. The kernel notices that some time
 * later, and drops what is sent until then.
 * @param patience Milliseconds after which it is left as it is.
 */
export async function becomeRunning(name: string, patience = 3000): Promise<void> {
  const limit = performance.now() + patience;
  for (;;) {
    while (!isRunning(name) && performance.now() < limit) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    // The flag is seen before the queue is open; this request waits for the kernel to be done.
    switchOffloadsOff(name);
    // It may have been the flag of the device before, which the kernel has taken down just now.
    if (isRunning(name) || performance.now() >= limit) return;
  }
}
