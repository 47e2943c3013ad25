/** Checks of endpoints with clients: group F. */
import { fail, inconclusive } from "../../kit/verdict.ts";
import { type Client, CLIENTS } from "../data_path_topologies.ts";
import type { SessionSeen } from "../facts/data_path.ts";
import {
  ALL,
  answers,
  clientAt,
  dataCheck,
  type DataPathView,
  overAll,
  refs,
  SEVERAL,
} from "./data_path_view.ts";
import { all, ENDPOINTS, type Step } from "./view.ts";

/** A client's open session at an endpoint, and the tap that shows it. */
interface Served {
  n: number;
  tap: string;
  client: Client;
  session: SessionSeen;
}

/** Clients whose sessions are open at an endpoint. */
function served(v: DataPathView): Served[] {
  return ENDPOINTS.flatMap((n) =>
    v.tunnelTaps(n).flatMap((tap) =>
      CLIENTS.flatMap((client) => {
        const session = v.openFor(client, tap);
        return session === undefined ? [] : [{ n, tap, client, session }];
      })
    )
  );
}

/** What comes in a session leaves for the servers, once and without L2TP. */
function forwards(v: DataPathView, { n, tap, client, session }: Served): Step {
  const came = v.carried(tap, false).filter(({ carrier }) => carrier?.session === session.key);
  return overAll(came, `data of ${client.name}`, (each) => {
    const count = v.copies(`srv-e${n}`, each).length;
    return count === 1 ? undefined : fail(`one datagram at srv-e${n}`, `${count}`, refs(each));
  });
}

/** What comes from the servers goes into a session. */
function back(v: DataPathView, { n, tap, client }: Served): Step {
  const came = v.bare(`srv-e${n}`).filter(({ destination }) => destination === client.address);
  return overAll(
    came,
    `datagram for ${client.name}`,
    (each) =>
      v.copies(tap, each).some(({ carrier }) => carrier?.toInitiator)
        ? undefined
        : fail(`data for ${client.name}`, "none", refs(each)),
  );
}

/** The checks. */
export const DATA_PATH_ENDPOINT = [
  dataCheck(
    "endpoint",
    "as_from_ppp",
    "The endpoint forwards what a client's session holds without L2TP, and answers into it",
    "TCL-050",
    ALL,
    (v) =>
      all(
        answers(v, ENDPOINTS.flatMap((n) => v.tunnelTaps(n)), "endpoint"),
        overAll(served(v), "open session at an endpoint", (one) =>
          all(forwards(v, one), back(v, one))),
      ),
  ),
  dataCheck(
    "endpoint",
    "to_no_other_session",
    "An endpoint sends a client's datagrams into the session of that client alone",
    "TCL-052",
    SEVERAL,
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
