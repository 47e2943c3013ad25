/** `compose.yaml`, made from what the suites ask for: a container for every role of every scenario. */
import type { Suite } from "../../../suites/kit/suite.ts";

/** The images of the lab and of the reference peers. */
export const IMAGE = "plumbline", PEER_IMAGE = "plumbline-peer";
/** Where the lab has a folder for each container, which it shares with that one alone. */
export const CONTROLS = "/control";

/** A service that plays a node. */
export interface NodeService {
  /** The role, and a number from the second of several on: `endpoint2`. */
  name: string;
  role: string;
  /** Words of the suites that need it, which are profiles of Compose as well. */
  suites: string[];
}

/** The services that the scenarios of all suites need: as many for a role as one scenario has nodes. */
export function nodeServices(suites: readonly Suite[]): NodeService[] {
  const found = new Map<string, NodeService>();
  for (const { name: word, scenarios } of suites) {
    for (const { nodes } of scenarios) {
      const count = new Map<string, number>();
      for (const { role } of Object.values(nodes)) {
        const place = (count.get(role) ?? 0) + 1;
        count.set(role, place);
        const name = serviceName(role, place);
        const service = found.get(name) ?? { name, role, suites: [] };
        found.set(name, service);
        if (!service.suites.includes(word)) service.suites.push(word);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

function serviceName(role: string, place: number): string {
  return place === 1 ? role : `${role}${place}`;
}

/** The variable that names the image which plays a role: `SENDER_IMAGE`. */
export function imageVariable(role: string): string {
  return `${role.toUpperCase()}_IMAGE`;
}

/** The text of `compose.yaml`. */
export function composeFile(suites: readonly Suite[]): string {
  const services = nodeServices(suites);
  return `${HEAD}
services:
  # Whose processes the lab sees: those that hold the network namespaces, and no device's.
  pids:
    image: ${PEER_IMAGE}
    build: { context: ., target: peer }
    network_mode: none
    init: true
    entrypoint: [sleep, infinity]
    cap_drop: [ALL]
    stop_grace_period: 0s

  lab:
    image: ${IMAGE}
    build: .
    network_mode: none
    pid: "service:pids"
    init: true
    cap_drop: [ALL]
    # Namespaces and mounts; links and routes; captures; and the folder of runs, whoever owns it.
    cap_add: [SYS_ADMIN, NET_ADMIN, NET_RAW, DAC_OVERRIDE]
    # Where AppArmor confines containers it forbids mounts; elsewhere this means nothing.
    security_opt: ["apparmor=unconfined"]
    environment: { PLUMBLINE_WORLD: compose }
    volumes:
      - \${PLUMBLINE_RUNS:-./runs}:/plumbline/runs
${services.map(({ name }) => `      - ${name}:${CONTROLS}/${name}`).join("\n")}
    depends_on:
${
    services.map(({ name }) => `      ${name}: { condition: service_started, required: false }`)
      .join("\n")
  }

${services.map(serviceText).join("\n")}
volumes:
${services.map(({ name }) => `  ${name}: *control`).join("\n")}
`;
}

const HEAD =
  `# The lab as containers: "docker compose run --rm lab certify". README.md tells how it is used.
# Made by lab/worlds/compose/write_compose.ts from the roles and scenarios of the suites.

# A node of the lab: it does nothing but hold the network namespace, which the lab fills with links.
x-node: &node
  image: ${PEER_IMAGE}
  network_mode: none
  pid: "service:pids"
  entrypoint: [sleep, infinity]
  sysctls: { net.ipv6.conf.all.disable_ipv6: 0, net.ipv6.conf.default.disable_ipv6: 0 }
  cap_drop: [ALL]
  stop_grace_period: 0s

# What plays there: it sees no process, folder or capability of the lab's or of another node's.
x-device: &device
  init: true
  cap_drop: [ALL]
  cap_add: [NET_RAW]
  stop_grace_period: 1s

x-control: &control
  driver_opts: { type: tmpfs, device: tmpfs, o: "size=512m,mode=1777" }
`;

function serviceText({ name, role, suites }: NodeService): string {
  const image = `\${${imageVariable(role)}:-${PEER_IMAGE}}`;
  const profiles = suites.join(", ");
  return `  ${name}-node:
    <<: *node
    profiles: [${profiles}]
    environment:
      PLUMBLINE_NODE: ${name}
      PLUMBLINE_ROLE: ${role}
      PLUMBLINE_SUITES: ${suites.join(" ")}
      PLUMBLINE_IMAGE: ${image}
  ${name}:
    <<: *device
    image: ${image}
    profiles: [${profiles}]
    network_mode: "service:${name}-node"
    volumes: ["${name}:/control"]
`;
}
