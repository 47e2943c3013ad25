/** [0041], claims 46 and 47: what the sender takes for a session. */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { NODE_RULES, SENDER_RULES } from "../../../peers/core_identity/rules.ts";
import type { Section } from "../../kit/suite.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import { fail, gravest, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { isInKey } from "../facts/declared.ts";
import { wanFacts } from "../facts/wan.ts";
import type { WanSession } from "../facts/wan_types.ts";
import { FIGURE_4 } from "../scenarios/figure_4.ts";
import { FIGURE_10 } from "../scenarios/figure_10.ts";
import { FIGURE_7 } from "../scenarios/figure_7.ts";
import { FIGURE_7_NETWORKS } from "../scenarios/figure_7_networks.ts";
import { FIGURE_9 } from "../scenarios/figure_9.ts";
import { kit } from "../vocabulary.ts";
import { keepsIdentity } from "./identities.ts";
import { keyWithout, portlessKey } from "./mutations.ts";
import {
  alikeButFor,
  allAlike,
  enoughPairs,
  ignoresFlows,
  IN_A_PART,
  IN_ONE_VALUE,
  judgePairs,
  pairsOf,
} from "./pairs.ts";
import { announcementsOf, identitiesOf } from "./premises.ts";

const EXPEDITED = 46;
const DIFFERENCES = [...IN_ONE_VALUE, ...IN_A_PART];
/** What breaks besides where flows that differ in their source port are one session. */
const WITHOUT_SOURCE_PORT = [
  ...["CID-042", "CID-043", "CID-094", "CID-095", "CID-096"] as const,
  "CID-007",
  "CID-048",
  "CID-055",
  "CID-057",
  "CID-060",
  "CID-061",
  "CID-062",
  "CID-067",
  "CID-078",
  "CID-080",
] as const;

const oneIdentity = kit.invariant({
  name: "session/one_identity",
  title: "All packets of a session carry one identity, whatever tunnel they take",
  covers: ["CID-001"],
  on: [
    FIGURE_7.sessions,
    FIGURE_7_NETWORKS.inner_ipv6,
    FIGURE_7_NETWORKS.outer_ipv6,
    FIGURE_7.core_withdrawn,
    FIGURE_4.sessions,
    FIGURE_9.sessions,
    FIGURE_10.sessions,
  ],
  judges: ["sender"],
  needs: { wan: wanFacts },
  subject(facts, evidence) {
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    return sent.sessions.some(({ packets }) => packets > 1)
      ? sent
      : inconclusive("no session with several packets was captured");
  },
  judge: ({ wan }, { sessions }, evidence) => keepsIdentity(sessions, wan, evidence),
});

const fourValues = kit.testCase({
  name: "session/four_values",
  title: "Flows that differ in one address or port get a selection each",
  covers: ["CID-002"],
  on: [
    FIGURE_7.key_fields,
    FIGURE_7.key_fields_in_turn,
    FIGURE_7.key_fields_ipv6,
    FIGURE_9.key_fields,
    FIGURE_10.key_fields,
  ],
  judges: ["sender"],
  needs: { wan: wanFacts },
  stimulus(facts, evidence) {
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    // Each protocol over each IP version may be keyed in another way.
    const kinds = [...Map.groupBy(sent.sessions, kindOf)].map(([kind, own]) => ({
      kind,
      pairs: DIFFERENCES.map((difference) => alikeButFor(difference, own)),
    }));
    const [whole] = kinds.filter(({ pairs }) => IN_ONE_VALUE.every((_, i) => pairs[i].length > 0));
    if (whole === undefined) {
      return inconclusive("no flows that differ in each of the four values alone were captured");
    }
    // A session-ID is a session's own; a core may be selected for several sessions ([0072]).
    const isOwn = sent.kind === IdentityKind.session;
    return {
      kinds,
      isOwn,
      enough: enoughPairs(announcementsOf(facts.wan, "receiver")),
      isBlind: ignoresFlows(evidence),
    };
  },
  judge: (_, { kinds, isOwn, enough, isBlind }) =>
    gravest(...kinds.flatMap(({ kind, pairs }) =>
      DIFFERENCES.map(({ name }, i) => {
        const own = pairs[i], alike = own.find(([a, b]) => a.identity === b.identity);
        if (alike === undefined || !isOwn && !allAlike(own)) return undefined;
        if (!isOwn && (own.length < enough || !isBlind)) {
          return inconclusive(
            `equal cores for flows of ${kind} that differ in the ${name} may be selection`,
          );
        }
        const [a, b] = alike;
        return fail(
          `flows of ${kind} that differ in the ${name} are two sessions, with a selection each`,
          `${a.flow} and ${b.flow} carry identity ${a.identity}` +
            (isOwn ? "" : `, and so does each of ${own.length} such pairs`),
          frameRefs(a.first, b.first),
        );
      })
    )),
});

/** What a flow is of: `UDP over IPv4`. */
const kindOf = ({ protocol, flow }: WanSession) => {
  const name = protocol === IP_PROTOCOL.UDP
    ? "UDP"
    : protocol === IP_PROTOCOL.TCP
    ? "TCP"
    : `protocol ${protocol}`;
  return `${name} over IPv${flow.includes("[") ? 6 : 4}`;
};

