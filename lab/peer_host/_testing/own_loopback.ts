/** A loopback address of this process alone: what others open on the machine is never in the way. */
export const OWN_LOOPBACK = `127.${[16, 8, 0].map((shift) => Deno.pid >> shift & 255).join(".")}`;
