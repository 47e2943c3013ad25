/** What endpoints say of their load: that it is theirs, and follows what they carry (L102, D4-09). */
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { listed } from "../../kit/listed.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive } from "../../kit/verdict.ts";
import { type Cluster, clusterOf, type EndpointPlace } from "../facts/cluster.ts";
import type { ClusterPacket } from "../facts/cluster_messages.ts";
import { changingLoads } from "../scenarios/load_sharing.ts";
import { kit } from "../vocabulary.ts";
import { PACKETS } from "./packet_rules.ts";

/** An endpoint that was put under several loads, and what it told of them. */
interface Loaded {
  endpoint: EndpointPlace;
  /** Per cent, in the order in which the scenario put them, no two alike in succession. */
  levels: readonly number[];
  told: readonly ClusterPacket[];
}

/** Periods that a load has to stand for before it must have been told: one report may be lost. */
const STANDS = 2;

function loadedEndpoints(cluster: Cluster): Loaded[] {
  return cluster.endpoints.flatMap((endpoint) => {
    const period = cluster.number(endpoint.node, "period", 1000);
    if (period === undefined) return [];
    const levels = levelsOf(cluster, endpoint.node, STANDS * period);
    const told = underLoad(cluster, endpoint);
    return levels.length > 1 && told.length > 1 ? [{ endpoint, levels, told }] : [];
  });
}

/**
 * What an endpoint told since the first request, if nobody was to dial before its first load: reports of
 * before are of a load that nobody put it under.
 */
function underLoad(cluster: Cluster, { node, member }: EndpointPlace): ClusterPacket[] {
  const told = cluster.loads(member), [asked] = cluster.requests();
  const first = (kind: string, of?: string) =>
    cluster.stimuli("instruct", of)
      .find(({ instruction }) => (instruction as { kind: string }).kind === kind)?.at ?? Infinity;
  return asked !== undefined && first("load", node) < first("dial")
    ? told.filter(({ time }) => time > asked.time)
    : told;
}

/**
 * The loads that a scenario put an endpoint under, without those that stood for a moment only.
 * @param least Milliseconds. The last load is taken to stand.
 */
function levelsOf(cluster: Cluster, node: string, least: number): number[] {
  return cluster.stimuli("instruct", node)
    .map(({ at, instruction }) => ({ at, ...instruction as { kind: string; value: unknown } }))
    .filter(({ kind }) => kind === "load")
    .filter(({ at }, i, all) => i + 1 === all.length || all[i + 1].at - at >= least)
    .map(({ value }) => Number(value))
    .filter((level, i, all) => level !== all[i - 1]);
}

/** Whether loads rise and fall as levels do, whatever else comes in between. */
function follows(levels: readonly number[], loads: readonly number[]): boolean {
  let step = 1, before = loads[0];
  for (const load of loads) {
    if (step === levels.length) return true;
    const rises = levels[step] > levels[step - 1];
    if (rises ? load > before : load < before) {
      step++;
      before = load;
    } else before = rises ? Math.min(before, load) : Math.max(before, load);
  }
  return step === levels.length;
}

const loadVaries = kit.testCase({
  name: "endpoint/load_varies",
  title: "The load that an endpoint reports rises and falls with the load that it is under",
  covers: ["TCL-054"],
  judges: ["endpoint"],
  on: [changingLoads],
  needs: PACKETS,
  stimulus(facts, evidence) {
    const cluster = clusterOf(facts, evidence);
    if (!cluster.isUndisturbed) {
      return inconclusive("not everybody was there to report, and to hear");
    }
    const found = loadedEndpoints(cluster);
    return found.length > 0 ? found : inconclusive(
      "no endpoint whose period is declared was put under loads that differ for long enough",
    );
  },
  judge: (_, found) =>
    gravestOf(found, "endpoint", ({ endpoint, levels, told }) => {
      const loads = told.map(({ load }) => load);
      if (follows(levels, loads)) return undefined;
      const shown = [...new Set(loads)].map((load) => `${load / 100}`);
      return fail(
        `reports of ${endpoint.node} that follow loads of ${listed(levels.map(String))} per cent`,
        `reports of ${listed(shown)} per cent`,
        frameRefs(told[0], told.at(-1)),
      );
    }),
});

/** The section. */
export const LOAD_TOLD: Section<TunnelClusterOverrides> = {
  title: "What endpoints say of their load",
  checks: [loadVaries],
  mutants: [
    kit.mutant({
      name: "constant_load",
      title: "Reports the same load whatever it carries",
      role: "endpoint",
      violates: "TCL-054",
      rules: { endpoint: { reportedLoad: () => 4200 } },
    }),
    kit.mutant({
      name: "spare_capacity",
      title: "Reports what is left of its capacity for its load",
      role: "endpoint",
      violates: "TCL-054",
      rules: {
        endpoint: {
          reportedLoad: (tunnels, capacity, background) =>
            Math.max(0, 10_000 - Math.round(tunnels * 10_000 / capacity) - background),
        },
      },
    }),
  ],
  legalVariants: [
    kit.legalVariant({
      name: "counts_half",
      title: "Reports a load that grows half as fast",
      source: "source 004 L102 leaves open what load is",
      role: "endpoint",
      rules: {
        endpoint: {
          reportedLoad: (tunnels, capacity, background) =>
            Math.round(tunnels * 5000 / capacity + background / 2),
        },
      },
    }),
    kit.legalVariant({
      name: "counts_no_tunnels",
      title: "Reports the load of its processors, which its tunnels hardly change",
      source: "source 004 L102 leaves open what load is",
      role: "endpoint",
      rules: { endpoint: { reportedLoad: (_tunnels, _capacity, background) => background } },
    }),
  ],
};
