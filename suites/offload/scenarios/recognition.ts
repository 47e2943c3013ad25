/** How a card recognises tunnelled packets: presets, their lengths, and pushes while it runs. */
import type { OpaqueFormat } from "../../../captures/wire/opaque.ts";
import type { Scenario } from "../../kit/scenario.ts";
import type { DriverOf } from "../../kit/words.ts";
import { MADE_UP } from "../node_setup.ts";
import type { OffloadWords } from "../vocabulary.ts";
import { GRE, MADE_UP_CARRIER, UDP_SLOTS, VARIABLE } from "./carriers.ts";
import {
  BAD_LENGTHS,
  cutShort,
  type Kind,
  NO_INNER_HEADER,
  NOT_RECOGNISED,
  ordinaryOf,
  packetsOf,
  RECOGNISED,
} from "./kinds.ts";
import { nicScenario, sendBursts } from "./scenario.ts";
import type { Carrier, Way } from "./shape.ts";

/** Both ways, and who sends. */
const WAYS: readonly [Way, "host" | "network"][] = [["receive", "network"], ["send", "host"]];

/** Kinds of presets that are active at a time. */
const SEVERAL = {
  gre: { carrier: GRE },
  udp_slots: { carrier: UDP_SLOTS },
  made_up: { carrier: MADE_UP_CARRIER },
} satisfies Record<string, Kind>;

/** First port of kinds, and what lies between two. */
const FIRST = 30_000, STEP = 8;

/** Datagrams of kinds, each with a port of its own. */
function portsOf(
  kinds: Readonly<Record<string, Kind>>,
  way: Way,
  packets: typeof packetsOf,
  first: number,
): Uint8Array[] {
  return Object.values(kinds).flatMap((kind, i) => packets(kind, way, first + STEP * i));
}

/** What is to leave a card as it came: checks look for these octets. */
export function passedOn(way: Way): Readonly<Record<string, Uint8Array[]>> {
  return {
    not_recognised: portsOf(NOT_RECOGNISED, way, ordinaryOf, FIRST + 1000),
    no_inner_header: portsOf(NO_INNER_HEADER, way, ordinaryOf, FIRST + 2000),
    cut_short: cutShort(way),
    bad_lengths: portsOf(BAD_LENGTHS, way, ordinaryOf, FIRST + 3000),
  };
}

/** A carrier of the made-up protocol whose format id stands elsewhere, has another value, or size. */
export function variant(
  name: string,
  formatId: NonNullable<OpaqueFormat["formatId"]>,
  octets = 12,
  protocol = 253,
): Carrier {
  const format: OpaqueFormat = {
    ...MADE_UP,
    ...{ protocol, formatId, length: { octets } },
    flowId: { offset: octets - 2, octets: 2 },
  };
  return {
    name,
    format,
    family: 4,
    tenant: { flowId: 2 },
    opaque({ flowId = 1 }) {
      const field = new Uint8Array(octets);
      field[octets - 1] = flowId;
      for (let i = 0; i < formatId.octets; i++) {
        field[formatId.offset + i] = formatId.values[0] >>> 8 * (formatId.octets - 1 - i);
      }
      return field;
    },
  };
}

/** What is pushed one after another: places, sizes and values of format ids, lengths, protocols. */
export const PUSHED: readonly Carrier[] = [
  variant("offset_2", { offset: 2, octets: 2, values: [0x1234] }),
  variant("offset_6", { offset: 6, octets: 2, values: [0x4321] }),
  variant("one_octet", { offset: 0, octets: 1, values: [0x77] }, 16),
  variant("four_octets", { offset: 4, octets: 4, values: [0x01020304] }, 20),
  variant("protocol_99", { offset: 2, octets: 2, values: [0x1234] }, 24, 99),
  { ...GRE, name: "gre" },
  { ...UDP_SLOTS, name: "udp_slots" },
];

const pushedPort = (index: number) => FIRST + 5000 + 200 * index;

/** Packets of all kinds but the one that is pushed. */
function othersThan(carrier: Carrier, way: Way): Uint8Array[] {
  const port = pushedPort(PUSHED.indexOf(carrier));
  return PUSHED.filter((other) => other !== carrier)
    .flatMap((other, j) => ordinaryOf({ carrier: other }, way, port + STEP * (j + 1)));
}

/** All of them, whichever was pushed. */
export function pushedOthers(way: Way): Uint8Array[] {
  return PUSHED.flatMap((carrier) => othersThan(carrier, way));
}

const push = (driver: DriverOf<OffloadWords>, carrier: Carrier) =>
  driver.instruct("nic", { formats: { [carrier.name]: carrier.format } });

/** By what they show. */
export const RECOGNITION = {
  truth_table: nicScenario({
    name: "recognition/truth_table",
    title: "Packets of a preset, and others that are nearly so, both ways",
    class: "presets",
    formats: { made_up: MADE_UP },
    async run(driver) {
      for (const [way, from] of WAYS) {
        const { not_recognised, no_inner_header, cut_short } = passedOn(way);
        await sendBursts(driver, from, [
          portsOf(RECOGNISED, way, packetsOf, FIRST),
          not_recognised,
          no_inner_header,
          cut_short,
        ]);
      }
    },
  }),
  variable_length: nicScenario({
    name: "recognition/variable_length",
    title: "Opaque fields of 8, 20, 60 and 254 octets, and some that say a length that cannot be",
    class: "variable_length",
    formats: { variable: VARIABLE.format },
    async run(driver) {
      for (const [way, from] of WAYS) {
        const kinds = Object.fromEntries(
          [8, 20, 60, 254].map((length): [string, Kind] => [`length_${length}`, {
            carrier: VARIABLE,
            shape: (shape) => ({ ...shape, opaque: { length } }),
          }]),
        );
        await sendBursts(driver, from, [
          portsOf(kinds, way, packetsOf, FIRST),
          passedOn(way).bad_lengths,
        ]);
      }
    },
  }),
  several_presets: nicScenario({
    name: "recognition/several_presets",
    title: "Packets of three presets that are active at a time",
    class: "several_presets",
    needs: ["gre", "udp_slots"],
    formats: { gre: GRE.format, udp_slots: UDP_SLOTS.format, made_up: MADE_UP },
    async run(driver) {
      for (const [way, from] of WAYS) {
        await sendBursts(driver, from, [portsOf(SEVERAL, way, packetsOf, FIRST)]);
      }
    },
  }),
  pushed: nicScenario({
    name: "recognition/pushed",
    title: "Presets that are pushed one after another, with packets of all kinds after each",
    class: "presets",
    needs: ["live_presets"],
    formats: { [PUSHED[0].name]: PUSHED[0].format },
    async run(driver) {
      for (const [i, carrier] of PUSHED.entries()) {
        if (i > 0) await push(driver, carrier);
        for (const [way, from] of WAYS) {
          const own = packetsOf({ carrier }, way, pushedPort(i));
          await sendBursts(driver, from, [[...own, ...othersThan(carrier, way)]]);
        }
      }
    },
  }),
} satisfies Record<string, Scenario>;