const protocol = kit.testCase({
  name: "session/protocol",
  title: "The protocol separates sessions as the declared key says",
  covers: ["CID-003"],
  on: [FIGURE_7.key_protocol],
  judges: ["sender"],
  needs: { wan: wanFacts },
  standsAlone: true,
  stimulus(facts, evidence) {
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const apart = isInKey(evidence, "protocol");
    if (apart === undefined) {
      return inconclusive("nothing says whether the protocol is a criterion");
    }
    const plain = sent.sessions.filter(({ dscp }) => dscp === 0);
    const of = (number: number) => (session: WanSession) => session.protocol === number;
    const pairs = pairsOf(plain, of(IP_PROTOCOL.UDP), of(IP_PROTOCOL.TCP));
    return pairs.length > 0
      ? {
        pairs,
        apart,
        enough: enoughPairs(announcementsOf(facts.wan, "receiver")),
        isBlind: sent.kind === IdentityKind.session || ignoresFlows(evidence),
      }
      : inconclusive("no UDP and TCP flow with equal addresses and ports were captured");
  },
  judge: (_, pairs) => judgePairs(pairs, "by UDP and TCP"),
});

const extraCriterion = kit.testCase({
  name: "session/extra_criterion",
  title: "The DSCP separates sessions when, and only when, it is a criterion",
  covers: ["CID-004"],
  on: [FIGURE_7.key_protocol, FIGURE_7.key_fields],
  judges: ["sender"],
  needs: { wan: wanFacts },
  standsAlone: true,
  stimulus(facts, evidence) {
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const apart = isInKey(evidence, "dscp");
    if (apart === undefined) {
      return inconclusive("nothing says whether the DSCP is a criterion");
    }
    const udp = sent.sessions.filter(({ protocol }) => protocol === IP_PROTOCOL.UDP);
    const pairs = pairsOf(udp, ({ dscp }) => dscp === 0, ({ dscp }) => dscp === EXPEDITED);
    return pairs.length > 0
      ? {
        pairs,
        apart,
        enough: enoughPairs(announcementsOf(facts.wan, "receiver")),
        isBlind: sent.kind === IdentityKind.session || ignoresFlows(evidence),
      }
      : inconclusive("no flow was captured with DSCP 0 and 46");
  },
  judge: (_, pairs) => judgePairs(pairs, "with DSCP 0 and 46"),
});

const fragments = kit.invariant({
  name: "session/fragments",
  title: "All fragments of one datagram carry one identity",
  covers: ["CID-006"],
  on: [FIGURE_7.portless],
  judges: ["sender"],
  needs: { wan: wanFacts },
  subject(facts, evidence) {
    const sent = identitiesOf(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const datagrams = sent.sessions.filter(({ flow, packets }) =>
      flow.includes("#") && packets > 1
    );
    return datagrams.length > 0 ? datagrams : inconclusive("no fragmented datagram was captured");
  },
  judge: ({ wan }, datagrams, evidence) => keepsIdentity(datagrams, wan, evidence),
});

/** The section. */
export const SESSION_SENDER: Section = {
  title: "[0041], claims 46 and 47: sessions at the sender",
  checks: [
    oneIdentity,
    fourValues,
    protocol,
    extraCriterion,
    fragments,
  ],
  mutants: [
    kit.mutant({
      name: "keys_by_tunnel",
      title: "Takes the session key from the tunnel that the datagram will use",
      role: "sender",
      violates: "CID-001",
      alsoViolates: [
        "CID-094",
        "CID-043",
        "CID-096",
        "CID-004",
        "CID-006",
        "CID-063",
        "CID-078",
        "CID-080",
        "CID-081",
        "CID-084",
        "CID-100",
        "CID-104",
      ],
      rules: {
        node: {
          sessionKey: (c, criteria, number) =>
            `${SENDER_RULES.sessionKey(c, criteria, number)} tunnel ${number % 3}`,
        },
      },
    }),
    ...(["source", "destination", "sourcePort", "destinationPort"] as const).map((field) =>
      kit.mutant({
        name: `key_without_${snakeCase(field)}`,
        title: `Leaves the ${snakeCase(field).replace("_", " ")} out of the session key`,
        role: "sender",
        violates: "CID-002",
        // Flows of our scenarios differ in the source port first of all.
        alsoViolates: field === "sourcePort" ? WITHOUT_SOURCE_PORT : ["CID-078"],
        rules: { node: { sessionKey: keyWithout(field) } },
      })
    ),
    kit.mutant({
      name: "no_ports_of_tcp",
      title: "Leaves the ports out of the session key of TCP",
      role: "sender",
      violates: "CID-002",
      alsoViolates: ["CID-078"],
      rules: { node: { sessionKey: portlessKey(({ protocol }) => protocol === IP_PROTOCOL.TCP) } },
    }),
    kit.mutant({
      name: "no_ports_over_ipv6",
      title: "Leaves the ports out of the session key of IPv6",
      role: "sender",
      violates: "CID-002",
      rules: { node: { sessionKey: portlessKey(({ source }) => source.includes(":")) } },
    }),
    kit.mutant({
      name: "half_an_ipv6_address",
      title: "Takes the first 32 bits of IPv6 addresses into the session key",
      role: "sender",
      violates: "CID-002",
      rules: {
        node: {
          sessionKey: (c, criteria, number) => {
            const first = (address: string) => address.split(":").slice(0, 2).join(":");
            const short = { ...c, source: first(c.source), destination: first(c.destination) };
            return NODE_RULES.sessionKey(c.source.includes(":") ? short : c, criteria, number);
          },
        },
      },
    }),
  ],
};

/** A name of a field as words: `source_port`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
}
