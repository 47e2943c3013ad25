/** FIG. 7, steps 702 and 703: which core a session gets. */
import {
  announcementsOf,
  byBeginning,
  coreIdentityCheck,
  declared,
  fail,
  firstProblem,
  inconclusive,
  keepsIdentity,
  pass,
  refs,
  wanFacts,
  whenSent,
} from "./common.ts";

/** Chi-square of 3 degrees of freedom that chance exceeds once in 10,000 runs. */
const CHI_SQUARE_LIMIT = 21.1;
const EXPEDITED = 46;

/** The checks of this group. */
export const ASSIGNMENT_CHECKS = [
  coreIdentityCheck(
    "7/classification",
    "Each session is recognised: as many identities as the policy gives to so many sessions",
    ["CID-057", "CID-067"],
    "sender",
    ["7/sessions", "7/sixty_four_sessions"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        if (declared(evidence, "sender", "selection", "sequential") !== "sequential") {
          return inconclusive("only the sequential policy tells how many identities to expect");
        }
        const announced = announcementsOf(wan, "receiver")[0]?.identities.length ?? 0;
        if (announced < 2 || sent.sessions.length < 2) {
          return inconclusive("fewer than two cores or two sessions");
        }
        const expected = Math.min(announced, sent.sessions.length);
        const found = new Set(sent.sessions.map((s) => s.identity)).size;
        return found === expected ? pass : fail(
          `${expected} identities for ${sent.sessions.length} sessions and ${announced} cores`,
          `${found}`,
          sent.sessions.slice(0, 4).map((s) => s.first),
        );
      }),
  ),
  coreIdentityCheck(
    "7/first_assignment",
    "The first datagram of a session gets an announced identity, in turn under that policy",
    ["CID-058", "CID-061"],
    "sender",
    ["7/sixty_four_sessions", "7/offline_cores", "7/two_processors"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        const [first] = announcementsOf(wan, "receiver");
        if (first === undefined) return inconclusive("the receiver announced no cores");
        const alien = sent.sessions.find((s) => !first.identities.includes(s.identity));
        if (alien !== undefined) {
          const { frame, identities } = first;
          const set = `one of ${identities.join(" ")}`;
          return fail(set, `identity ${alien.identity}`, [frame, alien.first]);
        }
        if (declared(evidence, "sender", "selection", "sequential") !== "sequential") {
          return inconclusive("the sender does not declare the sequential policy");
        }
        const sessions = byBeginning(sent.sessions);
        if (sessions.length <= first.cores) {
          return inconclusive(`only ${sessions.length} sessions for ${first.cores} cores`);
        }
        return firstProblem(sessions.map((s, i) => ({ s, i })), ({ s, i }) => {
          const expected = first.identities[i % first.identities.length];
          return s.identity === expected ? undefined : fail(
            `identity ${expected} for session ${i + 1}, sequentially from ${
              first.identities.join(" ")
            }`,
            `identity ${s.identity}`,
            [first.frame, s.first],
          );
        });
      }),
  ),
  coreIdentityCheck(
    "7/later_assignment",
    "Later datagrams carry the identity of the first, however many sessions came between",
    ["CID-059"],
    "sender",
    ["7/ten_thousand_sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const returning = sent.sessions.filter((s) => s.packets > 5);
        if (sent.sessions.length < 10_000 || returning.length === 0) {
          return inconclusive(
            `${sent.sessions.length} sessions, ${returning.length} of which came back`,
          );
        }
        return keepsIdentity(returning);
      }),
  ),
  coreIdentityCheck(
    "7/random_policy",
    "Under the random policy each core is selected about equally often",
    ["CID-060"],
    "sender",
    ["7/random"],
    { wan: wanFacts },
    ({ wan }, evidence) =>
      whenSent(wan, (sent) => {
        if (declared(evidence, "sender", "selection", "sequential" as string) !== "random") {
          return inconclusive("the sender does not declare the random policy");
        }
        const announced = announcementsOf(wan, "receiver")[0]?.identities ?? [];
        const counts = new Map(announced.map((identity) => [identity, 0]));
        for (const s of sent.sessions) counts.set(s.identity, (counts.get(s.identity) ?? 0) + 1);
        const expected = sent.sessions.length / announced.length;
        if (announced.length === 0 || expected < 20) return inconclusive("too few sessions");
        let chi = 0;
        for (const n of counts.values()) chi += (n - expected) ** 2 / expected;
        const sequence = byBeginning(sent.sessions).map((s) => s.identity);
        const turns = sequence.filter((id, i) =>
          i >= announced.length &&
          id === sequence[i - announced.length]
        ).length;
        const histogram = [...counts].map(([id, n]) => `${id}: ${n}`).join(", ");
        // Taking turns is perfectly even, and not random.
        return chi <= CHI_SQUARE_LIMIT && turns < sequence.length / 2 ? pass : fail(
          `about ${expected} sessions on each core, in no order (chi-square at most ${CHI_SQUARE_LIMIT})`,
          `${histogram}; chi-square ${chi.toFixed(1)}, ${turns} repetitions of the order`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "7/selection_criteria",
    "Excluded cores stay unused, preferred cores come first, reserved ones are kept for their kind",
    ["CID-055", "CID-062"],
    "sender",
    ["7/selection_criteria"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const [announced] = announcementsOf(wan, "receiver");
        const rule = announced?.reserved.find((r) => r.field === "dscp" && r.value === EXPEDITED);
        if (announced === undefined || rule === undefined) {
          return inconclusive("no selection criteria were announced");
        }
        if (!sent.sessions.some((s) => s.dscp === EXPEDITED)) {
          return inconclusive("no expedited datagram left");
        }
        return firstProblem(sent.sessions, (s) => {
          const allowed = s.dscp === EXPEDITED ? rule.identities : announced.preferred;
          return allowed.includes(s.identity) ? undefined : fail(
            `DSCP ${s.dscp} on cores ${allowed.join(" or ")}`,
            `on core ${s.identity}`,
            [announced.frame, s.first],
          );
        });
      }),
  ),
];
