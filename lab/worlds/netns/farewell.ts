/** What peers say last to a device that is not started for each scenario. */
import { isStartedAnew } from "../../../suites/kit/started_anew.ts";
import type { DeviceProcess } from "../../devices/device_process.ts";
import type { ScenarioRun } from "../world.ts";

/** Milliseconds in which what they say arrives. */
const ARRIVES = 50;

/**
 * Lets peers end what such a device would remember: it would go on with that in the next scenario. No
 * tap records any more, so nothing of it is judged.
 */
export async function bidFarewell(
  { suite, scenario: { nodes }, profiles }: ScenarioRun,
  devices: ReadonlyMap<string, DeviceProcess>,
): Promise<void> {
  if (Object.values(profiles).every(isStartedAnew)) return;
  const peers = [...devices].filter(([node]) => profiles[node] === undefined);
  await Promise.all(peers.map(async ([node, peer]) => {
    const order = suite.farewell?.(nodes[node].role);
    // Who is gone by now has nothing to say.
    if (order !== undefined) await peer.instruct(order).catch(() => {});
  }));
  await new Promise((resolve) => setTimeout(resolve, ARRIVES));
}
