/** FIG. 4, steps 401 to 404: the sender uses reported identities ([0044], [0049] to [0052]). */
import { IdentityKind } from "../../../captures/wire/core_identity.ts";
import { IP_PROTOCOL } from "../../../captures/wire/ip_protocol.ts";
import { classify } from "../../../peers/core_identity/session.ts";
import type { CoreIdentityOverrides } from "../../../peers/core_identity/overrides.ts";
import type { Evidence } from "../../kit/evidence.ts";
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
import { declared } from "../facts/declared.ts";
import { lanFacts } from "../facts/lan.ts";
import { type WanFacts, wanFacts } from "../facts/wan.ts";
import type { WanDirection, WanSession } from "../facts/wan_types.ts";
import { FIGURE_4 } from "../scenarios/figure_4.ts";
import { kit } from "../vocabulary.ts";
import { carriedBy, delivered } from "./delivery.ts";
import { dataInForm1, reportsTo } from "./figure_1_premises.ts";
import { FEW } from "./identities.ts";
import { changing } from "./packet_changes.ts";

const needs = { wan: wanFacts };
const ON = [
  ...[FIGURE_4.sessions, FIGURE_4.key_fields, FIGURE_4.protocols] as const,
  FIGURE_4.protocols_ipv6,
] as const;

/** Sessions of the sender that were reported, and the identities that they were reported with. */
function reportedSessions(facts: { wan: WanFacts }, evidence: Evidence) {
  const sent = dataInForm1(facts, evidence);
  if (isInconclusive(sent)) return sent;
  const reports = reportsTo(facts.wan, "sender");
  const all = sent.sessions.flatMap((session) => {
    const own = reports.get(session.flow) ?? [];
    return own.length === 0 ? [] : { session, identities: own.map(({ identity }) => identity) };
  });
  const distinct = new Set(all.flatMap(({ identities }) => identities));
  return all.length > 1 && distinct.size > 1
    ? { sent, all }
    : inconclusive("fewer than two sessions were reported with different identities");
}

/** Failures of sessions that carry identities although nothing was reported of them. */
function unreported(
  { sessions }: WanDirection,
  all: readonly { session: WanSession }[],
): PartialVerdict[] {
  const reported = new Set(all.map(({ session }) => session));
  const other = sessions.find((session) => session.identity !== "" && !reported.has(session));
  return other === undefined ? [] : [fail(
    `no identity in datagrams of ${other.flow}, of which nothing was reported`,
    `they carry ${other.identity}`,
    frameRefs(other.first),
  )];
}

const ownIdentity = kit.testCase({
  name: "4/own_identity",
  title: "Datagrams carry the identity that was reported for their own flow, or none",
  covers: ["CID-023", "CID-026", "CID-002"],
  on: ON,
  judges: ["sender"],
  needs,
  stimulus: reportedSessions,
  judge: (_, { sent, all }) =>
    gravest(
      ...unreported(sent, all),
      gravestOf(all, "session", ({ session, identities }) => {
        const { flow, identity, changes, first } = session;
        const other = [identity, ...changes.map((change) => change.identity)]
          .find((one) => one !== "" && !identities.includes(one));
        return other === undefined ? undefined : fail(
          `${flow} carries identity ${identities.join(", ")}, as it was reported`,
          `it carries ${other}`,
          frameRefs(changes.find((change) => change.identity === other)?.frame ?? first),
        );
      }),
    ),
});

const taggedAfterReport = kit.testCase({
  name: "4/tagged_after_report",
  title: "Once a session was reported, its datagrams carry the identity, all but the first few",
  covers: ["CID-013"],
  on: [FIGURE_4.sessions, FIGURE_4.protocols, FIGURE_4.protocols_ipv6],
  judges: ["sender"],
  needs,
  stimulus: reportedSessions,
  judge: (_, { all }) =>
    gravestOf(all, "session", ({ session }) => {
      const { flow, untagged, packets, firstUntagged, first, identity } = session;
      if (packets <= FEW) return undefined;
      if (untagged > FEW) {
        return fail(
          `at most ${FEW} of ${packets} packets of ${flow} without identity`,
          `${untagged}`,
          frameRefs(firstUntagged ?? first),
        );
      }
      // Those that were under way when the identity came may follow others that carry it.
      const { firstTime, lastTime, lastUntaggedTime = firstTime } = session;
      if (identity === "" || lastUntaggedTime <= (firstTime + lastTime) / 2) return undefined;
      return fail(
        `none but the first packets of ${flow} without identity`,
        `one has none ${(lastUntaggedTime - firstTime).toFixed(3)} s after the first that has it`,
        frameRefs(first, firstUntagged),
      );
    }),
});

const sentOnce = kit.testCase({
  name: "4/sent_once",
  title: "Each datagram is sent once, through one access network",
  covers: ["CID-027"],
  on: [FIGURE_4.sessions],
  judges: ["sender"],
  needs: { ...needs, lan: lanFacts },
  stimulus(facts, evidence) {
    const sent = dataInForm1(facts, evidence);
    return isInconclusive(sent) ? sent : carriedBy(facts, evidence);
  },
  judge: (_, carried) => {
    const { copies, repeats, firstCopy, firstRepeat, first } = carried.sent;
    return gravest(
      copies + repeats === 0 ? pass : fail(
        "each packet once",
        `${copies + repeats} appear again`,
        frameRefs(firstCopy ?? firstRepeat ?? first),
      ),
      delivered(carried),
    );
  },
});

