/** Clients' data at initiators: rows of Table 2, and what travels by them (L137). */
import { SEVERAL } from "./client_data_rules.ts";
import * as l2tp from "../../../captures/wire/l2tp.ts";
import type { TunnelClusterOverrides } from "../../../peers/tunnel_cluster/overrides.ts";
import { some } from "../../kit/check.ts";
import { frameRefs } from "../../kit/frame_refs.ts";
import type { Section } from "../../kit/suite.ts";
import { fail, gravest, gravestOf, inconclusive, isInconclusive } from "../../kit/verdict.ts";
import { clientsOf } from "../facts/clients.ts";
import { leaving } from "../packet_changes.ts";
import { ping } from "../scenarios/data_path.ts";
import { kit } from "../vocabulary.ts";
import { answers, formatDatagram, twoOfOne } from "./client_data_rules.ts";
import { holdsDatagram, intoOneSession, neighbours, readdressed } from "./client_data_changes.ts";
import { CLIENT_DATA } from "./packet_rules.ts";

const ALL = [...SEVERAL, ping] as const;

/** At initiators. */
export const CLIENT_DATA_AT_INITIATOR: Section<TunnelClusterOverrides> = {
  title: "Clients' data at initiators",
  checks: [
    kit.testCase({
      name: "initiator/own_rows",
      title: "Each client's data travels in the session of that client",
      covers: ["TCL-045"],
      judges: ["initiator"],
      on: SEVERAL,
      needs: CLIENT_DATA,
      stimulus(facts, evidence) {
        const clients = clientsOf(facts, evidence);
        const taps = clients.cluster.initiators.flatMap(({ outside }) => outside);
        const sent = clients.carried(taps, false).flatMap((datagram) => {
          const client = clients.at(datagram.source), session = clients.sessionOf(datagram);
          return client && session ? [{ datagram, client, session }] : [];
        });
        return twoOfOne(clients) ?? some(sent, "data of a client in a session");
      },
      judge: (_, sent) =>
        gravestOf(
          sent,
          "data of a client",
          ({ datagram, client, session }) =>
            session.client === client.name ? undefined : fail(
              `the session of ${client.name}`,
              `that of ${session.client ?? "nobody"}`,
              frameRefs(session, datagram),
            ),
        ),
    }),
    kit.testCase({
      name: "initiator/to_far_end",
      title: "A client's data travels in L2TP to the address and port that the SCCRP came from",
      covers: ["TCL-048"],
      judges: ["initiator"],
      on: ALL,
      needs: CLIENT_DATA,
      stimulus(facts, evidence) {
        const clients = clientsOf(facts, evidence);
        const sent = clients.connected().flatMap(({ client, session }) =>
          clients.bare(client.tap).filter(({ source }) => source === client.address)
            .map((datagram) => ({ datagram, session }))
        );
        return some(sent, "datagram of a client with an open session");
      },
      judge: (facts, sent, evidence) =>
        gravestOf(sent, "datagram", ({ datagram, session }) => {
          const there = clientsOf(facts, evidence).copies([session.tap], datagram)
            .filter(({ carrier }) => carrier?.toInitiator === false);
          if (there.length === 0) {
            return fail(`L2TP to ${session.other}`, "none", frameRefs(datagram));
          }
          if (there.length > 1) {
            return fail(
              `one datagram to ${session.other}`,
              `${there.length}`,
              frameRefs(datagram, ...there),
            );
          }
          const bad = there.find(({ carrier }) => carrier!.other !== session.other);
          return bad &&
            fail(session.other, bad.carrier!.other, frameRefs(session, datagram, bad));
        }),
    }),
    kit.testCase({
      name: "initiator/to_client",
      title: "Data from the endpoint reaches its client, once and without L2TP",
      covers: ["TCL-047"],
      judges: ["initiator"],
      on: ALL,
      needs: CLIENT_DATA,
      stimulus(facts, evidence) {
        const clients = clientsOf(facts, evidence);
        const taps = clients.cluster.initiators.flatMap(({ outside }) => outside);
        const came = clients.connected().flatMap(({ client, session }) =>
          clients.carried([session.tap], true).filter(({ carrier, destination }) =>
            carrier?.session === session.key && destination === client.address
          ).map((datagram) => ({ datagram, client }))
        );
        const deaf = answers(clients, taps, "initiator");
        return came.length > 0 || deaf !== undefined
          ? { came, deaf }
          : inconclusive("no data for a client with an open session was captured");
      },
      judge: (facts, { came, deaf }, evidence) =>
        gravest(
          deaf,
          came.length === 0 ? undefined : gravestOf(came, "data", ({ datagram, client }) => {
            const arrived = clientsOf(facts, evidence).copies([client.tap], datagram).length;
            return arrived === 1
              ? undefined
              : fail(`one datagram at ${client.name}`, `${arrived}`, frameRefs(datagram));
          }),
        ),
    }),
    kit.testCase({
      name: "initiator/to_no_other_client",
      title: "A client gets nothing but what came in its own session",
      covers: ["TCL-052"],
      judges: ["initiator"],
      on: SEVERAL,
      needs: CLIENT_DATA,
      stimulus(facts, evidence) {
        const clients = clientsOf(facts, evidence);
        const few = twoOfOne(clients);
        if (isInconclusive(few)) return few;
        const got = clients.connected().flatMap(({ client, session }) =>
          clients.bare(client.tap).filter(({ source }) => source !== client.address)
            .map((datagram) => ({ datagram, client, session }))
        );
        return some(got, "datagram for a client with an open session");
      },
      judge: (facts, got, evidence) =>
        gravestOf(got, "datagram", ({ datagram, client, session }) => {
          const own = clientsOf(facts, evidence).copies([session.tap], datagram)
            .some(({ carrier }) => carrier?.toInitiator && carrier.session === session.key);
          return own ? undefined : fail(
            `data in the session of ${client.name}`,
            formatDatagram(datagram),
            frameRefs(session, datagram),
          );
        }),
    }),
  ],
  mutants: [
    kit.mutant({
      name: "one_row",
      title: "Sends the data of all clients in one session",
      role: "initiator",
      violates: "TCL-045",
      alsoViolates: ["TCL-048", "TCL-051"],
      rules: intoOneSession(),
    }),
    kit.mutant({
      name: "to_first_client",
      title: "Delivers everything to its first client",
      role: "initiator",
      violates: "TCL-047",
      alsoViolates: ["TCL-052"],
      rules: {
        wire: {
          lanEgress: (datagram) => [readdressed(datagram, neighbours(datagram)[0] ?? "192.0.2.99")],
        },
      },
    }),
    kit.mutant({
      name: "to_all_clients",
      title: "Delivers a copy to each of its clients",
      role: "initiator",
      violates: "TCL-052",
      rules: {
        wire: {
          lanEgress: (datagram) => neighbours(datagram).map((to) => readdressed(datagram, to)),
        },
      },
    }),
    kit.mutant({
      name: "port_1701",
      title: "Sends data to port 1701, whatever port the SCCRP came from",
      role: "initiator",
      violates: "TCL-048",
      rules: leaving(holdsDatagram, (t) => ({ ...t, to: { ...t.to!, port: l2tp.L2TP_PORT } })),
    }),
  ],
};
