/** Seed 002 L24, L86, L100: which packets are those of a preset, and which are not. */
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravestOf, inconclusive, pass } from "../../kit/verdict.ts";
import { LabView } from "../../kit/lab_view.ts";
import { declared, knownFormats } from "../facts/declared.ts";
import { type PassedOn, passedOnFacts } from "../facts/passed_on.ts";
import { recognisedFacts, type TunnelFlow } from "../facts/recognised.ts";
import { RECOGNITION } from "../scenarios/recognition.ts";
import { TUNNEL_COALESCING } from "../scenarios/tunnels.ts";
import { COALESCING } from "../scenarios/coalescing.ts";
import { PRESET_MUTANTS } from "./preset_mutants.ts";
import { RECOGNITION_MUTANTS } from "./recognition_mutants.ts";
import { kit, type OffloadId } from "../vocabulary.ts";
import type { Scenario } from "../../kit/scenario.ts";

/** MTU of an Ethernet of which nobody says another. */
const ORDINARY = 1500;

/** A case about packets that a card must leave as they are. */
function leaves(
  name: string,
  title: string,
  covers: readonly [OffloadId, ...OffloadId[]],
  groups: readonly string[],
  on: Scenario,
) {
  return kit.testCase({
    name: `nic/${name}`,
    title,
    covers,
    judges: ["nic"],
    on: [on],
    needs: { passed: passedOnFacts },
    stimulus: ({ passed }, evidence) => {
      const known = new LabView(evidence).nodesOf("nic")
        .flatMap((node) => knownFormats(evidence, node));
      const packets = passed.filter(({ group, entered, heard }) =>
        groups.includes(group) && entered !== undefined && heard &&
        !known.some((name) => group === `other_${name}`)
      );
      return packets.length > 0 ? packets : inconclusive("no such packet came to the card");
    },
    judge: (_, packets) =>
      gravestOf(
        packets,
        "packet",
        ({ entered, left }: PassedOn) =>
          left !== undefined ? undefined : fail(
            "the packet on the other side of the card, octet for octet",
            "no packet with these octets",
            frameRefs(entered),
          ),
      ),
  });
}

/** Whether a card made something of a flow that only who recognises it makes. */
function isOffloaded({ entered, left, way }: TunnelFlow): boolean {
  if (entered === undefined || left === undefined) return false;
  return way === "send" ? left.packets > entered.packets : left.packets < entered.packets;
}

/** A case about flows that a card must recognise: what is too large for the wire leaves in segments. */
function recognises(
  name: string,
  title: string,
  covers: readonly [OffloadId, ...OffloadId[]],
  on: readonly [Scenario, ...Scenario[]],
  concerns: (flow: TunnelFlow) => boolean = () => true,
) {
  return kit.testCase({
    name: `nic/${name}`,
    title,
    covers,
    judges: ["nic"],
    on,
    needs: { flows: recognisedFacts },
    stimulus({ flows }, evidence) {
      const mtu = declared<number>(evidence, "nic", "mtu") ?? ORDINARY;
      const own = flows.filter((flow) => concerns(flow) && isStimulus(flow, mtu));
      if (own.length === 0) return inconclusive("no packet of these presets came to the card");
      return flows.some(isOffloaded)
        ? own
        : inconclusive("the card neither segmented nor coalesced anything in a tunnel");
    },
    judge: (_, own) => {
      const sent = own.filter(({ way }) => way === "send");
      const seen = sent.length > 0 ? sent : own.filter(isOffloaded);
      return seen.length === 0
        ? pass
        : gravestOf(seen, "flow", (flow) =>
          isOffloaded(flow) ? undefined : fail(
            `packets of ${flow.preset} with ${flow.opaque} octets of opaque field in segments`,
            "no segments of it",
            frameRefs(flow.entered?.first),
          ));
    },
  });
}

/** Whether a flow is one that shows recognition: a large packet to send, or several to coalesce. */
function isStimulus({ entered, way, heard }: TunnelFlow, mtu: number): boolean {
  if (entered === undefined || !heard) return false;
  return way === "send" ? entered.largest > mtu : entered.packets > 1 && entered.octets > 0;
}

