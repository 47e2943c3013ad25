import { closeDescriptor, openDescriptor } from "./descriptor.ts";
import { interfaceRequest } from "./interface.ts";
import { c, checked } from "./libc.ts";

const TUNSETIFF = 0x400454can;
const TUNSETPERSIST = 0x400454cbn;
const IFF_TUN = 1;
const IFF_NO_PI = 0x1000;
const PATH = "/dev/net/tun";

/** Attaches to the TUN device of that name in this thread's namespace, which it makes if need be. */
export function openTun(name: string): number {
  const fd = openDescriptor(PATH, "both");
  try {
    const request = interfaceRequest(name);
    new DataView(request.buffer).setUint16(16, IFF_TUN | IFF_NO_PI, true);
    checked(c.ioctl(fd, TUNSETIFF, request), `attach to the TUN device ${name}`);
    return fd;
  } catch (error) {
    closeDescriptor(fd);
    throw error;
  }
}

/** Makes a TUN device that stays when nobody is attached. */
export function makeTun(name: string): void {
  const fd = openTun(name);
  checked(c.ioctl(fd, TUNSETPERSIST, Uint8Array.of(1)), `keep the TUN device ${name}`);
  closeDescriptor(fd);
}

/** Whether this process may open TUN devices. */
export function tunAvailable(): boolean {
  try {
    closeDescriptor(openDescriptor(PATH, "both"));
    return true;
  } catch {
    return false;
  }
}
