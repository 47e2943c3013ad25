/** [0031], [0055], [0068] to [0070]: how an aggregated tunnel is established, and what is announced. */
import { PacketType } from "../../../captures/wire/core_identity.ts";
import { AttributeType } from "../../../captures/wire/core_identity_control.ts";
import { RECEIVER_RULES } from "../../../peers/core_identity/rules.ts";
import type { Transmission } from "../../../peers/machine.ts";
import type { Section } from "../../kit/suite.ts";
import { kit } from "../vocabulary.ts";

const TUNNELS = "seed 000 [0031], [0055]: one or more of the tunnels may be established";
const ANNOUNCED = "seed 000 [0068], [0070]: no limitation on the representation; may be updated";
const NUMBERED = "seed 000 [0068], [0075]: any data format that both ends recognise";
/** An attribute of a type that nobody knows. */
const UNKNOWN = { type: 0x7f01, value: new Uint8Array([1, 2, 3]) };

/** Of the end that opens tunnels. */
const opening = [
  {
    name: "opens_backwards",
    title: "Numbers tunnels from the last pair of networks to the first",
    source: TUNNELS,
    rules: { node: { tunnelId: (own, peer, peers) => 300 - (own * peers + peer) } },
  },
  {
    name: "opens_one_after_another",
    title: "Opens each tunnel 40 milliseconds after the one before",
    source: TUNNELS,
    rules: { node: { opensAfter: (position) => position * 40 } },
  },
  {
    name: "opens_one_tunnel_per_interface",
    title: "Opens one tunnel on each of its interfaces where not all are asked for",
    source: TUNNELS,
    rules: { node: { opensTunnel: (_own, peer, isAsked) => isAsked || peer === 0 } },
  },
  {
    name: "opens_two_tunnels",
    title: "Opens two tunnels where not all are asked for",
    source: TUNNELS,
    rules: { node: { opensTunnel: (own, peer, isAsked) => isAsked || own < 2 && peer === 0 } },
  },
  {
    name: "waits_for_all_tunnels",
    title: "Sends no data before all tunnels were up",
    source: "seed 000 [0055], [0074]: the aggregated tunnel was already established",
    rules: { node: { isReady: ({ up, all, wasWhole }) => up > 0 && (wasWhole || up === all) } },
  },
  {
    name: "drops_early_datagrams",
    title: "Drops datagrams that come before the aggregated tunnel is up",
    source:
      "seed 000 [0074]: it is sent through a tunnel that was established; no queue is told of",
    rules: { node: { queueLimit: 0 } },
  },
  {
    name: "repeats_impatiently",
    title: "Sends an unanswered HELLO again after two milliseconds",
    source: "seed 000 [0055]: the exchange is not limited",
    rules: { node: { repeatsAfter: (times) => times < 20 ? 2 : 200 } },
  },
] as const satisfies readonly Omit<Parameters<typeof kit.legalVariant>[0], "role">[];

/** Of either end. */
const either = [
  {
    name: "asks_for_life_often",
    title: "Sends a keepalive every 20 milliseconds where no interval is asked for",
    source: "seed 000 D0-13: liveness is the project's",
    rules: { node: { keepalive: (asked) => asked ?? 20 } },
  },
  {
    name: "numbers_messages_from_elsewhere",
    title: "Begins the numbers of control messages and of processor information elsewhere",
    source: ANNOUNCED,
    rules: { node: { firstControlSequence: 5_000_000, firstVersion: 900 } },
  },
  {
    name: "message_numbers_wrap",
    title: "Begins the numbers of control messages shortly before they wrap",
    source: "RFC 1982: serial numbers wrap",
    rules: { node: { firstControlSequence: 2 ** 32 - 12 } },
  },
  {
    name: "announces_once",
    title: "Announces its cores on the first tunnel of the aggregate only",
    source: "seed 000 [0068]: the exchange belongs to the aggregated tunnel",
    rules: { node: { announces: (_initiator, tunnel) => tunnel === 1 } },
  },
  {
    name: "announces_on_the_second_tunnel",
    title: "Announces its cores on the second tunnel of the aggregate only",
    source: "seed 000 [0068]: the exchange belongs to the aggregated tunnel",
    rules: { node: { announces: (_initiator, tunnel) => tunnel === 2 } },
  },
  {
    name: "adds_attributes",
    title: "Adds an attribute of an unknown type to every control message, at its beginning",
    source: ANNOUNCED,
    rules: { node: { attributes: (attributes) => [UNKNOWN, ...attributes] } },
  },
  {
    name: "announces_backwards",
    title: "Sends the attributes of control messages from the last to the first",
    source: ANNOUNCED,
    rules: { node: { attributes: (attributes) => attributes.toReversed() } },
  },
  {
    name: "names_no_class",
    title: "Leaves the attribute that names its class out of control messages",
    source: ANNOUNCED,
    rules: {
      node: {
        attributes: (attributes) => attributes.filter(({ type }) => type !== AttributeType.class),
      },
    },
  },
  {
    name: "tells_a_number_only",
    title: "Tells the number of its cores alone where their identities are their positions",
    source: "seed 000 [0061], [0068]: only the number of cores is shared",
    rules: {
      node: {
        attributes: (attributes) =>
          attributes.filter(({ type, value }) =>
            type !== AttributeType.processingUnits &&
            (type !== AttributeType.identities || !arePositions(value))
          ),
      },
    },
  },
  {
    name: "repeats_messages",
    title: "Sends every control message twice",
    source: "RFC 768: UDP may lose what is sent once, and duplicate",
    rules: {
      wire: {
        egress: (sent: Transmission) =>
          (sent.packet[0] & 15) === PacketType.control ? [sent, sent] : [sent],
      },
    },
  },
  {
    name: "numbers_cores_from_one",
    title: "Numbers its cores from one",
    source: NUMBERED,
    rules: identities((index) => BigInt(index + 1)),
  },
  {
    name: "codes_for_cores",
    title: "Gives its cores codes that look like nothing",
    source: NUMBERED,
    rules: identities((index) => BigInt(index + 3) * 0x9e3779b97f4a7c15n & 0xffffffffffffffffn),
  },
  {
    name: "counts_cores_down",
    title: "Gives its cores numbers that fall",
    source: NUMBERED,
    rules: identities((index) => 4000n - BigInt(index)),
  },
  {
    name: "keeps_a_core",
    title: "Keeps one core for other work, as its profile declares, and never offers it",
    source: "seed 000 [0061]: only the cores to be used to process datagrams are shared",
    parameters: { keptCores: 1 },
    rules: {
      node: {
        availableCores: (all, offline) => RECEIVER_RULES.availableCores(all, offline).slice(1),
      },
    },
  },
] as const satisfies readonly Omit<Parameters<typeof kit.legalVariant>[0], "role">[];

