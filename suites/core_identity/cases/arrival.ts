/** Steps 702 to 708, [0046], [0057]: each datagram once, unchanged, and none besides. */
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import { crossingFacts } from "../facts/crossings.ts";
import type { Crossing } from "../facts/device_crossings.ts";
import type { CoreIdentityId } from "../requirements.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_DATAGRAMS } from "../scenarios/figure_7_datagrams.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_8 } from "../scenarios/figure_8.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import {
  hasIpOptions,
  padded,
  protocolOf,
  withoutDf,
  withoutDscp,
  withoutEcn,
  withTtl,
  withWrongChecksum,
  withWrongOctet,
} from "./datagram_changes.ts";
import { AT_ENTRY } from "./entry_changes.ts";

/** Scenarios that this section must find its subject in. */
const FORWARD = [
  FIGURE_7.sessions,
  FIGURE_8.sessions,
  FIGURE_9.sessions,
  FIGURE_10.sessions,
  FIGURE_7_NETWORKS.inner_ipv6,
  FIGURE_7_NETWORKS.payload_identity,
  FIGURE_9.encapsulation,
  FIGURE_7_DATAGRAMS.all_sorts_ipv4,
  FIGURE_7_DATAGRAMS.all_sorts_ipv6,
  FIGURE_7_DATAGRAMS.pieces_out_of_order,
] as const;

/** Words for the two ways. */
const WAYS = {
  egress: { entry: "its LAN", exit: "its tunnels" },
  ingress: { entry: "its tunnels", exit: "its LAN" },
} as const;

function carries(
  name: string,
  role: CoreIdentityRole,
  way: Crossing["way"],
  covers: CoreIdentityId,
  on: typeof FORWARD | readonly [typeof FIGURE_7.sessions],
) {
  const { entry, exit } = WAYS[way];
  return kit.invariant({
    name: `common/${name}`,
    title:
      `What the ${role} takes from ${entry} leaves by ${exit} once and unchanged, nothing else`,
    covers: [covers],
    on,
    judges: [role],
    needs: { crossings: crossingFacts },
    subject({ crossings }) {
      const met = crossings.of(role, way).filter(({ required, invented }) =>
        required + invented > 0
      );
      return met.length > 0
        ? met
        : inconclusive(`no datagram that the ${role} had to carry from ${entry} was captured`);
    },
    judge: (_, met, evidence) =>
      gravestOf(met, "device", (crossing) => judgeCrossing(crossing, evidence)),
  });
}

/** Fails unless each datagram that entered a device left it once, unchanged, and no other did. */
function judgeCrossing(crossing: Crossing, evidence: Evidence): PartialVerdict {
  const { node, way, required, ...found } = crossing, { exit } = WAYS[way];
  const all = `each of ${required} datagrams that ${node} has to carry leaves by ${exit}`;
  const besides = found.invented > 0 ? `, and ${found.invented} others leave` : "";
  return gravest(
    found.missing === 0 ? undefined : excuse(crossing, evidence) ?? fail(
      `${all} as it came`,
      `${found.missing} do not${besides}`,
      frameRefs(found.firstMissing, found.firstInvented),
    ),
    found.invented === 0 || found.missing > 0 ? undefined : unseen(crossing) ?? fail(
      `nothing else leaves ${node} by ${exit}`,
      `${found.invented} datagrams do that did not enter it`,
      frameRefs(found.firstInvented),
    ),
    found.doubled === 0 ? undefined : fail(
      `${all} once`,
      `${found.doubled} leave once more`,
      frameRefs(found.firstDoubled),
    ),
    found.ruined === 0 ? undefined : fail(
      "IPv4 header checksums that were right are right",
      `${found.ruined} are wrong`,
      frameRefs(...found.firstRuined!),
    ),
    found.hops === 0 ? undefined : fail(
      "a TTL that forwarding alone has taken from",
      `${found.hops} datagrams leave with another`,
      frameRefs(...found.firstHops!),
    ),
    found.ragged === 0 ? undefined : fail(
      "datagrams travel with the octets of their length",
      `${found.ragged} have more or fewer`,
      frameRefs(found.firstRagged),
    ),
  );
}

/** Why datagrams may have entered unseen. */
function unseen({ node, way, cut }: Crossing): PartialVerdict {
  return way === "ingress" && cut > 0
    ? inconclusive(`${cut} IP fragments of packets to ${node} are not joined`)
    : undefined;
}

/** Why datagrams may be missing without a fault of the device. */
function excuse(
  { node, missing, refusals, fragments, closed, cut }: Crossing,
  { stimuli }: Evidence,
): PartialVerdict {
  if (cut > 0) return inconclusive(`${cut} IP fragments of packets at ${node} are not joined`);
  if (closed > 0) return inconclusive(`${closed} packets at ${node} cannot be opened`);
  if (stimuli.some(({ kind }) => kind === "link")) {
    return inconclusive(`${missing} datagrams at ${node} may have been lost with a link`);
  }
  if (missing <= refusals) {
    return inconclusive(
      `${node} refused ${refusals} datagrams by ICMP, and ${missing} are missing`,
    );
  }
  return fragments === 0
    ? undefined
    : inconclusive(`${node} seems to have fragmented what is missing: ${fragments} fragments left`);
}

