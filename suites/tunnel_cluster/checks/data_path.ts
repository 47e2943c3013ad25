/** Checks of what tunnels are for: clients' datagrams through initiators and endpoints (groups E, F). */
import { type Check, check } from "../../check.ts";
import { fail, inconclusive, type Verdict } from "../../verdict.ts";
import { type Client, CLIENTS, INITIATORS } from "../data_path_topologies.ts";
import {
  type ClientDatagram,
  type DataPathFacts,
  dataPathFacts,
  type SessionSeen,
} from "../facts/data_path.ts";
import type { TunnelClusterId } from "../requirements.ts";
import { ADDRESS, all, clusterCheck, ENDPOINTS, refs as refsOf, type Step } from "./view.ts";

/** Scenarios with clients. */
export const WITH_CLIENTS = ["nat/data_path", "global/data_path", "nat/shared_address"] as const;

/** What the taps show of clients' datagrams. */
class DataPathView {
  readonly #datagrams: ReadonlyMap<string, ClientDatagram[]>;
  readonly #copies = new Map<string, ClientDatagram[]>();
  readonly #sessions = new Map<string, SessionSeen>();
  readonly #byClient = new Map<string, SessionSeen>();

  constructor({ datagrams, sessions }: DataPathFacts) {
    this.#datagrams = Map.groupBy(datagrams, ({ tap }) => tap);
    for (const each of datagrams) {
      const key = `${each.tap}|${each.print}`, there = this.#copies.get(key);
      if (there === undefined) this.#copies.set(key, [each]);
      else there.push(each);
    }
    for (const session of sessions) {
      this.#sessions.set(`${session.tap}|${session.key}`, session);
      if (session.open) this.#byClient.set(`${session.tap}|${session.client}`, session);
    }
  }

