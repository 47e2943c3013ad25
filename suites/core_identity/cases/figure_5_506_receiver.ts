/** FIG. 5, steps 505 to 507: the receiver takes packets in by the identity alone ([0057], [0058]). */
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import {
  fail,
  gravest,
  gravestOf,
  inconclusive,
  isInconclusive,
  type PartialVerdict,
  pass,
} from "../../kit/verdict.ts";
import { crossingFacts } from "../facts/crossings.ts";
import { lanFacts } from "../facts/lan.ts";
import { traceFacts } from "../facts/trace.ts";
import { wanFacts } from "../facts/wan.ts";
import { FIGURE_5 } from "../scenarios/figure_5.ts";
import { kit } from "../vocabulary.ts";
import { coresNamed, processedAll } from "./cores.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { dataInForm5, FORWARD, givenBy } from "./figure_5_premises.ts";
import { misreading } from "./packet_changes.ts";
import { type Work, workByIdentity } from "./premises.ts";

const needs = { wan: wanFacts };

/** What breaks besides where datagrams are lost. */
const LOSING = [
  ...[
    "CID-033",
    "CID-037",
    "CID-038",
    "CID-039",
    "CID-065",
    "CID-086",
    "CID-087",
    "CID-097",
  ] as const,
  ...["CID-100", "CID-101", "CID-103", "CID-106", "CID-110"] as const,
];

/** A receiver that does not see every `n`th packet of data. */
function losing(n: number): CoreIdentityOverrides {
  let packets = 0;
  return misreading((packet) => ++packets % n === 0 ? undefined : packet);
}

const takenInOnce = kit.testCase({
  name: "5/taken_in_once",
  title: "Each encapsulation packet that arrives is taken in once",
  covers: ["CID-037"],
  on: FORWARD,
  judges: ["receiver"],
  needs: { ...needs, trace: traceFacts, crossings: crossingFacts },
  stimulus(facts, evidence) {
    const sent = dataInForm5(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const work = workByIdentity(facts, evidence);
    if (isInconclusive(work)) return work;
    return { work, out: facts.crossings.of("receiver", "ingress") };
  },
  judge: (_, { work, out }) =>
    gravest(
      gravestOf(work, "receiver", (node) => processedAll(node) ?? pass),
      gravestOf(
        out,
        "receiver",
        ({ cut, doubled, firstDoubled, missing, firstMissing, required }) =>
          doubled + missing === 0
            ? undefined
            : cut > 0
            ? inconclusive(`${cut} IP fragments of packets are not joined`)
            : fail(
              `each of ${required} datagrams leaves once`,
              `${missing} do not, ${doubled} do once more`,
              frameRefs(firstMissing, firstDoubled),
            ),
      ),
    ),
});

/** Fails where work was done by identities that no packet carried. */
function namedOnTheWire({ trace, sent, sessions }: Work): PartialVerdict {
  const carried = new Set(sessions.map(({ identity }) => identity));
  const other = [...trace.identities.keys()].find((identity) => !carried.has(identity));
  return other === undefined ? undefined : fail(
    `work by identity ${[...carried].join(", ")}, which the packets carry`,
    `some is by ${other}`,
    frameRefs(sent.first),
  );
}

/** Fails where the identity that was given is that of no core which the trace has. */
function namesCore(given: string | undefined, { trace, sent }: Work): PartialVerdict {
  const identities = [...trace.cores.values()];
  if (given === undefined || identities.length === 0 || identities.includes(given)) {
    return undefined;
  }
  return fail(
    `the identity of one of the cores, ${identities.join(", ")}, for the aggregated tunnel`,
    given,
    frameRefs(sent.first),
  );
}

const byHeaderAlone = kit.testCase({
  name: "5/core_by_header_alone",
  title: "The core is selected by the identity in the header, whatever the datagram is",
  covers: ["CID-038"],
  on: [FIGURE_5.garbled],
  judges: ["receiver"],
  needs: { ...needs, trace: traceFacts },
  stimulus(facts, evidence) {
    const sent = dataInForm5(facts, evidence);
    if (isInconclusive(sent)) return sent;
    if (sent.unreadable === 0) return inconclusive("every datagram could be read");
    return workByIdentity(facts, evidence);
  },
  judge: (_, work) =>
    gravestOf(
      work,
      "receiver",
      (node) => gravest(processedAll(node), coresNamed(node), namedOnTheWire(node)),
    ),
});

const coreOfIdentity = kit.testCase({
  name: "5/core_of_identity",
  title: "The core that the identity names does the work, and the datagram goes on to its host",
  covers: ["CID-039"],
  on: FORWARD,
  judges: ["receiver"],
  needs: { ...needs, trace: traceFacts, lan: lanFacts },
  stimulus(facts, evidence) {
    const sent = dataInForm5(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const work = workByIdentity(facts, evidence);
    if (isInconclusive(work)) return work;
    const carried = carriedBy(facts, evidence);
    return isInconclusive(carried) ? carried : { work, carried };
  },
  judge: ({ wan }, { work, carried }) =>
    gravest(
      gravestOf(work, "receiver", (node) => namesCore(givenBy(wan, "receiver"), node)),
      gravestOf(work, "receiver", coresNamed),
      delivered(carried),
    ),
});

/** Whether the octets of a piece begin as a datagram does. */
const isDatagram = (piece: Uint8Array) => piece[0] >> 4 === 4 || piece[0] >> 4 === 6;

/** The section. */
export const CORES_OF_ONE_IDENTITY: Section = {
  title: "FIG. 5, steps 505 to 507: the core of the one identity",
  checks: [takenInOnce, byHeaderAlone, coreOfIdentity],
  mutants: [
    kit.mutant({
      name: "loses_every_tenth_packet",
      title: "Takes in nine of ten packets",
      role: "receiver",
      violates: "CID-037",
      alsoViolates: LOSING,
      rules: losing(10),
    }),
    kit.mutant({
      name: "drops_what_is_no_datagram",
      title: "Looks for an IP header before it selects a core, and drops what has none",
      role: "receiver",
      violates: "CID-038",
      rules: misreading((packet) =>
        packet.pieceOffset > 0 || isDatagram(packet.piece) ? packet : undefined
      ),
    }),
    kit.mutant({
      name: "another_core_for_no_datagram",
      title: "Gives what has no IP header to another core",
      role: "receiver",
      violates: "CID-038",
      rules: misreading((packet) =>
        packet.pieceOffset > 0 || isDatagram(packet.piece) || packet.identity === undefined
          ? packet
          : { ...packet, identity: packet.identity ^ 1n }
      ),
    }),
    kit.mutant({
      name: "the_next_core",
      title: "Lets the core after the one that the identity names do the work",
      role: "receiver",
      violates: "CID-039",
      alsoViolates: ["CID-038", "CID-066", "CID-088", "CID-091", "CID-098"],
      rules: { node: { coreUsed: (named, _arrival, cores) => (named + 1) % cores } },
    }),
    kit.mutant({
      name: "gives_an_identity_of_no_core",
      title: "Gives an identity for the aggregated tunnel that none of its cores has",
      role: "receiver",
      violates: "CID-039",
      rules: { node: { givesAggregateIdentity: (selected) => selected + 100n } },
    }),
    kit.mutant({
      name: "keeps_every_twentieth",
      title: "Lets a core keep every twentieth datagram",
      role: "receiver",
      violates: "CID-039",
      alsoViolates: LOSING,
      rules: { node: { forwards: (number) => number % 20 !== 19 } },
    }),
  ],
};