/** Of the receiver alone. */
const receiving = [
  {
    name: "only_answers",
    title: "Answers keepalives and sends none of its own",
    source: "seed 000 D0-13: liveness is the project's",
    rules: { node: { asksForLife: (initiator) => initiator } },
  },
  {
    name: "tells_changes_everywhere",
    title: "Tells a change of its cores on all tunnels",
    source: ANNOUNCED,
    rules: { node: { updateTunnels: (usable) => usable } },
  },
  {
    name: "tells_no_changes",
    title: "Does not tell when its cores change",
    source: "seed 000 [0070]: information may be updated",
    rules: { node: { tellsUpdates: false } },
  },
  {
    name: "keeps_a_core_for_urgent_datagrams",
    title: "Asks that its last core be kept for expedited datagrams",
    source: "seed 000 [0070], [0072]: non-selectable cores",
    rules: {
      node: {
        told: (information) => {
          const last = information.identities.length - 1;
          return last < 1 || information.reserved.length > 0 ? information : {
            ...information,
            reserved: [{ field: "dscp" as const, value: 46, cores: [last] }],
          };
        },
      },
    },
  },
  {
    name: "excludes_a_core",
    title: "Asks that its first core not be used",
    source: "seed 000 [0070]: certain cores should not be used",
    rules: {
      node: {
        told: (information) => ({
          ...information,
          excluded: information.excluded.length > 0 ? information.excluded : [0],
        }),
      },
    },
  },
  {
    name: "prefers_cores",
    title: "Asks that its last two cores be preferred",
    source: "seed 000 [0070]: certain cores are preferred to be used",
    rules: {
      node: {
        told: (information) => ({
          ...information,
          preferred: information.preferred.length > 0
            ? information.preferred
            : [information.identities.length - 2, information.identities.length - 1]
              .filter((position) => position >= 0),
        }),
      },
    },
  },
  {
    name: "tells_loads",
    title: "Tells the loads of its cores",
    source: "seed 000 [0006]: the status of any parameter of the cores may be included",
    rules: {
      node: {
        told: (information) => ({ ...information, loads: information.identities.map((_, i) => i) }),
      },
    },
  },
] as const satisfies readonly Omit<Parameters<typeof kit.legalVariant>[0], "role">[];

/** Whether a list of identities is 0, 1, 2, …: then the number of cores says as much. */
function arePositions(list: Uint8Array): boolean {
  const view = new DataView(list.buffer, list.byteOffset, list.length);
  for (let core = 0; core * 8 < list.length; core++) {
    if (view.getBigUint64(core * 8) !== BigInt(core)) return false;
  }
  return true;
}

/** Identities of cores that are not told their names. */
function identities(code: (index: number) => bigint) {
  return {
    node: {
      identityOfCore: (
        core: { index: number; unit: number; within: number },
        name?: string,
      ): bigint =>
        name === undefined ? code(core.index) : RECEIVER_RULES.identityOfCore(core, name),
    },
  };
}

/** The section. */
export const ESTABLISHMENT_VARIANTS: Section = {
  title: "[0031], [0055], [0068] to [0070]: establishment and announcements",
  checks: [],
  legalVariants: [
    ...opening.map((choice) => kit.legalVariant({ role: "sender", ...choice })),
    ...either.flatMap((choice) =>
      (["sender", "receiver"] as const).map((role) => kit.legalVariant({ role, ...choice }))
    ),
    ...receiving.map((choice) => kit.legalVariant({ role: "receiver", ...choice })),
  ],
};
