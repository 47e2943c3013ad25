/** Plots of what offloading is worth: sizes, packets per host crossing, and for how long it holds. */
import { figure } from "../../kit/figure.ts";
import { pairFacts } from "../facts/pairs.ts";
import { sizeFacts, SIZES } from "../facts/sizes.ts";

/** Flows that are drawn at most. */
const FLOWS = 12;

/** What a class of sizes holds. */
function labelOf(index: number): string {
  return index === 0 ? "no payload" : `${SIZES[index - 1] + 1} to ${SIZES[index]} octets`;
}

/** The plots of this suite. */
export const OFFLOAD_FIGURES = [
  figure({
    id: "offload/host_crossings",
    title: "Packets that the host handles, and packets on the wire for them",
    needs: { pairs: pairFacts },
    draw({ pairs }) {
      if (typeof pairs === "string") return undefined;
      const { receive, send } = pairs;
      const bars = [
        { label: "received from the wire", value: receive?.came ?? 0 },
        { label: "handed to the host", value: receive?.left ?? 0 },
        { label: "handed down by the host", value: send?.came ?? 0 },
        { label: "sent on the wire", value: send?.left ?? 0 },
      ];
      const joined = (receive?.units ?? 0) + (send?.units ?? 0);
      return joined === 0 ? undefined : { plot: { kind: "bars", unit: "packets", bars } };
    },
  }),
  figure({
    id: "offload/unit_sizes",
    title: "Sizes of segments, on the wire and at the host",
    needs: { sizes: sizeFacts },
    draw({ sizes: { wire, host } }) {
      if (host.every((count) => count === 0)) return undefined;
      const bars = SIZES.flatMap((_, i) => [
        { label: `wire: ${labelOf(i)}`, value: wire[i] },
        { label: `host: ${labelOf(i)}`, value: host[i] },
      ]);
      return { plot: { kind: "bars", unit: "segments", bars } };
    },
  }),
  figure({
    id: "offload/flow_crossings",
    title: "Segments of single flows, on the wire and at the host",
    needs: { sizes: sizeFacts },
    draw({ sizes: { flows } }) {
      const shown = flows.slice(0, FLOWS);
      if (!shown.some(({ wire, host }) => host > 0 && host < wire)) return undefined;
      const bars = shown.flatMap(({ ports, wire, host }) => [
        { label: `${ports}: wire`, value: wire },
        { label: `${ports}: host`, value: host },
      ]);
      return {
        plot: { kind: "bars", unit: "segments", bars },
        ...flows.length > FLOWS
          ? { note: `${flows.length - FLOWS} more flows are not shown.` }
          : {},
      };
    },
  }),
  figure({
    id: "offload/time_held",
    title: "For how long the longest held segment was held",
    needs: { pairs: pairFacts },
    draw({ pairs }) {
      const held = typeof pairs === "string" ? undefined : pairs.receive?.longestHeld;
      if (held === undefined || held <= 0) return undefined;
      const value = Math.round(held * 100) / 100;
      return { plot: { kind: "bars", unit: "milliseconds", bars: [{ label: "held", value }] } };
    },
  }),
];
