/** Joins two interfaces of a namespace by the kernel: what arrives at one leaves by the other. */
import { inNamespace, namespacePath } from "../../kernel/thread.ts";
import { switchOffloadsOff } from "../../kernel/interface.ts";
import { batch } from "./ip.ts";

/**
 * Joins two interfaces of a node, frame by frame as they are, VLAN tags and all. No bridge, which would
 * keep some frames for itself and learn; nobody's packet filter sees them.
 * @throws {Error} When the kernel lacks what it takes: sch_ingress, cls_u32 and act_mirred.
 */
export async function joinInterfaces(node: string, a: string, b: string): Promise<void> {
  inNamespace(namespacePath(node), () => [a, b].forEach(switchOffloadsOff));
  await batch(
    "tc",
    [[a, b], [b, a]].flatMap(([from, to]) => [
      `qdisc replace dev ${from} ingress`,
      `filter replace dev ${from} ingress protocol all prio 1 handle 800::1 u32 match u32 0 0 ` +
      `action mirred egress redirect dev ${to}`,
    ]),
    { node },
  );
}
