/**
 * Our initiator against endpoints over two namespaces joined by a veth link: a process each, real UDP
 * sockets. Every endpoint is met by the very same initiator, in turn.
 */
import { join } from "../../../suites/kit/paths.ts";
import type { Topology } from "../../../suites/kit/topology.ts";
import { loadProfile } from "../../commands/devices.ts";
import { bringUp, takeDown } from "../../worlds/netns/lab.ts";
import type { EndpointCounts, OpenReport } from "./load.ts";
import { BenchPeer, type Competitor, ourEndpoint, xl2tpdEndpoint } from "./competitors.ts";
import { compareTunnels, type Disagreement, tunnelsOfPeer } from "./traces.ts";

const NEAR = "10.4.0.2", FAR = "10.4.0.1";

/** The two ends and the wire between them. */
export const TOPOLOGY: Topology = {
  name: "l2tp_bench",
  title: "An initiator and an endpoint on one link",
  nodes: { initiator: { kind: "host" }, endpoint: { kind: "host" } },
  links: [{
    name: "wan",
    ends: [
      { node: "initiator", interface: "wan0", addresses: [`${NEAR}/24`] },
      { node: "endpoint", interface: "wan0", addresses: [`${FAR}/24`] },
    ],
  }],
  taps: [],
};

/** Milliseconds that opening or calling may take before it is given up. */
const PATIENCE = 300_000;

/** What is measured. */
export interface ComparisonOptions {
  /** Tunnels of a round, each number in turn, and how many are being established at a time. */
  tunnels: readonly number[];
  window: number;
  rounds: number;
  /** Sessions to hold, in tunnels of so many each, for so many seconds; 0 holds none. */
  sessions: number;
  perTunnel: number;
  hold: number;
  /** Seconds of silence before a HELLO. */
  hello: number;
  /** Whether xl2tpd's packages are at hand. */
  xl2tpd: boolean;
}

/** One round of establishing tunnels. */
export interface Opening extends Disagreement {
  endpoint: string;
  round: number;
  /** Tunnels that were to come up. */
  asked: number;
  /** Tunnels that came up, and milliseconds from the first SCCRQ to the last acknowledgement. */
  tunnels: number;
  milliseconds: number;
  perSecond: number;
  /** Tunnels that did not come up. */
  failed: number;
  /** Control messages of the initiator beyond SCCRQ and SCCCN of each tunnel. */
  sentAgain: number;
  /** Microseconds of processor time per tunnel, in the program and in the kernel for it. */
  endpointCost: number;
  initiatorCost: number;
}

/** Sessions held. */
export interface Holding {
  endpoint: string;
  tunnels: number;
  asked: number;
  /** Sessions with PPP up to an address, before and after the time they were held. */
  begun: number;
  held: number;
  atEndpoint: number;
  seconds: number;
  /** Control messages of both ends meanwhile: HELLOs and their acknowledgements. */
  messages: number;
  /** Octets of memory for each session, initiator and endpoint. */
  initiatorOctets: number;
  endpointOctets: number;
}

/** Everything that was measured. */
export interface ComparisonReport {
  openings: Opening[];
  holding?: Holding;
}

/** Measures; this process must be inside namespaces of its own. */
export async function compareEndpoints(
  options: ComparisonOptions,
  progress: (line: string) => void,
): Promise<ComparisonReport> {
  const folder = await Deno.makeTempDir({ dir: "/run", prefix: "bench-" });
  const wan = (address: string) => [{ port: "wan0", address, udp: 1701 }];
  const initiator = new BenchPeer("initiator", "lac", {
    wan: wan(NEAR),
    peers: [{ name: "endpoint", address: FAR }],
  });
  const settings = { wan: wan(FAR), halfOpenLimit: 65_535 };
  const competitors = [ourEndpoint({ ...settings, pool: "10.128.0.0/9", ppp: { address: FAR } })];
  if (options.xl2tpd) {
    competitors.push(xl2tpdEndpoint(await loadProfile("xl2tpd"), TOPOLOGY, { wan: wan(FAR) }));
  }
  const lab = await bringUp(TOPOLOGY);
  try {
    const openings: Opening[] = [];
    for (const tunnels of options.tunnels) {
      for (let round = 1; round <= options.rounds; round++) {
        for (const competitor of competitors) {
          const name = `${competitor.name}-${tunnels}-${round}`;
          progress(`${tunnels} tunnels to ${competitor.name}, round ${round} of ${options.rounds}`);
          const { window } = options, directory = join(folder, name);
          openings.push({
            ...await open(initiator, competitor, { tunnels, window }, directory),
            round,
          });
        }
      }
    }
    if (options.sessions === 0) return { openings };
    progress(`holding ${options.sessions} sessions for ${options.hold} s`);
    const holding = await hold(initiator, competitors[0], options, join(folder, "hold"));
    return { openings, holding };
  } finally {
    await Promise.all([initiator, ...competitors].map((peer) => peer.end()));
    await takeDown(lab);
    await Deno.remove(folder, { recursive: true });
  }
}

