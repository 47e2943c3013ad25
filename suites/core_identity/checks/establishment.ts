/** FIG. 7, step 701, and what it announces: CID-050 to CID-056, CID-103, CID-105, CID-107. */
import {
  announcedAt,
  announcementsOf,
  byBeginning,
  coreIdentityCheck,
  fail,
  firstProblem,
  frameOf,
  inconclusive,
  lanFacts,
  offeredCores,
  pass,
  refs,
  traceFacts,
  wanFacts,
  whenSent,
  whenTraced,
} from "./common.ts";
import { delivered } from "./delivery.ts";

const ANNOUNCING = [
  "7/sessions",
  "7/queued_before_up",
  "7/three_to_one",
  "9/identity_instead",
] as const;

/** Who announces to whom, as `[the one judged, its peer]`. */
const ENDS = { sender: "receiver", receiver: "sender" } as const;

const announcesBeforeUp = (role: "sender" | "receiver") =>
  coreIdentityCheck(
    `7/information_of_${role}`,
    `The ${role} has announced its cores on each tunnel before that tunnel is up`,
    ["CID-050"],
    role,
    ANNOUNCING,
    { wan: wanFacts },
    ({ wan }) => {
      const own = wan.of(role), initiator = wan.directions.find((d) => d.initiator);
      const peer = wan.of(ENDS[role])?.announcements ?? [];
      if (own === undefined || initiator === undefined || peer.length === 0) {
        return inconclusive(`no establishment with the ${ENDS[role]} was captured`);
      }
      if (initiator.confirmed.size === 0) return inconclusive("no tunnel was seen to come up");
      return firstProblem(initiator.confirmed, ([tunnel, up]) => {
        const before = own.announcements.filter((a) => a.tunnel === tunnel && a.time <= up.time);
        return before.some((a) => a.cores > 0) ? undefined : fail(
          `a message of the ${role} on tunnel ${tunnel} with a Core Count before the tunnel is up`,
          before.length > 0 ? "its Core Count is 0" : "there is none",
          refs(before[0]?.frame, up.frame),
        );
      });
    },
  );

const countsCores = (role: "sender" | "receiver") =>
  coreIdentityCheck(
    `7/core_count_of_${role}`,
    `The ${role} announces as many cores as it makes available`,
    ["CID-051"],
    // The requirement binds whoever receives; both ends do.
    role,
    ["7/sessions", "7/offline_cores", "7/two_processors"],
    { wan: wanFacts },
    ({ wan }, evidence) => {
      const announced = announcementsOf(wan, role);
      if (announced.length === 0) return inconclusive(`the ${role} announced no cores`);
      const available = offeredCores(evidence, role);
      if (available === undefined) return inconclusive("the profile declares no `cores`");
      return firstProblem(announced, (a) =>
        a.cores === available && new Set(a.identities).size === available ? undefined : fail(
          `Core Count ${available}, with as many identities`,
          `Core Count ${a.cores}, identities ${a.identities.join(" ")}`,
          [a.frame],
        ));
    },
  );