const lateReport = kit.testCase({
  name: "4/late_report",
  title: "What leaves before a late report leaves at once, untagged, and is not sent again",
  covers: ["CID-025"],
  on: [FIGURE_4.late_report],
  judges: ["sender"],
  needs: { ...needs, lan: lanFacts },
  stimulus(facts, evidence) {
    const sent = dataInForm1(facts, evidence);
    if (isInconclusive(sent)) return sent;
    const after = declared<number>(evidence, "receiver", "reportAfter") ?? 0;
    if (after === 0) return inconclusive("the receiver is not told to report late");
    const carried = carriedBy(facts, evidence);
    return isInconclusive(carried) ? carried : { sent, carried };
  },
  judge: (_, { sent, carried }) =>
    gravest(
      sent.copies + sent.repeats === 0 ? pass : fail(
        "each packet once",
        `${sent.copies + sent.repeats} appear again`,
        frameRefs(sent.firstCopy ?? sent.firstRepeat ?? sent.first),
      ),
      delivered(carried),
      gravestOf(
        sent.sessions,
        "session",
        ({ flow, identity, untagged, packets, first, firstUntagged }) =>
          identity !== "" && untagged >= 3 && untagged < packets ? undefined : fail(
            `${flow} begins without identity, and goes on with that of the report`,
            `${untagged} of ${packets} packets have none`,
            frameRefs(firstUntagged ?? first),
          ),
      ),
    ),
});

/** The section. */
export const REPORTED_IDENTITIES: Section<CoreIdentityOverrides> = {
  title: "FIG. 4, steps 401 to 404: reported identities at the sender",
  checks: [ownIdentity, taggedAfterReport, sentOnce, lateReport],
  mutants: [
    kit.mutant({
      name: "sends_again_what_left_untagged",
      title: "Sends packets without identity twice",
      role: "sender",
      violates: "CID-025",
      alsoViolates: ["CID-027", "CID-033", "CID-037", "CID-064", "CID-074", "CID-109"],
      rules: changing((packet) => packet.identity === undefined ? [packet, packet] : packet),
    }),
    kit.mutant({
      name: "takes_no_late_report",
      title: "Takes no report of a session that had three datagrams before",
      role: "sender",
      violates: "CID-025",
      alsoViolates: ["CID-013"],
      rules: { node: { identityReported: earlyAlone() } },
    }),
    kit.mutant({
      name: "last_report_for_all",
      title: "Lets the last report stand for all flows",
      role: "sender",
      violates: "CID-023",
      alsoViolates: ["CID-001", "CID-002", "CID-026", "CID-063"],
      rules: { node: { identityReported: (_own, latest) => latest } },
    }),
    kit.mutant({
      name: "last_report_for_the_unreported",
      title: "Uses the last report for flows that have none of their own",
      role: "sender",
      violates: "CID-023",
      alsoViolates: ["CID-001", "CID-002", "CID-026", "CID-063"],
      rules: { node: { identityReported: (own, latest) => own ?? latest } },
    }),
    kit.mutant({
      name: "identity_of_the_datagram_before",
      title: "Writes the identity of the datagram before",
      role: "sender",
      violates: "CID-026",
      alsoViolates: ["CID-001", "CID-002", "CID-023", "CID-063"],
      rules: { node: { identityReported: oneBehind() } },
    }),
    kit.mutant({
      name: "tags_every_second",
      title: "Writes the identity into every second datagram only",
      role: "sender",
      violates: "CID-013",
      alsoViolates: ["CID-063"],
      rules: {
        node: { identityReported: (own, _latest, number) => number % 3 === 0 ? undefined : own },
      },
    }),
    kit.mutant({
      name: "tags_udp_alone",
      title: "Writes the identity into datagrams of UDP alone",
      role: "sender",
      violates: "CID-013",
      alsoViolates: ["CID-063"],
      rules: changing((packet) =>
        classify(packet.piece).protocol === IP_PROTOCOL.TCP
          ? { ...packet, kind: IdentityKind.none, identity: undefined }
          : packet
      ),
    }),
    kit.mutant({
      name: "tags_all_but_a_few",
      title: "Leaves the identity out of a few datagrams all along",
      role: "sender",
      violates: "CID-013",
      alsoViolates: ["CID-063"],
      rules: {
        node: {
          identityReported: (own, _latest, _number, since) => since % 16 === 15 ? undefined : own,
        },
      },
    }),
    kit.mutant({
      name: "sends_by_two_networks",
      title: "Sends every packet of a reported session twice",
      role: "sender",
      violates: "CID-027",
      alsoViolates: ["CID-025", "CID-033", "CID-037", "CID-064", "CID-109"],
      rules: changing((packet) => [packet, packet]),
    }),
  ],
};

/** The identity that was asked for the time before. */
function oneBehind(): (own: bigint | undefined) => bigint | undefined {
  let before: bigint | undefined;
  return (own) => {
    const identity = before;
    before = own;
    return identity;
  };
}

/** Takes reports that are there at the first dozen datagrams, and none that come later. */
function earlyAlone(): (own: bigint | undefined) => bigint | undefined {
  let datagrams = 0;
  return (own) => datagrams++ < 12 ? own : undefined;
}
