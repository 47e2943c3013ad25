/** Clients' data at endpoints, and its whole way (L137). */
import { SEVERAL } from "./client_data_rules.ts";
import { formatIpv4 } from "../../../captures/wire/address.ts";
import { udpDatagram } from "../../../captures/wire/build.ts";
import * as l2tp from "../../../captures/wire/l2tp.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, type PartialVerdict } from "../../kit/verdict.ts";
import type { ClientDatagram } from "../facts/client_data.ts";
import { type Clients, clientsOf } from "../facts/clients.ts";
import { ping } from "../scenarios/data_path.ts";
import { kit } from "../vocabulary.ts";
import { answers } from "./client_data_rules.ts";
import { intoOneSession } from "./client_data_changes.ts";
import { CLIENT_DATA } from "./packet_rules.ts";

type Served = ReturnType<Clients["served"]>[number];

/** What comes in a session leaves for the servers, once and without L2TP. */
function forwards(clients: Clients, { client, session, endpoint }: Served) {
  const came = clients.carried([session.tap], false)
    .filter(({ carrier }) => carrier?.session === session.key);
  return gravestOf(came, `data of ${client.name}`, (datagram) => {
    const count = clients.copies(endpoint.servers, datagram).length;
    return count === 1
      ? undefined
      : fail(`one datagram at ${endpoint.servers}`, `${count}`, frameRefs(datagram));
  });
}

/** What comes from the servers goes into a session. */
function back(clients: Clients, { client, session, endpoint }: Served) {
  const came = clients.bare(...endpoint.servers)
    .filter(({ destination }) => destination === client.address);
  return gravestOf(
    came,
    `datagram for ${client.name}`,
    (datagram) => {
      const count = clients.copies([session.tap], datagram)
        .filter(({ carrier }) => carrier?.toInitiator).length;
      return count === 1
        ? undefined
        : fail(`data for ${client.name} once`, `${count} times`, frameRefs(datagram));
    },
  );
}

/** Fails where a datagram is not seen at the next taps of its way. */
function travels(
  clients: Clients,
  datagram: ClientDatagram,
  way: readonly (readonly string[])[],
): PartialVerdict {
  let last = datagram;
  for (const taps of way) {
    const [next] = clients.copies(taps, datagram);
    if (next === undefined) {
      return fail(`the datagram at ${taps.join(" or ")}`, "it is not there", frameRefs(last));
    }
    last = next;
  }
  return undefined;
}

