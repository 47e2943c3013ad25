/** Whether datagrams come out as they went in. */
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { LabView } from "../../kit/lab_view.ts";
import {
  fail,
  gravestOf,
  type Inconclusive,
  inconclusive,
  isInconclusive,
  type Verdict,
} from "../../kit/verdict.ts";
import type { LanFacts, LanFlow } from "../facts/lan.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { WanDirection } from "../facts/wan_types.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { dataOf } from "./premises.ts";

/** Datagrams that a device took in from its LAN, and that left in packets which arrived. */
export interface Carried {
  lan: LanFacts;
  flows: LanFlow[];
  sent: WanDirection;
}

/** What a role took in from its LAN, when all that left with it arrived and can be opened. */
export function carriedBy(
  facts: { wan: WanFacts; lan: LanFacts },
  evidence: Evidence,
  role: CoreIdentityRole = "sender",
): Carried | Inconclusive {
  const taken = takenInBy(facts, evidence, role);
  if (isInconclusive(taken)) return taken;
  const sent = dataOf(facts, role);
  if (isInconclusive(sent)) return sent;
  if (sent.unreadable > 0) {
    return inconclusive(`${sent.unreadable} packets of the ${role} cannot be opened`);
  }
  const arrived = [...sent.arrivedAt.values()].reduce((sum, packets) => sum + packets, 0);
  if (arrived < sent.packets) {
    return inconclusive(`${arrived} of ${sent.packets} packets of the ${role} arrived`);
  }
  return { lan: facts.lan, flows: taken, sent };
}

/** The flows that a role took in from its LAN. */
export function takenInBy(
  { lan }: { lan: LanFacts },
  evidence: Evidence,
  role: CoreIdentityRole = "sender",
): LanFlow[] | Inconclusive {
  const nodes = new LabView(evidence).nodesOf(role);
  const flows = lan.flows.filter(({ from, sent }) => nodes.includes(from) && sent > 0);
  return flows.length > 0 ? flows : inconclusive(`no datagram from the ${role}'s LAN was captured`);
}

/** Passes when every flow came out elsewhere, datagram for datagram and octet for octet. */
export function delivered({ lan, flows }: Pick<Carried, "lan" | "flows">): Verdict {
  return gravestOf(flows, "datagram", (flow) => {
    if (flow.sent !== flow.delivered) {
      return fail(
        `all ${flow.sent} datagrams of ${flow.flow} come out`,
        `${flow.delivered} do`,
        frameRefs(lan.missing(flow) ?? flow.firstSent, flow.firstAlien),
      );
    }
    return flow.sentSum === flow.deliveredSum ? undefined : fail(
      `the ${flow.sent} datagrams of ${flow.flow} come out unchanged`,
      "octets differ",
      frameRefs(lan.missing(flow) ?? flow.firstSent, flow.firstAlien ?? flow.firstDelivered),
    );
  });
}
