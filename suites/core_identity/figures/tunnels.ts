/** How the packets spread over the tunnels of an aggregate. */
import { figure } from "../../kit/figure.ts";
import { wanFacts } from "../facts/wan.ts";

/** The plots of tunnels. */
export const TUNNEL_FIGURES = [
  figure({
    id: "core_identity/tunnel_share",
    title: "Share of each tunnel in the data packets",
    needs: { wan: wanFacts },
    draw({ wan }) {
      const bars = wan.directions.flatMap(({ node, tunnels }) =>
        [...tunnels.values()].sort((a, b) => a.id - b.id).map(({ id, place, packets }) => ({
          label: `${node}: tunnel ${id} (${place})`,
          value: packets,
        }))
      );
      if (bars.length < 2) return undefined;
      return { plot: { kind: "bars", unit: "packets", bars: bars.slice(0, 40) } };
    },
  }),
];
