import { inNamespace } from "../../kernel/thread.ts";

/** Tables of the kernel's sockets, as a thread sees them in its network namespace. */
const TABLES = ["udp", "udp6", "raw", "raw6"];

/** Octets that lie unread in the datagram sockets of a namespace, whoever has them open. */
export function unreadOctets(namespace: string): number {
  return inNamespace(namespace, () => {
    let octets = 0;
    for (const table of TABLES) {
      try {
        octets += unreadIn(Deno.readTextFileSync(`/proc/thread-self/net/${table}`));
      } catch {
        // A kernel without IPv6 has no such table.
      }
    }
    return octets;
  });
}

/**
 * Octets that wait in all sockets of a table under /proc/net: after its number and two addresses each
 * row has a state and `tx_queue:rx_queue`, in hexadecimal.
 */
export function unreadIn(table: string): number {
  return table.trim().split("\n").slice(1).reduce((sum, row) => {
    const queues = row.trim().split(/\s+/)[4] ?? "";
    return sum + (parseInt(queues.split(":")[1], 16) || 0);
  }, 0);
}
