/**
 * The system calls that Deno has no word for, taken from the C library of the system. This file and
 * its neighbours are the only ones that know numbers and layouts of the kernel's interface; both
 * 64-bit little-endian architectures that Deno runs on (x86-64 and AArch64) share them.
 */
const libc = Deno.dlopen(
  "libc.so.6",
  {
    __errno_location: { parameters: [], result: "pointer" },
    strerror: { parameters: ["i32"], result: "pointer" },
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    listen: { parameters: ["i32", "i32"], result: "i32" },
    accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
    shutdown: { parameters: ["i32", "i32"], result: "i32" },
    setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
    recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
    recvmsg: { parameters: ["i32", "buffer", "i32"], result: "isize" },
    send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
    sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
    socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
    eventfd: { parameters: ["u32", "i32"], result: "i32" },
    open: { parameters: ["buffer", "i32", "i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
    ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
    mmap: { parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"], result: "pointer" },
    munmap: { parameters: ["pointer", "usize"], result: "i32" },
    ppoll: { parameters: ["buffer", "usize", "buffer", "pointer"], result: "i32" },
    ppoll_async: {
      name: "ppoll",
      parameters: ["buffer", "usize", "buffer", "pointer"],
      result: "i32",
      nonblocking: true,
    },
    setns: { parameters: ["i32", "i32"], result: "i32" },
    mount: { parameters: ["buffer", "buffer", "buffer", "u64", "pointer"], result: "i32" },
    sched_setaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
    sched_getcpu: { parameters: [], result: "i32" },
    gettid: { parameters: [], result: "i32" },
    sysconf: { parameters: ["i32"], result: "i64" },
    if_nametoindex: { parameters: ["buffer"], result: "u32" },
    syscall: { parameters: ["i64", "i64", "i64"], result: "i64" },
  } as const,
);

/** The calls themselves, with C's own names and return values. */
export const c = libc.symbols;

/** `errno` values that callers tell apart. */
export const Errno = {
  EPERM: 1,
  EINTR: 4,
  EAGAIN: 11,
  EACCES: 13,
  EINPROGRESS: 115,
} as const;

/** A system call that failed. */
export class SystemError extends Error {
  override readonly name = "SystemError";
  /** The kernel's error number. */
  readonly errno: number;

  constructor(act: string, errno: number) {
    super(`Cannot ${act}: ${describe(errno)} (errno ${errno})`);
    this.errno = errno;
  }
}

/** Error number of this thread's last failed call; to be read before any other call. */
export function errno(): number {
  return new Deno.UnsafePointerView(c.__errno_location()!).getInt32();
}

function describe(number: number): string {
  return new Deno.UnsafePointerView(c.strerror(number)!).getCString();
}

/** Returns `result`, or throws what the kernel said when it is negative; `act` completes "Cannot …". */
export function checked(result: number | bigint, act: string): number {
  if (result < 0) throw new SystemError(act, errno());
  return Number(result);
}

const text = new TextEncoder();

/** A string as C takes it: UTF-8 with a final zero. */
export function cString(value: string): Uint8Array<ArrayBuffer> {
  return text.encode(value + "\0");
}

/** One 32-bit integer in the machine's order, as most socket options take it. */
export function int32(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Int32Array.of(value).buffer);
}

/** Octets as an FFI call takes them: the checker cannot see that none of ours are shared. */
export function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}
