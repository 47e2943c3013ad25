/** The devices of source 002, as reference peers. */
import { SLOT_UDP_PORT } from "../../captures/wire/opaque.ts";
import { COALESCING_RULES } from "../../peers/offload/coalescing_rules.ts";
import { DECAPSULATOR_RULES, ENCAPSULATOR_RULES } from "../../peers/offload/edge_rules.ts";
import { EdgeMachine } from "../../peers/offload/edge.ts";
import { NicMachine } from "../../peers/offload/nic.ts";
import type { OffloadMachines, OffloadOverrides } from "../../peers/offload/overrides.ts";
import { CLASSIFIER_RULES } from "../../peers/offload/classifier_rules.ts";
import { NIC_RULES, SEGMENTATION_RULES } from "../../peers/offload/rules.ts";
import { PACKET_MUTATOR_RULES, PacketMutator } from "../../peers/testing/packet_mutator.ts";
import type { ReferencePeers } from "../kit/suite.ts";

/** The rules of the machines that devices are made of. */
const MACHINES: OffloadMachines = {
  nic: NIC_RULES,
  classifier: CLASSIFIER_RULES,
  segmentation: SEGMENTATION_RULES,
  coalescing: COALESCING_RULES,
  encapsulator: ENCAPSULATOR_RULES,
  decapsulator: DECAPSULATOR_RULES,
  wire: PACKET_MUTATOR_RULES,
};

/** Network card, encapsulator and decapsulator. */
export const OFFLOAD_PEERS: ReferencePeers<OffloadOverrides> = {
  name: "offload",
  udpPort: SLOT_UDP_PORT,
  machines: MACHINES,
  stimulusFaults: {},
  peer(role, config, environment, overrides) {
    const machine = role === "nic"
      ? new NicMachine(config, environment, overrides)
      : new EdgeMachine(config, environment, overrides);
    return PacketMutator.around(machine, overrides.wire);
  },
};