/** At endpoints. */
export const CLIENT_DATA_AT_ENDPOINT: Section<TunnelClusterOverrides> = {
  title: "Clients' data at endpoints, and its whole way",
  checks: [
    kit.testCase({
      name: "endpoint/as_from_ppp",
      title:
        "The endpoint forwards what a client's session holds without L2TP, and answers into it",
      covers: ["TCL-050"],
      judges: ["endpoint"],
      on: [...SEVERAL, ping],
      needs: CLIENT_DATA,
      stimulus(facts, evidence) {
        const clients = clientsOf(facts, evidence);
        const { cluster } = clients;
        const taps = cluster.endpoints.flatMap((endpoint) => cluster.tunnelTaps(endpoint));
        const served = clients.served(), deaf = answers(clients, taps, "endpoint");
        return clients.all.length > 0 && (served.length > 0 || deaf !== undefined)
          ? { served, deaf }
          : inconclusive("no session of a client is open at an endpoint");
      },
      judge(facts, { served, deaf }, evidence) {
        const clients = clientsOf(facts, evidence);
        return gravest(
          deaf,
          served.length === 0
            ? undefined
            : gravestOf(served, "open session", (one) =>
              gravest(forwards(clients, one), back(clients, one))),
        );
      },
    }),
    kit.testCase({
      name: "endpoint/to_no_other_session",
      title: "An endpoint sends a client's datagrams into the session of that client alone",
      covers: ["TCL-052"],
      judges: ["endpoint"],
      on: SEVERAL,
      needs: CLIENT_DATA,
      stimulus(facts, evidence) {
        const clients = clientsOf(facts, evidence);
        const sessions = clients.served().map(({ session }) => session);
        if (new Set(sessions.map(({ tunnel }) => tunnel)).size < 2) {
          return inconclusive("fewer than two tunnels have open sessions");
        }
        const sent = clients.carried([...new Set(sessions.map(({ tap }) => tap))], true);
        return sent.length > 0 ? sent : inconclusive("no data of an endpoint was captured");
      },
      judge(facts, sent, evidence) {
        const clients = clientsOf(facts, evidence);
        return gravestOf(sent, "data of an endpoint", (datagram) => {
          const session = clients.sessionOf(datagram);
          const expected = clients.at(datagram.destination)?.name;
          if (expected !== undefined && session?.client === expected) return undefined;
          return fail(
            `the session of ${expected ?? "nobody"}`,
            `that of ${session?.client ?? "nobody"}`,
            frameRefs(session, datagram),
          );
        });
      },
    }),
    kit.testCase({
      name: "data_path/ping",
      title:
        "A client's ping crosses initiator, NAT and endpoint to the server, and the answer comes back",
      covers: ["TCL-047", "TCL-050"],
      judges: ["initiator", "endpoint"],
      on: [ping],
      needs: CLIENT_DATA,
      stimulus(facts, evidence) {
        const clients = clientsOf(facts, evidence);
        const { nat } = clients.cluster;
        if (nat === undefined) return inconclusive("there is no NAT");
        const connected = clients.connected();
        if (connected.length === 0) return inconclusive("no session of a client is open");
        const found = connected.flatMap(({ client }) => {
          const asked = clients.bare(client.tap).filter(({ source }) => source === client.address);
          const serving = clients.served().find((one) => one.client === client)?.endpoint;
          if (asked.length === 0) return [];
          const within = serving ? [serving.inside, serving.servers] : [];
          return [{
            client,
            asked,
            way: [client.initiator.outside, nat.outside, nat.inside, ...within],
          }];
        });
        return found.length > 0 ? found : inconclusive("no ping of a client was captured");
      },
      judge(facts, found, evidence) {
        const clients = clientsOf(facts, evidence);
        return gravestOf(
          found,
          "client",
          ({ client, asked, way }) =>
            gravestOf(asked, "ping", (request) => {
              const host = clients.tapsOfHost(request.destination);
              const there = travels(clients, request, [...way, host]);
              if (there !== undefined) return there;
              const sent = clients.bare(...host).filter(({ source, destination }) =>
                source === request.destination && destination === request.source
              );
              return gravestOf(
                sent,
                "answer of the server",
                (answer) => travels(clients, answer, [...way.toReversed(), [client.tap]]),
              );
            }),
        );
      },
    }),
  ],
  mutants: [
    kit.mutant({
      name: "keeps_l2tp",
      title: "Forwards datagrams within L2TP",
      role: "endpoint",
      violates: "TCL-050",
      // So it does with requests once it is master.
      alsoViolates: ["TCL-095"],
      rules: {
        wire: {
          lanEgress: (datagram) => [udpDatagram({
            ...{ source: formatIpv4(datagram, 12), destination: formatIpv4(datagram, 16) },
            ...{ sourcePort: l2tp.L2TP_PORT, destinationPort: l2tp.L2TP_PORT },
            payload: Uint8Array.of(0, 2, 0, 1, 0, 1, 0xff, 3, 0, 0x21, ...datagram),
          })],
        },
      },
    }),
    kit.mutant({
      name: "stale_header_checksum",
      title: "Leaves the header checksum of clients' datagrams wrong",
      role: "endpoint",
      violates: "TCL-050",
      // So it does with requests once it is master.
      alsoViolates: ["TCL-095"],
      rules: {
        wire: {
          lanEgress(datagram) {
            const out = datagram.slice();
            out[10] ^= 1;
            return [out];
          },
        },
      },
    }),
    kit.mutant({
      name: "into_one_session",
      title: "Sends the datagrams of all clients into one session",
      role: "endpoint",
      violates: "TCL-052",
      alsoViolates: ["TCL-050", "TCL-051"],
      rules: intoOneSession(),
    }),
  ],
};