async function open(
  initiator: BenchPeer,
  competitor: Competitor,
  { tunnels, window }: { tunnels: number; window: number },
  directory: string,
): Promise<Omit<Opening, "round">> {
  await Deno.mkdir(directory);
  const endpoint = await competitor.start(directory);
  await initiator.start(directory);
  await initiator.order({ kind: "count", event: "before" });
  await endpoint.mark("before");
  await initiator.order({ kind: "open", tunnels, window });
  await initiator.until("tunnels_open", PATIENCE);
  await endpoint.mark("after");
  await initiator.order({ kind: "count", event: "after" });
  await initiator.stop();
  await endpoint.stop();
  const report = await initiator.said<OpenReport>("tunnels_open");
  const cost = (before: Usage, after: Usage) =>
    (after.user + after.system - before.user - before.system) * 1000 / report.tunnels;
  const up = await tunnelsOfPeer(directory, "initiator", "initiator");
  return {
    endpoint: competitor.name,
    asked: tunnels,
    tunnels: report.tunnels,
    milliseconds: report.milliseconds,
    failed: report.failed,
    perSecond: report.tunnels / report.milliseconds * 1000,
    sentAgain: report.messages - 2 * tunnels,
    ...compareTunnels(up, await endpoint.tunnels()),
    endpointCost: cost(await endpoint.marked("before"), await endpoint.marked("after")),
    initiatorCost: cost(
      await initiator.said<EndpointCounts>("before"),
      await initiator.said("after"),
    ),
  };
}

type Usage = Pick<EndpointCounts, "user" | "system">;

async function hold(
  initiator: BenchPeer,
  competitor: Competitor,
  { sessions, perTunnel, window, hold, hello }: ComparisonOptions,
  directory: string,
): Promise<Holding> {
  await Deno.mkdir(directory);
  const overrides = { hello: hello * 1000 };
  const endpoint = await competitor.start(directory, overrides);
  await initiator.start(directory, overrides);
  const counts = async (event: string) => {
    await endpoint.mark(event);
    await initiator.order({ kind: "count", event });
  };
  await counts("empty");
  const tunnels = Math.ceil(sessions / perTunnel);
  await initiator.order({ kind: "open", tunnels, window });
  await initiator.until("tunnels_open", PATIENCE);
  await initiator.order({ kind: "call", perTunnel, window });
  await initiator.until("calls_up", PATIENCE);
  await counts("begun");
  await new Promise((resolve) => setTimeout(resolve, hold * 1000));
  await counts("held");
  await initiator.stop();
  await endpoint.stop();
  const near = (event: string) => initiator.said<EndpointCounts>(event);
  const far = async (event: string) => await endpoint.marked(event) as EndpointCounts;
  const [before, begun, held] = [await near("empty"), await near("begun"), await near("held")];
  const [farBefore, farBegun, farHeld] = [
    await far("empty"),
    await far("begun"),
    await far("held"),
  ];
  return {
    endpoint: competitor.name,
    tunnels: held.tunnels,
    asked: tunnels * perTunnel,
    begun: begun.addresses,
    held: held.addresses,
    atEndpoint: farHeld.addresses,
    seconds: hold,
    messages: held.messages - begun.messages + farHeld.messages - farBegun.messages,
    initiatorOctets: (held.resident - before.resident) / held.addresses,
    endpointOctets: (farHeld.resident - farBefore.resident) / farHeld.addresses,
  };
}