  /** Datagrams at a tap that are in no L2TP. */
  bare(tap: string): ClientDatagram[] {
    return (this.#datagrams.get(tap) ?? []).filter(({ carrier }) => carrier === undefined);
  }

  /** Datagrams at a tap in L2TP, on their way to the initiator or from it. */
  carried(tap: string, toInitiator: boolean): ClientDatagram[] {
    return (this.#datagrams.get(tap) ?? []).filter(({ carrier }) =>
      carrier?.toInitiator === toInitiator
    );
  }

  /** The same datagram at another tap. */
  copies(tap: string, { print }: ClientDatagram): ClientDatagram[] {
    return this.#copies.get(`${tap}|${print}`) ?? [];
  }

  /** The session that carried a datagram. */
  sessionOf({ tap, carrier }: ClientDatagram): SessionSeen | undefined {
    return this.#sessions.get(`${tap}|${carrier?.session}`);
  }

  /** The open session of a client. */
  openFor({ name }: Client, tap: string): SessionSeen | undefined {
    return this.#byClient.get(`${tap}|${name}`);
  }

  /** The taps where an endpoint's tunnels can be seen: its link inside, its own link. */
  tunnelTaps(n: number): string[] {
    return [`lan-e${n}`, `ext-e${n}`];
  }
}

const clientAt = (address: string) => CLIENTS.find((client) => client.address === address);
const told = ({ source, destination }: ClientDatagram) => `${source} > ${destination}`;
const refs = (...found: (ClientDatagram | SessionSeen | undefined)[]) =>
  found.flatMap((each) => each === undefined ? [] : [each.frame]);

/** The first failure among many judgements; inconclusive when there was nothing to judge. */
function overAll<T>(items: readonly T[], what: string, judge: (item: T) => Step): Verdict {
  if (items.length === 0) return inconclusive(`no ${what} was captured`);
  return all(...items.map(judge));
}

/** Clients whose sessions are open at their initiators' outer links. */
function connected(v: DataPathView) {
  return CLIENTS.flatMap((client) => {
    const session = v.openFor(client, INITIATORS[client.initiator].tap);
    return session === undefined ? [] : [{ client, session, tap: session.tap }];
  });
}

/** Inconclusive unless two clients of one initiator are connected. */
function twoOfOne(v: DataPathView): Step {
  const counts = INITIATORS.map((_, i) =>
    connected(v).filter(({ client }) => client.initiator === i).length
  );
  return Math.max(...counts) >= 2 ? undefined : inconclusive("no initiator has two open sessions");
}

function dataCheck(
  role: "initiator" | "endpoint",
  name: string,
  title: string,
  covers: TunnelClusterId,
  judge: (view: DataPathView) => Verdict,
): Check<TunnelClusterId> {
  return check<TunnelClusterId, { data: typeof dataPathFacts }>({
    ...{ id: `tunnel_cluster/${role}/${name}`, title, covers: [covers], judges: [role] },
    on: WITH_CLIENTS.map((id) => `tunnel_cluster/${id}`) as [string, ...string[]],
    needs: { data: dataPathFacts },
    judge: ({ data }) => judge(new DataPathView(data)),
  });
}

const INITIATOR = [
  dataCheck(
    "initiator",
    "own_rows",
    "Each client's data travels in the session of that client",
    "TCL-045",
    (v) => {
      const sent = INITIATORS.flatMap(({ tap }) => v.carried(tap, false))
        .filter((each) => clientAt(each.source) !== undefined && v.sessionOf(each) !== undefined);
      return all(
        twoOfOne(v),
        overAll(sent, "data of a client", (each) => {
          const session = v.sessionOf(each)!, expected = clientAt(each.source)!.name;
          if (session.client === expected) return undefined;
          return fail(
            `the session of ${expected}`,
            `that of ${session.client}`,
            refs(session, each),
          );
        }),
      );
    },
  ),
  dataCheck(
    "initiator",
    "to_far_end",
    "A client's data travels in L2TP to the address and port that the SCCRP came from",
    "TCL-048",
    (v) =>
      overAll(connected(v), "open session of a client", ({ client, session, tap }) =>
        overAll(
          v.bare(client.name).filter(({ source }) => source === client.address),
          `datagram of ${client.name}`,
          (each) => {
            const sent = v.copies(tap, each).filter(({ carrier }) =>
              carrier?.toInitiator === false
            );
            if (sent.length === 0) return fail(`L2TP to ${session.other}`, "none", refs(each));
            const bad = sent.find(({ carrier }) => carrier!.other !== session.other);
            return bad && fail(session.other, bad.carrier!.other, refs(session, each, bad));
          },
        )),
  ),
  dataCheck(
    "initiator",
    "to_client",
    "Data from the endpoint reaches its client, once and without L2TP",
    "TCL-047",
    (v) =>
      overAll(connected(v), "open session of a client", ({ client, session, tap }) =>
        overAll(
          v.carried(tap, true).filter(({ carrier, destination }) =>
            carrier?.session === session.key && destination === client.address
          ),
          `data for ${client.name}`,
          (each) => {
            const arrived = v.copies(client.name, each).length;
            if (arrived === 1) return undefined;
            return fail(`one datagram at ${client.name}`, `${arrived}`, refs(each));
          },
        )),
  ),
  dataCheck(
    "initiator",
    "to_no_other_client",
    "A client gets nothing but what came in its own session",
    "TCL-052",
    (v) =>
      all(
        twoOfOne(v),
        overAll(connected(v), "open session of a client", ({ client, session, tap }) =>
          overAll(
            v.bare(client.name).filter(({ source }) => source !== client.address),
            `datagram for ${client.name}`,
            (each) => {
              const own = v.copies(tap, each).some(({ carrier }) =>
                carrier?.toInitiator && carrier.session === session.key
              );
              return own
                ? undefined
                : fail(`data in the session of ${client.name}`, told(each), refs(each));
            },
          )),
      ),
  ),
];

/** Clients whose sessions are open at an endpoint. */
function served(v: DataPathView) {
  return ENDPOINTS.flatMap((n) =>
    v.tunnelTaps(n).flatMap((tap) =>
      CLIENTS.flatMap((client) => {
        const session = v.openFor(client, tap);
        return session === undefined ? [] : [{ n, tap, client, session }];
      })
    )
  );
}

const ENDPOINT = [
  dataCheck(
    "endpoint",
    "as_from_ppp",
    "The endpoint forwards what a client's session holds without L2TP, and answers into it",
    "TCL-050",
    (v) =>
      overAll(served(v), "open session at an endpoint", ({ n, tap, client, session }) => {
        const came = v.carried(tap, false).filter(({ carrier }) =>
          carrier?.session === session.key
        );
        const back = v.bare(`srv-e${n}`).filter(({ destination }) =>
          destination === client.address
        );
        return all(
          overAll(came, `data of ${client.name}`, (each) => {
            const count = v.copies(`srv-e${n}`, each).length;
            return count === 1
              ? undefined
              : fail(`one datagram at srv-e${n}`, `${count}`, refs(each));
          }),
          overAll(back, `datagram for ${client.name}`, (each) =>
            v.copies(tap, each).some(({ carrier }) => carrier?.toInitiator)
              ? undefined
              : fail(`data for ${client.name}`, "none", refs(each))),
        );
      }),
  ),
  dataCheck(
    "endpoint",
    "to_no_other_session",
    "An endpoint sends a client's datagrams into the session of that client alone",
    "TCL-052",
    (v) => {
      const sessions = served(v);
      const tunnels = new Set(sessions.map(({ session }) => session.key.replace(/\/\d+$/, "")));
      if (tunnels.size < 2) return inconclusive("fewer than two tunnels have open sessions");
      const taps = [...new Set(sessions.map(({ tap }) => tap))];
      return overAll(
        taps.flatMap((tap) => v.carried(tap, true)),
        "data of an endpoint",
        (each) => {
          const session = v.sessionOf(each), expected = clientAt(each.destination)?.name;
          if (expected !== undefined && session?.client === expected) return undefined;
          return fail(
            `the session of ${expected ?? "nobody"}`,
            `that of ${session?.client ?? "nobody"}`,
            refs(session, each),
          );
        },
      );
    },
  ),
];

const NAT = [
  clusterCheck(
    "shared_address",
    "Where master and NAT have one address, requests to it are served and replies come from it",
    ["TCL-029"],
    "nat",
    ["nat/shared_address"],
    (v) => {
      const asked = v.of("ext-n", "SCCRQ", ({ destination }) => destination === ADDRESS.master);
      const inside = v.of("lan-n", "SCCRP");
      return all(
        v.needs(asked, "request to the address"),
        v.needs(inside, "SCCRP from inside"),
        v.each(
          v.of("ext-n", "SCCRP"),
          "SCCRP that leaves",
          ADDRESS.master,
          ({ source }) => source === ADDRESS.master,
        ),
        v.of("lan-n", "SCCCN").length > 0
          ? undefined
          : fail("an SCCCN for an endpoint", "none", refsOf(inside[0])),
      );
    },
  ),
];

/** The checks of the data path. */
export const DATA_PATH_CHECKS = [...INITIATOR, ...ENDPOINT, ...NAT];
