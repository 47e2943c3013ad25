/** The whole way of a client's ping, tap by tap. */
import type { Check } from "../../kit/check.ts";
import { check } from "../../kit/legacy.ts";
import { fail, inconclusive, type Verdict } from "../../kit/verdict.ts";
import { CLIENTS, endpointOf } from "../data_path_topologies.ts";
import { type ClientDatagram, dataPathFacts } from "../facts/data_path.ts";
import type { TunnelClusterId } from "../requirements.ts";
import { connected, DataPathView, overAll, refs } from "./data_path_view.ts";
import type { Step } from "./view.ts";

/** The client of the scenario, and the taps from it to the server. */
const CLIENT = CLIENTS[0], N = endpointOf(CLIENT, "shared");
const WAY = [CLIENT.name, "ext-i", "ext-n", "lan-n", `lan-e${N}`, `srv-e${N}`, "server"];

/** Fails where a datagram is not seen at the next tap of its way. */
function travels(v: DataPathView, datagram: ClientDatagram, way: readonly string[]): Step {
  let last = datagram;
  for (const tap of way) {
    const [next] = v.copies(tap, datagram);
    if (next === undefined) return fail(`the datagram at ${tap}`, "it is not there", refs(last));
    last = next;
  }
  return undefined;
}

function judge(v: DataPathView): Verdict {
  const asked = v.bare(CLIENT.name).filter(({ source }) => source === CLIENT.address);
  if (connected(v).length === 0) return inconclusive("no session of the client is open");
  return overAll(asked, "ping", (request) => {
    const there = travels(v, request, WAY.slice(1));
    if (there !== undefined) return there;
    const answers = v.bare("server").filter(({ source, destination }) =>
      source === request.destination && destination === request.source
    );
    return overAll(
      answers,
      "answer of the server",
      (answer) => travels(v, answer, WAY.toReversed().slice(1)),
    );
  });
}

/** The check. */
export const PING_CHECK: Check<TunnelClusterId> = check<
  TunnelClusterId,
  { data: typeof dataPathFacts }
>({
  id: "tunnel_cluster/data_path/ping",
  title:
    "A client's ping crosses initiator, NAT and endpoint to the server, and the answer comes back",
  covers: ["TCL-047", "TCL-050"],
  judges: ["initiator", "endpoint"],
  on: ["tunnel_cluster/nat/ping"],
  needs: { data: dataPathFacts },
  judge: ({ data }) => judge(new DataPathView(data)),
});
