/** The containers of a Compose project that can play nodes, and which of them plays what. */
import type { Container } from "../../devices/container/agent.ts";
import type { Profile } from "../../../suites/kit/profile.ts";
import type { Scenario } from "../../../suites/kit/scenario.ts";
import type { Suite } from "../../../suites/kit/suite.ts";
import { CONTROLS, imageVariable, PEER_IMAGE } from "./compose_file.ts";

/** A container of the project that can play a node. */
export interface ProjectContainer extends Container {
  role: string;
  /** Words of the suites that it is there for. */
  suites: string[];
  /** The image of the device. */
  image: string;
}

/** Where the lab keeps the namespaces that it has found, as long as it lives. */
const FOUND = "/tmp/plumbline-namespaces";

/**
 * Finds the containers of the project among the processes that the lab sees: each node has one, which
 * says in its environment what it is.
 * @param hold Keeps a namespace by a path of its own, for processes that will not see this one.
 */
export async function findContainers(
  hold: (path: string, as: string) => void,
): Promise<ProjectContainer[]> {
  await Deno.mkdir(FOUND, { recursive: true });
  const found: ProjectContainer[] = [];
  for (const { name: pid } of Deno.readDirSync("/proc")) {
    const environment = /^\d+$/.test(pid) ? environmentOf(pid) : undefined;
    const service = environment?.get("PLUMBLINE_NODE");
    if (environment === undefined || service === undefined) continue;
    const namespace = `${FOUND}/${service}`;
    hold(`/proc/${pid}/ns/net`, namespace);
    found.push({
      service,
      namespace,
      control: `${CONTROLS}/${service}`,
      role: environment.get("PLUMBLINE_ROLE") ?? service,
      suites: (environment.get("PLUMBLINE_SUITES") ?? "").split(" "),
      image: environment.get("PLUMBLINE_IMAGE") ?? PEER_IMAGE,
    });
  }
  return found.sort((a, b) => a.service.localeCompare(b.service, "en", { numeric: true }));
}

function environmentOf(pid: string): Map<string, string> | undefined {
  try {
    const variables = Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
    return new Map(variables.map((one) => {
      const at = one.indexOf("=");
      return [one.slice(0, at), one.slice(at + 1)];
    }));
  } catch {
    // It has ended, or is somebody's whom the lab may not look at.
    return undefined;
  }
}

/** Who plays each node of a scenario. */
export type Assignment = Readonly<Record<string, ProjectContainer>>;

/**
 * Gives each node of a scenario a container of those that are free. A device of a vendor's image plays
 * the role that it stands for. A reference peer plays any, first of all its own.
 * @returns Why that cannot be, as a sentence, when a container is missing.
 */
export function assign(
  { id, nodes }: Pick<Scenario, "id" | "nodes">,
  profiles: Readonly<Record<string, Profile>>,
  free: readonly ProjectContainer[],
): Assignment | string {
  const left = new Set(free);
  const assigned: Record<string, ProjectContainer> = {};
  const take = (node: string, fits: (one: ProjectContainer) => boolean): boolean => {
    const found = [...left].find(fits);
    if (found === undefined) return false;
    left.delete(found);
    assigned[node] = found;
    return true;
  };
  const isOurs = ({ image }: ProjectContainer) => image === PEER_IMAGE;
  const open: string[] = [];
  for (const [node, { role }] of Object.entries(nodes)) {
    const isVendors = profiles[node]?.attach.kind === "container";
    const foreign = free.find((one) => one.role === role && !isOurs(one));
    if (!isVendors && foreign !== undefined) {
      // A reference peer in its place would pass for it.
      return `Cannot play ${id} as ${foreign.image} is the image of its ${role}, and no device of ` +
        "that role is under test: --device says what it is";
    }
    if (take(node, (one) => one.role === role && isOurs(one) === !isVendors)) continue;
    if (isVendors) {
      return `Cannot play ${id} as no container has the device's image as its ${role}: ` +
        `${imageVariable(role)} names it`;
    }
    open.push(node);
  }
  for (const node of open) {
    if (!take(node, isOurs)) {
      return `Cannot play ${id} as it takes ${Object.keys(nodes).length} containers, and no ` +
        `reference peer is left for its ${nodes[node].role}: "docker compose --profile SYSTEM" ` +
        "starts those of a system, and --suite chooses what is run";
    }
  }
  return assigned;
}

/**
 * Which containers a scenario of a suite may take. Those that a suite has for itself are enough for each
 * of its scenarios: so nobody who came later takes them while one of it waits, and all come to their
 * turn. A suite that loads the machine plays one scenario at a time, and keeps its own meanwhile.
 * @param others Suites of which a scenario has waited longer, and all of which one waits or plays.
 */
export function claimable(
  suite: Pick<Suite, "name">,
  { before, active }: Record<"before" | "active", readonly Pick<Suite, "name" | "light">[]>,
): (container: ProjectContainer) => boolean {
  const heavy = active.filter(({ name, light }) => light !== true && name !== suite.name);
  const kept = new Set([...before, ...heavy].map(({ name }) => name));
  return ({ suites }) => !suites.some((name) => kept.has(name));
}
