/** How the establishment of an aggregated tunnel is judged. */
import type { FrameRef } from "../../../captures/frame.ts";
import type { Evidence } from "../../kit/evidence.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import {
  fail,
  gravestOf,
  type Inconclusive,
  inconclusive,
  pass,
  type Verdict,
} from "../../kit/verdict.ts";
import type { WanFacts } from "../facts/wan.ts";
import type { Sighting } from "../facts/sighting.ts";
import type { Announcement, TunnelSetup, WanDirection, WanTunnel } from "../facts/wan_types.ts";
import type { CoreIdentityRole } from "../requirements/classes.ts";
import { announcementsOf, establishing, incompleteness, PEER, sightingOf } from "./premises.ts";

/** The establishment of aggregated tunnels, as one end took part in it. */
export interface Establishment {
  /** Its announcements. */
  own: Announcement[];
  /** When the last tunnel came up. */
  up: Sighting;
  /** Its HELLOs or HELLO ACKs. */
  greetings: FrameRef[];
}

/** How a role established tunnels that came up, when all of it was captured. */
export function establishmentOf(
  wan: WanFacts,
  role: CoreIdentityRole,
  evidence: Evidence,
): Establishment | Inconclusive {
  const confirmed = tunnelsUp(wan);
  if (confirmed.length === 0) return inconclusive("no tunnel was seen to come up");
  const setups = wan.of(role).flatMap((direction) => [...direction.setups]);
  const greetings = setups.flatMap(([, { greeting }]) => greeting === undefined ? [] : [greeting]);
  if (greetings.length === 0) {
    return inconclusive(`no message of the ${role} that opens or accepts a tunnel was captured`);
  }
  const own = establishing(announcementsOf(wan, role));
  if (own.length === 0 && announcementsOf(wan, PEER[role]).length === 0) {
    return inconclusive("neither end announces cores: they may be provisioned");
  }
  const why = own.length > 0 ? undefined : unseenGreeting(wan, confirmed, role) ??
    wan.directions.map((sent) => incompleteness(wan, sent, evidence)).find((text) => text);
  if (why !== undefined) return inconclusive(why);
  const up = confirmed.map((setup) => setup.confirmed!)
    .reduce((last, next) => next.time > last.time ? next : last);
  return { own, up, greetings: frameRefs(...greetings) };
}

/** Why an announcement on some tunnel may have gone unseen; undefined where all were seen. */
function unseenGreeting(
  wan: WanFacts,
  confirmed: readonly TunnelSetup[],
  role: CoreIdentityRole,
): string | undefined {
  const missing = confirmed.find(({ aggregate, id }) =>
    !wan.of(role).some(({ setups }) => setups.get(aggregate << 16 | id)?.greeting !== undefined)
  );
  return missing && `the captures were begun after tunnel ${missing.id} was up`;
}

/** The tunnels that the end which opens them holds to be up. */
export function tunnelsUp(wan: WanFacts): TunnelSetup[] {
  return wan.directions.filter(({ initiator }) => initiator)
    .flatMap(({ setups }) => [...setups.values()])
    .filter(({ confirmed }) => confirmed !== undefined);
}

/**
 * Fails when data left before the sender had the receiver's processor information. Captures alone have
 * a clock for each tap: there order is told at one tap only.
 */
export function informedBeforeData(
  wan: WanFacts,
  sent: WanDirection,
  evidence: Evidence,
): Verdict {
  const announced = announcementsOf(wan, PEER[sent.role as CoreIdentityRole]);
  const expected = "processor information before the first encapsulation packet";
  if (evidence.world !== "captures") {
    return gravestOf(sent.aggregates, "aggregated tunnel", ({ id }) => {
      const [data] = earliest(
        [...sent.tunnels.values()].filter(({ aggregate }) => aggregate === id),
      );
      const arrivals = announced.filter(({ aggregate }) => aggregate === id)
        .map((announcement) => announcement.arrival ?? sightingOf(announcement));
      const first = arrivals.sort((a, b) => a.time - b.time)[0];
      if (first === undefined) return fail(expected, "there is none", frameRefs(data.first));
      return first.time <= data.firstTime ? pass : fail(
        expected,
        `it comes ${((first.time - data.firstTime) * 1000).toFixed(2)} ms later`,
        frameRefs(data.first, first),
      );
    });
  }
  if (announced.length === 0) {
    return inconclusive(
      "no processor information of the receiver was captured: the captures may have begun after the tunnel was up",
    );
  }
  const why = incompleteness(wan, sent, evidence);
  if (why !== undefined) return inconclusive(why);
  return atEachTap(sent, announced, expected);
}

/** Judges the order of information and data tap by tap. */
function atEachTap(
  sent: WanDirection,
  announced: readonly Announcement[],
  expected: string,
): Verdict {
  const sightings = announced.flatMap(({ arrival, departure }) =>
    [arrival, departure].filter((sighting) => sighting !== undefined)
  );
  const places = new Set(sightings.map(({ place }) => place));
  for (const [place, tunnels] of Map.groupBy(sent.tunnels.values(), (tunnel) => tunnel.place)) {
    const [data] = earliest(tunnels);
    const here = sightings.filter((sighting) => sighting.place === place);
    if (here.some(({ time }) => time <= data.firstTime)) continue;
    const isOnlyPlace = places.size === 1 && places.has(place);
    if (!isOnlyPlace) {
      return inconclusive("the order of data and processor information at several taps is unknown");
    }
    return fail(expected, "it comes later", frameRefs(data.first, here[0]));
  }
  return pass;
}

/** Tunnels by their first data packets. */
function earliest(tunnels: WanTunnel[]): WanTunnel[] {
  return tunnels.sort((a, b) => a.firstTime - b.firstTime);
}
