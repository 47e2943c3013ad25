import { c, checked, cString } from "./libc.ts";
import { closeDescriptor, openDescriptor } from "./descriptor.ts";

const CLONE_NEWNET = 0x40000000;
const MS_BIND = 4096n;
const SYS_PIDFD_OPEN = 434n;
const SC_NPROCESSORS_ONLN = 84;

/** Where `ip netns` keeps the namespace of a node. */
export function namespacePath(node: string): string {
  return `/run/netns/${node}`;
}

/** Moves this thread into the network namespace of a node for good. */
export function joinNamespace(path: string): void {
  const fd = openDescriptor(path);
  try {
    checked(c.setns(fd, CLONE_NEWNET), `enter the network namespace ${path}`);
  } finally {
    closeDescriptor(fd);
  }
}

/** A descriptor of the network namespace that this thread stands in. */
export function presentNamespace(): number {
  return openDescriptor("/proc/thread-self/ns/net");
}

/** Moves this thread back to a namespace that `presentNamespace` gave. */
export function leaveNamespace(home: number): void {
  checked(c.setns(home, CLONE_NEWNET), "return to the lab's network namespace");
}

/**
 * Runs synchronous work inside a network namespace and comes back. Sockets stay where they were
 * made, so one thread can hold sockets of every node.
 */
export function inNamespace<T>(path: string, work: () => T): T {
  const home = presentNamespace();
  try {
    joinNamespace(path);
    return work();
  } finally {
    leaveNamespace(home);
    closeDescriptor(home);
  }
}

/** Lets this thread run on one processor only. */
export function pinThread(processor: number): void {
  const mask = new Uint8Array(128);
  mask[processor >> 3] = 1 << (processor & 7);
  checked(c.sched_setaffinity(0, 128n, mask), `pin a thread to processor ${processor}`);
}

/** Processor that runs this thread now. */
export function currentProcessor(): number {
  return c.sched_getcpu();
}

/** The kernel's number of this thread. */
export function threadId(): number {
  return c.gettid();
}

/** Processors that are on line. */
export function processorCount(): number {
  return Math.max(1, Number(c.sysconf(SC_NPROCESSORS_ONLN)));
}

/** A descriptor that becomes readable when the process ends; undefined when it is gone already. */
export function processDescriptor(pid: number): number | undefined {
  const fd = Number(c.syscall(SYS_PIDFD_OPEN, BigInt(pid), 0n));
  return fd < 0 ? undefined : fd;
}

/** Lets a path, that of a file, stand for another as well. */
export function bindMount(path: string, target: string): void {
  const act = `bind ${path} to ${target}`;
  checked(c.mount(cString(path), cString(target), cString(""), MS_BIND, null), act);
}

/** Mounts a kernel file system such as `tmpfs` or `proc`. */
export function mountKernelFs(type: string, target: string): void {
  const act = `mount a ${type} on ${target}`;
  checked(c.mount(cString(type), cString(target), cString(type), 0n, null), act);
}
