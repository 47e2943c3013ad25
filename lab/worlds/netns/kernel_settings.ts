import type { TopologyNode } from "../../../suites/kit/topology.ts";
import { inNamespace } from "../../kernel/thread.ts";

/** Settings of a new namespace, before its interfaces are made and inherit them. */
const EVERYWHERE: readonly [string, string][] = [
  // A container's namespace may have been made without IPv6, or silenced by a lab before.
  ["ipv6/conf/all/disable_ipv6", "0"],
  ["ipv6/conf/default/disable_ipv6", "0"],
  // Paths through a tunnel are asymmetric on purpose.
  ["ipv4/conf/all/rp_filter", "0"],
  ["ipv4/conf/default/rp_filter", "0"],
  ["ipv4/conf/all/send_redirects", "0"],
  ["ipv4/conf/default/send_redirects", "0"],
  // No frames but those that the scenario causes.
  ["ipv6/conf/all/accept_dad", "0"],
  ["ipv6/conf/default/accept_dad", "0"],
  ["ipv6/conf/default/addr_gen_mode", "1"],
  ["ipv6/conf/default/accept_ra", "0"],
  ["ipv6/conf/default/router_solicitations", "0"],
  // Groups are joined and reported (once) while the lab comes up, before anything is captured.
  ["ipv6/mld_qrv", "1"],
  ["ipv6/conf/all/mldv2_unsolicited_report_interval", "1"],
  ["ipv6/conf/default/mldv2_unsolicited_report_interval", "1"],
  // A port that one scenario closed is free for the next one, without a wait.
  ["ipv4/tcp_max_tw_buckets", "0"],
  ["ipv4/tcp_no_metrics_save", "1"],
  ["ipv4/ping_group_range", "0 2147483647"],
  ["ipv4/icmp_ratelimit", "0"],
];

const FORWARDING: readonly [string, string][] = [
  ["ipv4/ip_forward", "1"],
  ["ipv6/conf/all/forwarding", "1"],
];

/** Writes the settings of a node; this thread must stand in its namespace. */
export function applySettings(kind: TopologyNode["kind"]): void {
  const settings = kind === "host" ? EVERYWHERE : [...FORWARDING, ...EVERYWHERE];
  for (const [name, value] of settings) {
    try {
      Deno.writeTextFileSync(`/proc/sys/net/${name}`, value);
    } catch (error) {
      // A kernel may lack a setting (or IPv6): then there is nothing to switch.
      if (!(error instanceof Deno.errors.NotFound)) {
        if (FORWARDING.some(([needed]) => needed === name)) throw error;
      }
    }
  }
}

/**
 * Lets the host's kernel forward at a node that it had left; this thread must stand in it.
 * @param six Whether IPv6 too, in which it says something by itself.
 */
export function applyForwarding(six: boolean): void {
  const settings = six ? [["ipv6/conf/all/disable_ipv6", "0"], ...FORWARDING] : FORWARDING;
  for (const [name, value] of settings) {
    try {
      Deno.writeTextFileSync(`/proc/sys/net/${name}`, value);
    } catch {
      // No IPv6.
    }
  }
}

/** Keeps the lab's own namespace silent: the emulated wires end there. */
export function silenceHere(): void {
  ["all", "default"].forEach(silenceInterface);
}

/** Lets the kernel say nothing by itself on an interface of this thread's namespace, or on `all`. */
export function silenceInterface(name: string): void {
  try {
    Deno.writeTextFileSync(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, "1");
  } catch {
    // No IPv6: silent already.
  }
}

/** Lets the host's kernel take no part in a node whose links another kernel has taken over. */
export function stopForwarding(namespace: string): void {
  inNamespace(namespace, () => {
    Deno.writeTextFileSync("/proc/sys/net/ipv4/ip_forward", "0");
    try {
      Deno.writeTextFileSync("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
    } catch {
      // No IPv6: silent already.
    }
  });
}
