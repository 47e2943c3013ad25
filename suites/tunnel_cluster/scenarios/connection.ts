/** Tunnels come up: FIG. 3 and FIG. 5. */
import type { Scenario } from "../../scenario.ts";
import { connect, dial, loads, scenario } from "../cast.ts";

const BOTH = ["NAT", "global"] as const;

/** The scenarios. */
export const CONNECTION_SCENARIOS: readonly Scenario[] = [
  ...BOTH.map((variant) =>
    scenario({
      ...{ variant, name: "bring_up" },
      title: "Three endpoints at loads 70, 50 and 10, and one initiator with a call",
      async act(stage) {
        await loads(stage, 70, 50, 10);
        await connect(stage);
      },
    })
  ),
  ...BOTH.map((variant) =>
    scenario({
      ...{ variant, name: "many_tunnels", policy: "round_robin", tunnels: 3 },
      title: "Two initiators with three tunnels each, spread by round-robin",
      async act(stage) {
        await connect(stage, "initiator");
        await connect(stage, "initiator2");
        for (const tunnel of [1, 2]) {
          await dial(stage, "initiator", tunnel);
          await dial(stage, "initiator2", tunnel);
        }
      },
    })
  ),
];
