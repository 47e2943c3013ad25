/** The catalogue of source 002, and of the offloads of real stacks that its framework maps tunnels to. */
import { FLAGS_AND_OPTIONS } from "./requirements/coalescing_26_51.ts";
import { IP_AND_ORDER } from "./requirements/coalescing_52_78.ts";
import { IMPLEMENTATION_RULES } from "./requirements/coalescing_implementations.ts";
import { SEQUENCE_AND_ACKNOWLEDGMENT } from "./requirements/coalescing_1_25.ts";
import { STT_RULES } from "./requirements/coalescing_stt.ts";
import { TUNNEL_RULES } from "./requirements/coalescing_tunnels.ts";
import { ENCAPSULATION } from "./requirements/encapsulation.ts";
import { RECOGNITION } from "./requirements/recognition.ts";
import { SEGMENTATION } from "./requirements/segmentation.ts";
import { TUNNEL_COALESCING } from "./requirements/tunnel_coalescing.ts";
import { TUNNEL_PRESETS } from "./requirements/tunnel_presets.ts";
import { TUNNEL_SEGMENTATION } from "./requirements/tunnel_segmentation.ts";

/** Every requirement of the system by its id. */
export const OFFLOAD_REQUIREMENTS = {
  ...ENCAPSULATION,
  ...RECOGNITION,
  ...TUNNEL_SEGMENTATION,
  ...TUNNEL_COALESCING,
  ...TUNNEL_PRESETS,
  ...SEQUENCE_AND_ACKNOWLEDGMENT,
  ...FLAGS_AND_OPTIONS,
  ...IP_AND_ORDER,
  ...TUNNEL_RULES,
  ...STT_RULES,
  ...IMPLEMENTATION_RULES,
  ...SEGMENTATION,
} as const;

/** Ids that exist; citing another does not compile. */
export type OffloadId = keyof typeof OFFLOAD_REQUIREMENTS;
