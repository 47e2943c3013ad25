import { bindMount } from "../../kernel/thread.ts";
import type { WorldEntry } from "../entry.ts";
import { INSIDE } from "../netns/enter.ts";
import { CONTROLS, PEER_IMAGE } from "./compose_file.ts";
import type { ProjectContainer } from "./containers.ts";

/** The netns world with namespaces that containers own: within the lab's container alone. */
export const compose: WorldEntry = {
  name: "compose",
  summary: "real kernel, a container for every device",
  // As many labs as there are containers for stand side by side.
  jobs: () => 12,
  async enter() {
    const isLab = (await Deno.stat(CONTROLS).catch(() => undefined))?.isDirectory;
    if (!isLab) {
      console.error(
        "The compose world is in the container of its lab: docker compose run --rm lab certify",
      );
      return 2;
    }
    // The container has namespaces of its own, and nothing outlives it.
    Deno.env.set(INSIDE, "compose");
    return undefined;
  },
  async refuses(scenarios) {
    const { assign } = await import("./containers.ts");
    const containers = await project();
    for (const { scenario, profiles } of scenarios) {
      const assignment = assign(scenario, profiles, containers);
      if (typeof assignment === "string") return assignment;
    }
    return containers.every(lock)
      ? undefined
      : "Cannot run in this project as another lab runs in it: docker compose -p NAME makes one more";
  },
  async images() {
    const foreign = (await project()).filter(({ image }) => image !== PEER_IMAGE);
    return Object.fromEntries(foreign.map(({ role, image }) => [role, image]));
  },
  async open() {
    const { ComposeLabs } = await import("./labs.ts");
    return new ComposeLabs(await project());
  },
};

let found: Promise<ProjectContainer[]> | undefined;

/** The containers of the project, looked for once. */
function project(): Promise<ProjectContainer[]> {
  return found ??= import("./containers.ts").then(({ findContainers }) => findContainers(hold));
}

/** Keeps a namespace by a path, so that processes find it that do not see whose it is. */
function hold(path: string, as: string): void {
  Deno.writeTextFileSync(as, "");
  bindMount(path, as);
}

/** Claims a container for as long as this process lives; false when another lab has it. */
function lock({ control }: ProjectContainer): boolean {
  return Deno.openSync(`${control}/lab`, { create: true, write: true }).tryLockSync(true);
}
