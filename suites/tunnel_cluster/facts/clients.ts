/** Clients of a lab, the ways of their datagrams, and what the taps on these ways show. */
import type { Evidence } from "../../kit/evidence.ts";
import { LabView } from "../../kit/lab_view.ts";
import {
  type ClientDataFacts,
  type ClientDatagram,
  isOpen,
  type SessionSeen,
} from "./client_data.ts";
import { Cluster, type EndpointPlace, type Place } from "./cluster.ts";

/** A host behind an initiator. */
export interface Client {
  /** Its node, which is the name by which it proves who it is. */
  name: string;
  address: string;
  /** Its tap. */
  tap: string;
  initiator: Place;
}

const NO_PACKETS = { packets: [], messages: [], malformed: [], fragments: [] };
const known = new WeakMap<ClientDataFacts, Clients>();

/** The clients of evidence; checks of the same evidence share them. */
export function clientsOf({ data }: { data: ClientDataFacts }, evidence: Evidence): Clients {
  let clients = known.get(data);
  if (clients === undefined) known.set(data, clients = new Clients(data, evidence));
  return clients;
}

/** What the taps show of clients' datagrams. */
export class Clients {
  /** Who is where; it knows no packets. */
  readonly cluster: Cluster;
  readonly all: readonly Client[];
  readonly #lab: LabView;
  readonly #datagrams: ReadonlyMap<string, ClientDatagram[]>;
  readonly #copies = new Map<string, ClientDatagram[]>();
  readonly #sessions = new Map<string, SessionSeen>();
  readonly #byClient = new Map<string, SessionSeen>();

  constructor({ datagrams, sessions }: ClientDataFacts, evidence: Evidence) {
    this.cluster = new Cluster({ ...NO_PACKETS }, evidence);
    this.#lab = new LabView(evidence);
    this.all = this.#clients(evidence);
    this.#datagrams = Map.groupBy(datagrams, ({ tap }) => tap);
    for (const datagram of datagrams) {
      const key = `${datagram.tap}|${datagram.print}`, there = this.#copies.get(key);
      if (there === undefined) this.#copies.set(key, [datagram]);
      else there.push(datagram);
    }
    for (const session of sessions) {
      this.#sessions.set(`${session.tap}|${session.key}`, session);
      if (isOpen(session)) this.#byClient.set(`${session.tap}|${session.client}`, session);
    }
  }

  /** The client that has an address. */
  at(address: string): Client | undefined {
    return this.all.find((client) => client.address === address);
  }

  /** Datagrams at taps that are in no L2TP. */
  bare(...taps: readonly string[]): ClientDatagram[] {
    return taps.flatMap((tap) => this.#datagrams.get(tap) ?? [])
      .filter(({ carrier }) => carrier === undefined);
  }

  /** Datagrams at taps in L2TP, on their way to the initiator or from it. */
  carried(taps: readonly string[], toInitiator: boolean): ClientDatagram[] {
    return taps.flatMap((tap) => this.#datagrams.get(tap) ?? [])
      .filter(({ carrier }) => carrier?.toInitiator === toInitiator);
  }

  /** The same datagram at other taps. */
  copies(taps: readonly string[], { print }: ClientDatagram): ClientDatagram[] {
    return taps.flatMap((tap) => this.#copies.get(`${tap}|${print}`) ?? []);
  }

  /** The session that carried a datagram. */
  sessionOf({ tap, carrier }: ClientDatagram): SessionSeen | undefined {
    return this.#sessions.get(`${tap}|${carrier?.session}`);
  }

  /** Sessions at taps, open or not. */
  sessionsAt(taps: readonly string[]): SessionSeen[] {
    return [...this.#sessions.values()].filter(({ tap }) => taps.includes(tap));
  }

  /** The open session of a client at the first of some taps that shows it. */
  openFor({ name }: Client, taps: readonly string[]): SessionSeen | undefined {
    return taps.map((tap) => this.#byClient.get(`${tap}|${name}`))
      .find((session) => session !== undefined);
  }

  /** Clients whose sessions are open at their initiators' outer links. */
  connected(): { client: Client; session: SessionSeen }[] {
    return this.all.flatMap((client) => {
      const session = this.openFor(client, client.initiator.outside);
      return session === undefined ? [] : [{ client, session }];
    });
  }

  /** Clients whose sessions are open at an endpoint. */
  served(): { client: Client; session: SessionSeen; endpoint: EndpointPlace }[] {
    return this.cluster.endpoints.flatMap((endpoint) =>
      this.all.flatMap((client) => {
        const session = this.openFor(client, this.cluster.tunnelTaps(endpoint));
        return session === undefined ? [] : [{ client, session, endpoint }];
      })
    );
  }

  /** The taps at the host that has an address. */
  tapsOfHost(address: string): string[] {
    const nodes = Object.keys(this.cluster.evidence.topology?.nodes ?? {});
    const node = nodes.find((name) => this.#lab.addressesOf(name).includes(address));
    return node === undefined ? [] : this.#lab.taps({ node }).map(({ name }) => name);
  }

  /** Hosts on links of initiators that somebody watches. */
  #clients({ topology }: Evidence): Client[] {
    return (topology?.links ?? []).flatMap(({ ends: [a, b] }) =>
      [[a, b], [b, a]].flatMap(([own, other]) => {
        if (topology?.nodes[own.node].kind !== "host") return [];
        const initiator = this.cluster.initiators.find(({ node }) => node === other.node);
        const [tap] = this.#lab.taps({ node: own.node });
        const [address] = this.#lab.addressesOf(own.node);
        return initiator === undefined || tap === undefined || address === undefined
          ? []
          : [{ name: own.node, address, tap: tap.name, initiator }];
      })
    );
  }
}
