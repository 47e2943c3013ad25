/** Checks of initiators with clients: groups E and F. */
import { fail, inconclusive } from "../../kit/verdict.ts";
import { INITIATORS } from "../data_path_topologies.ts";
import {
  ALL,
  answers,
  clientAt,
  connected,
  dataCheck,
  type DataPathView,
  overAll,
  refs,
  SEVERAL,
  told,
} from "./data_path_view.ts";
import { all, type Step } from "./view.ts";

/** Inconclusive unless two clients of one initiator are connected. */
function twoOfOne(v: DataPathView): Step {
  const counts = INITIATORS.map((_, i) =>
    connected(v).filter(({ client }) => client.initiator === i).length
  );
  return Math.max(...counts) >= 2 ? undefined : inconclusive("no initiator has two open sessions");
}

/** The checks. */
export const DATA_PATH_INITIATOR = [
  dataCheck(
    "initiator",
    "own_rows",
    "Each client's data travels in the session of that client",
    "TCL-045",
    SEVERAL,
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
    ALL,
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
    ALL,
    (v) =>
      all(
        answers(v, INITIATORS.map(({ tap }) => tap), "initiator"),
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
  ),
  dataCheck(
    "initiator",
    "to_no_other_client",
    "A client gets nothing but what came in its own session",
    "TCL-052",
    SEVERAL,
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