/** The checks of this group. */
export const ESTABLISHMENT_CHECKS = [
  announcesBeforeUp("sender"),
  announcesBeforeUp("receiver"),
  countsCores("sender"),
  countsCores("receiver"),
  coreIdentityCheck(
    "7/information_before_data",
    "The peer's cores are announced before the first encapsulation packet leaves",
    ["CID-052", "CID-092"],
    "sender",
    ["7/sessions", "7/queued_before_up", "9/identity_instead"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const first = announcementsOf(wan, "receiver")[0];
        const when = "before the first encapsulation packet";
        if (first === undefined) {
          return fail(`processor information ${when}`, "there is none", refs(sent.first));
        }
        return first.time <= sent.firstTime ? pass : fail(
          `processor information ${when}`,
          `it comes ${((first.time - sent.firstTime) * 1000).toFixed(2)} ms later`,
          refs(sent.first, first.frame),
        );
      }),
  ),
  coreIdentityCheck(
    "7/distinct_identities",
    "Each of sixteen cores has an identity of its own",
    ["CID-053", "CID-107"],
    "receiver",
    ["7/two_processors"],
    { wan: wanFacts },
    ({ wan }, evidence) => {
      const first = announcementsOf(wan, "receiver")[0];
      if (first === undefined) return inconclusive("the receiver announced no cores");
      const cores = offeredCores(evidence, "receiver") ?? first.cores;
      const distinct = new Set(first.identities).size;
      return distinct === cores ? pass : fail(
        `${cores} distinct identities over all processors`,
        `${distinct}: ${first.identities.join(" ")}`,
        [first.frame],
      );
    },
  ),
  coreIdentityCheck(
    "7/all_processors_work",
    "The cores of all processors are reached, each by its own identity",
    ["CID-107"],
    "receiver",
    ["7/two_processors"],
    { wan: wanFacts, trace: traceFacts },
    (facts, evidence) =>
      whenTraced(facts, (trace, sent) => {
        const cores = offeredCores(evidence, "receiver") ?? 0;
        if (cores === 0 || sent.identities.size < cores) {
          return inconclusive(`the sender used ${sent.identities.size} of ${cores} identities`);
        }
        const working = new Set([...trace.identities.values()].flatMap((w) => [...w.cores.keys()]));
        return working.size === cores ? pass : fail(
          `${cores} identities lead to ${cores} cores`,
          `they lead to ${working.size}`,
          refs(sent.first),
        );
      }),
  ),
  coreIdentityCheck(
    "7/names_of_the_list",
    "Identities are members of the list that was announced",
    ["CID-054", "CID-031"],
    "sender",
    ["7/named_cores"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const list = announcementsOf(wan, "receiver")[0]?.identities ?? [];
        if (list.length < 2) return inconclusive("no list of names was announced");
        return firstProblem(sent.sessions, (s) =>
          list.includes(s.identity) ? undefined : fail(
            `one of ${list.map(nameOf).join(", ")}`,
            nameOf(s.identity),
            [s.first],
          ));
      }),
  ),
  coreIdentityCheck(
    "7/names_lead_to_cores",
    "Each name leads to the core that bears it",
    ["CID-054", "CID-031"],
    "receiver",
    ["7/named_cores"],
    { wan: wanFacts, trace: traceFacts },
    (facts) =>
      whenTraced(facts, (trace, sent) =>
        firstProblem(trace.identities, ([identity, { cores }]) => {
          const [core] = cores.keys();
          return cores.size === 1 && trace.cores.get(core) === identity ? undefined : fail(
            `the core named ${nameOf(identity)}`,
            `cores ${[...cores.keys()].join(", ")}`,
            frameOf(sent, identity),
          );
        })),
  ),
  coreIdentityCheck(
    "7/update_adds_cores",
    "After an update new sessions may use the added cores, and old ones keep theirs",
    ["CID-056"],
    "sender",
    ["7/processor_update"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const announced = announcementsOf(wan, "receiver");
        const update = announced.find((a) => a.cores > announced[0].cores);
        if (update === undefined) return inconclusive("no update with more cores was captured");
        const old = sent.sessions.filter((s) => s.firstTime < update.time);
        if (!old.some((s) => s.lastTime > update.time)) {
          return inconclusive("no session lived through the update");
        }
        return firstProblem(sent.sessions, (s) => {
          if (s.changed > 0) {
            return fail(
              `${s.flow} keeps identity ${s.identity} through the update`,
              `it carries ${s.changes[0].identity} later`,
              refs(s.first, s.changes[0].frame),
            );
          }
          const allowed = announcedAt(announced, s.lastTime);
          return allowed.includes(s.identity) ? undefined : fail(
            `an announced identity: ${allowed.join(" ")}`,
            s.identity,
            [s.first],
          );
        });
      }),
  ),
  coreIdentityCheck(
    "7/follows_information",
    "When the receiver announces other cores, new sessions are spread over those",
    ["CID-068"],
    "sender",
    ["7/processor_update"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const announced = announcementsOf(wan, "receiver");
        const update = announced.find((a) => a.cores > announced[0].cores);
        if (update === undefined) return inconclusive("no update with more cores was captured");
        const late = byBeginning(sent.sessions).filter((s) => s.firstTime > update.time);
        if (late.length < update.cores) {
          return inconclusive(`only ${late.length} sessions began after the update`);
        }
        const added = late.filter((s) => !announced[0].identities.includes(s.identity));
        return added.length > 0 ? pass : fail(
          `some of ${late.length} new sessions on the ${update.cores} cores now announced`,
          "all are on the cores announced before",
          refs(update.frame, ...late.slice(0, 4).map((s) => s.first)),
        );
      }),
  ),
  ...(["sender", "receiver"] as const).map((role) =>
    coreIdentityCheck(
      `common/one_wan_at_one_side_${role}`,
      "An aggregate of three access networks to one forms and carries sessions",
      ["CID-103"],
      role,
      ["7/three_to_one", "9/three_to_one"],
      { wan: wanFacts, lan: lanFacts },
      ({ wan, lan }) => {
        const asked = wan.of("sender")?.announcements ?? [];
        const entered = lan.flows.find((f) => f.from === "sender");
        if (entered === undefined) return inconclusive("the sender took in no datagram");
        if (role === "receiver" && asked.length === 0) {
          return inconclusive("the sender asked for no tunnel");
        }
        const used = [...wan.of("sender")?.tunnels.values() ?? []].filter((t) => t.packets > 0);
        return used.length === 3 ? delivered(lan, "sender") : fail(
          "three tunnels come up and carry data",
          `${used.length} do`,
          refs(entered.firstSent, ...asked.slice(0, 3).map((a) => a.frame)),
        );
      },
    )
  ),
  coreIdentityCheck(
    "common/tunnels_share_an_interface",
    "The carrier is UDP, and one interface carries more than one tunnel",
    ["CID-105"],
    "sender",
    ["7/sessions", "9/sessions"],
    { wan: wanFacts },
    ({ wan }) =>
      whenSent(wan, (sent) => {
        const taps = new Set([...sent.tunnels.values()].map((t) => t.tap));
        return sent.tunnels.size > taps.size ? pass : fail(
          "more tunnels than interfaces",
          `${sent.tunnels.size} tunnels on ${taps.size} interfaces`,
          [...sent.tunnels.values()].map((t) => t.first),
        );
      }),
  ),
];

/** An identity as the ASCII name that it codes, where it is one. */
function nameOf(identity: string): string {
  const octets = identity.match(/../g) ?? [];
  const text = octets.map((o) => String.fromCharCode(parseInt(o, 16))).join("");
  return /^[\x21-\x7e]+\0*$/.test(text) ? `"${text.replace(/\0+$/, "")}"` : identity;
}
