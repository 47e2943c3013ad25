/** How the devices of our labs are configured. */
import { OPAQUE_FORMATS, type OpaqueFormat } from "../../captures/wire/opaque.ts";
import type { NodeSetup } from "../kit/scenario.ts";
import type { Implementation } from "./requirements/classes.ts";
import { MTU } from "./topologies.ts";

/** Milliseconds that a card may hold a segment: longer than a lab on a busy machine takes for a burst. */
export const TIMER = 20;

/** What a scenario asks of a card. */
export interface Arrangement {
  /** Whose rules it follows, where it can follow several; those of Linux unless told. */
  implementation?: Implementation;
  /** Presets by name. */
  formats?: Readonly<Record<string, OpaqueFormat>>;
  mtu?: number;
  mss?: number;
  segmentation?: Readonly<Record<string, unknown>>;
  coalescing?: Readonly<Record<string, unknown>>;
}

/** A network card that is told everything that a profile could declare. */
export function card(arrangement: Arrangement = {}): NodeSetup & { role: "nic" } {
  const { implementation = "linux", formats = {}, mtu = MTU.ethernet, mss } = arrangement;
  return {
    role: "nic",
    config: {
      frames: [{ port: "host", interface: "host0" }, { port: "wire", interface: "wire0" }],
      formats,
      mtu,
      ...(mss === undefined ? {} : { mss }),
      segmentation: {
        ...{ enabled: true, outerId: "increment", innerId: "increment" },
        ...arrangement.segmentation,
      },
      coalescing: {
        ...{ enabled: true, implementation, sizeLimit: 65_535, timer: TIMER, buckets: 64 },
        ...{ checksums: "full", ...arrangement.coalescing },
      },
    },
  };
}

/** A format of the source that nobody has heard of (L22, L80): 12 octets behind protocol 253 (RFC 3692). */
export const MADE_UP: OpaqueFormat = {
  ...{ protocol: 253, length: { octets: 12 }, adjusts: [] },
  formatId: { offset: 2, octets: 2, values: [0x1234] },
  flowId: { offset: 6, octets: 2 },
};

/** The formats of ours by name, as presets. */
export function presets(...names: readonly (keyof typeof OPAQUE_FORMATS)[]) {
  return Object.fromEntries(names.map((name): [string, OpaqueFormat] => [
    name,
    OPAQUE_FORMATS[name],
  ]));
}
