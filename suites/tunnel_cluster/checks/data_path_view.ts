/** What the taps show of clients' datagrams, for the checks of the data path. */
import type { Check } from "../../kit/check.ts";
import { check } from "../../kit/legacy.ts";
import { fail, inconclusive, pass, type Verdict } from "../../kit/verdict.ts";
import { type Client, CLIENTS, INITIATORS } from "../data_path_topologies.ts";
import {
  type ClientDatagram,
  type DataPathFacts,
  dataPathFacts,
  type SessionSeen,
} from "../facts/data_path.ts";
import type { TunnelClusterId } from "../requirements.ts";
import type { Step } from "./view.ts";

/** Scenarios with clients, and those of them with several clients of each initiator. */
export const SEVERAL = ["nat/data_path", "global/data_path", "nat/shared_address"] as const;
export const ALL = [...SEVERAL, "nat/ping"] as const;

/** What the taps show of clients' datagrams. */
export class DataPathView {
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

  /** Sessions at taps, open or not. */
  sessionsAt(taps: readonly string[]): SessionSeen[] {
    return [...this.#sessions.values()].filter(({ tap }) => taps.includes(tap));
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

/** The client with an address. */
export const clientAt = (address: string) => CLIENTS.find((client) => client.address === address);
/** A datagram in words. */
export const told = ({ source, destination }: ClientDatagram) => `${source} > ${destination}`;
/** Frames of what there is. */
export const refs = (...found: (ClientDatagram | SessionSeen | undefined)[]) =>
  found.flatMap((each) => each === undefined ? [] : [each.frame]);

/** The gravest of many judgements; inconclusive when there was nothing to judge. */
export function overAll<T>(items: readonly T[], what: string, judge: (item: T) => Step): Verdict {
  if (items.length === 0) return inconclusive(`no ${what} was captured`);
  const steps = items.map(judge);
  return steps.find((step) => step?.verdict === "fail") ??
    steps.find((step) => step?.verdict === "inconclusive") ?? pass;
}

/** Configure-Requests without any answer by which a side is known to be deaf. */
const UNANSWERED = 3;

/** Fails at the first session, of those at taps, in which a side never answers the other's LCP. */
export function answers(
  v: DataPathView,
  taps: readonly string[],
  side: "initiator" | "endpoint",
): Step {
  const other = side === "initiator" ? "endpoint" : "initiator";
  const deaf = v.sessionsAt(taps).find(({ lcp }) =>
    lcp[other].requests >= UNANSWERED && lcp[side].answers === 0
  );
  return deaf && fail("an answer to the LCP of a session", "none", [deaf.frame, deaf.lcp.last]);
}

/** Clients whose sessions are open at their initiators' outer links. */
export function connected(v: DataPathView) {
  return CLIENTS.flatMap((client) => {
    const session = v.openFor(client, INITIATORS[client.initiator].tap);
    return session === undefined ? [] : [{ client, session, tap: session.tap }];
  });
}

/** A check of the data path. */
export function dataCheck(
  role: "initiator" | "endpoint",
  name: string,
  title: string,
  covers: TunnelClusterId,
  on: readonly string[],
  judge: (view: DataPathView) => Verdict,
): Check<TunnelClusterId> {
  return check<TunnelClusterId, { data: typeof dataPathFacts }>({
    ...{ id: `tunnel_cluster/${role}/${name}`, title, covers: [covers], judges: [role] },
    on: on.map((id) => `tunnel_cluster/${id}`) as [string, ...string[]],
    needs: { data: dataPathFacts },
    judge: ({ data }) => judge(new DataPathView(data)),
  });
}