/** The section. */
export const ARRIVAL: Section = {
  title: "Steps 702 to 708: each datagram once, unchanged, and none besides",
  checks: [
    carries("leaves_once", "sender", "egress", "CID-109", FORWARD),
    carries("arrives_once", "receiver", "ingress", "CID-110", FORWARD),
    carries("leaves_once_in_reverse", "receiver", "egress", "CID-102", [FIGURE_7.sessions]),
    carries("arrives_once_in_reverse", "sender", "ingress", "CID-102", [FIGURE_7.sessions]),
  ],
  mutants: [
    kit.mutant({
      name: "loses_short_lives",
      title: "Loses datagrams with two hops to live",
      role: "sender",
      violates: "CID-109",
      rules: {
        node: {
          carries: (datagram) =>
            datagram[0] >> 4 === 4 && datagram[8] <= 2 || datagram[0] >> 4 === 6 && datagram[7] <= 2
              ? []
              : [datagram],
        },
      },
    }),
    ...sendersMutants({
      loses_datagrams: ["Loses every fiftieth datagram from its LAN", () => []],
      doubles_datagrams: [
        "Sends every fiftieth datagram from its LAN twice",
        (datagram) => [datagram, datagram],
      ],
      changes_an_octet: [
        "Changes the last octet of every fiftieth datagram",
        (datagram) => [withWrongOctet(datagram)],
      ],
      pads_datagrams: [
        "Pads every fiftieth datagram by four octets",
        (datagram) => [padded(datagram)],
      ],
      sends_its_own: [
        "Adds a datagram of its own, from its host's address, to every fiftieth",
        (datagram) => [datagram, withWrongOctet(datagram)],
      ],
    }),
    kit.mutant({
      name: "forgets_dscp_at_entry",
      title: "Clears the DSCP of datagrams from its LAN",
      role: "sender",
      violates: "CID-109",
      rules: { node: { carries: (datagram) => [withoutDscp(datagram)] } },
    }),
    kit.mutant({
      name: "raises_ttl_at_entry",
      title: "Sets the TTL of datagrams from its LAN to 255",
      role: "sender",
      violates: "CID-109",
      rules: { node: { carries: (datagram) => [withTtl(datagram, 255)] } },
    }),
    kit.mutant({
      name: "loses_datagrams_of_its_own_lan",
      title: "Loses every tenth datagram that its own LAN sends back",
      role: "receiver",
      violates: "CID-102",
      rules: { node: { carries: (datagram, number) => number % 10 === 9 ? [] : [datagram] } },
    }),
    ...Object.entries(AT_ENTRY).map(([name, [title, carries]]) =>
      kit.mutant({
        name,
        title,
        role: "sender",
        violates: "CID-109",
        // Whatever is held against the far LAN shows it too.
        alsoViolates: ["CID-074", "CID-097", "CID-104", "CID-106"],
        rules: { node: { carries } },
      })
    ),
    ...receiversMutants({
      doubles_datagrams: ["Forwards each datagram twice", (datagram) => [datagram, datagram]],
      ruins_the_header_checksum: [
        "Leaves the IPv4 header checksum wrong",
        (datagram) => [withWrongChecksum(datagram)],
      ],
      forgets_dscp_at_exit: ["Clears the DSCP of datagrams", (datagram) => [withoutDscp(datagram)]],
      raises_ttl_at_exit: ["Sets the TTL to 255", (datagram) => [withTtl(datagram, 255)]],
      clears_ecn_at_exit: ["Clears ECN", (datagram) => [withoutEcn(datagram)]],
      clears_df_at_exit: ["Clears Don't Fragment", (datagram) => [withoutDf(datagram)]],
      loses_icmpv6_at_exit: [
        "Loses ICMPv6",
        (datagram) => protocolOf(datagram) === IP_PROTOCOL.ICMPV6 ? [] : [datagram],
      ],
      loses_ip_options_at_exit: [
        "Loses IPv4 datagrams with options",
        (datagram) => hasIpOptions(datagram) ? [] : [datagram],
      ],
      changes_ipv6_at_exit: [
        "Changes the last octet of IPv6 datagrams",
        (datagram) => [datagram[0] >> 4 === 6 ? withWrongOctet(datagram) : datagram],
      ],
    }),
    kit.mutant({
      name: "doubles_what_comes_back",
      title: "Forwards each datagram that comes back twice",
      role: "sender",
      violates: "CID-102",
      rules: { wire: { lanEgress: (datagram) => [datagram, datagram] } },
    }),
  ],
};

type Changes = Record<string, readonly [string, (datagram: Uint8Array) => readonly Uint8Array[]]>;

function sendersMutants(all: Changes) {
  return Object.entries(all).map(([name, [title, change]]) =>
    kit.mutant({
      name,
      title,
      role: "sender",
      violates: "CID-109",
      // Whatever is held against the far LAN shows it too.
      alsoViolates: ["CID-074", "CID-097", "CID-103", "CID-104", "CID-106"],
      rules: {
        node: {
          carries: (datagram, number) => number % 50 === 49 ? change(datagram) : [datagram],
        },
      },
    })
  );
}

function receiversMutants(all: Changes) {
  return Object.entries(all).map(([name, [title, change]]) =>
    kit.mutant({
      name,
      title,
      role: "receiver",
      violates: "CID-110",
      // Whatever is held against what comes out shows it too.
      alsoViolates: [
        ...["CID-030", "CID-065", "CID-086", "CID-087", "CID-101"] as const,
        ...["CID-021", "CID-074", "CID-076", "CID-103", "CID-106", "CID-108"] as const,
      ],
      rules: { wire: { lanEgress: (datagram) => [...change(datagram)] } },
    })
  );
}