const { truth_table, variable_length, several_presets, pushed } = RECOGNITION;

/** The section. */
export const RECOGNITION_SECTION: Section = {
  title: "Seed 002 L24, L86, L100: recognition",
  checks: [
    leaves(
      "nearly_the_preset",
      "Packets with another protocol, another value, or the value elsewhere are passed on",
      ["OFL-011", "OFL-012", "OFL-013", "OFL-021"],
      ["not_recognised"],
      truth_table,
    ),
    leaves(
      "no_inner_header",
      "Packets without an inner header where the preset has it are passed on",
      ["OFL-029"],
      ["no_inner_header"],
      truth_table,
    ),
    leaves(
      "cut_short",
      "Packets that end before their headers do are passed on",
      ["OFL-022"],
      ["cut_short"],
      truth_table,
    ),
    leaves(
      "bad_lengths",
      "Opaque fields with an impossible length are passed on",
      ["OFL-027"],
      ["bad_lengths"],
      variable_length,
    ),
    leaves(
      "presets_withdrawn",
      "Packets of a preset that was replaced are passed on",
      ["OFL-014", "OFL-016"],
      ["pushed"],
      pushed,
    ),
    leaves(
      "ordinary_packets",
      "UDP, ESP and unknown protocols are passed on",
      ["RSC-077", "OFL-018"],
      ["ordinary"],
      COALESCING.plain_ipv4,
    ),
    leaves(
      "gre_other_type",
      "GRE with another protocol type than the preset's is passed on",
      ["OFL-073"],
      ["gre_other_type"],
      TUNNEL_COALESCING.gre,
    ),
    leaves(
      "udp_other_port",
      "UDP to another port is passed on, whatever its source port",
      ["OFL-077", "OFL-081"],
      ["udp_other_port"],
      TUNNEL_COALESCING.udp_slots,
    ),
    leaves(
      "gre_sequence_numbers",
      "GRE with sequence numbers is passed on",
      ["RSC-088"],
      ["gre_sequence"],
      TUNNEL_COALESCING.gre_key,
    ),
    leaves(
      "gre_other_flags",
      "GRE of another version, with routing, or with other bits set is passed on",
      ["RSC-089"],
      ["gre_other_flags"],
      TUNNEL_COALESCING.gre_key,
    ),
    leaves(
      "other_tunnels",
      "Tunnels that are not configured are passed on",
      ["RSC-101"],
      ["other_vxlan", "other_gre_plain", "other_made_up"],
      TUNNEL_COALESCING.gre_key,
    ),
    leaves(
      "nested",
      "A tunnel in another of its kind is passed on",
      ["RSC-084"],
      ["nested"],
      TUNNEL_COALESCING.ipip,
    ),
    recognises(
      "whatever_else_it_holds",
      "Packets of a preset are recognised whatever else their opaque fields hold",
      ["OFL-017"],
      [truth_table],
    ),
    recognises(
      "outer_options",
      "Packets of a preset are recognised behind options of the outer header",
      ["OFL-025"],
      [truth_table],
      ({ header }) => header > 20,
    ),
    recognises(
      "lengths_told",
      "Opaque fields of any length that they say themselves are recognised",
      ["OFL-026"],
      [variable_length],
    ),
    recognises(
      "several_presets",
      "Each of several presets is recognised",
      ["OFL-019"],
      [several_presets],
    ),
    recognises(
      "gre_preset",
      "Packets of the GRE preset are recognised by protocol 47, and segmented behind 16 octets",
      ["OFL-068", "OFL-069"],
      [several_presets],
      ({ preset }) => preset === "gre",
    ),
    recognises(
      "udp_preset",
      "Packets of the UDP preset are recognised by protocol 17, and segmented behind 20 octets",
      ["OFL-075", "OFL-076"],
      [several_presets],
      ({ preset }) => preset === "udp_slots",
    ),
    recognises(
      "pushed_presets",
      "Each preset is recognised once it was pushed, whatever its protocol, place, size and length",
      ["OFL-014", "OFL-015", "OFL-016", "OFL-020", "OFL-024", "OFL-084"],
      [pushed],
    ),
  ],
  mutants: [...RECOGNITION_MUTANTS, ...PRESET_MUTANTS],
};
