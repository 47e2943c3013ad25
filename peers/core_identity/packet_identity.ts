/** The identity that packets of a session carry, by the form of the system. */
import type { Association } from "./association.ts";
import type { AssociationHost } from "./association_host.ts";
import { tellsCores } from "./config.ts";
import { nameOfSession } from "./reports.ts";
import type { Classification } from "./session.ts";
import type { SessionIds } from "./session_ids.ts";
import type { SenderSession } from "./session_table.ts";

/**
 * The identity of one datagram's packets; undefined where they carry none.
 * @param number Number of the datagram.
 * @param ids Makes session-IDs.
 */
export function packetIdentity(
  { config, rules }: AssociationHost,
  association: Association,
  session: SenderSession,
  c: Classification,
  number: number,
  ids: SessionIds,
): bigint | undefined {
  const { aggregateIdentity, information, reported, latestReported } = association;
  switch (config.class) {
    case "F1":
    case "F4": {
      const own = reported.get(nameOfSession(c)), since = own === undefined ? 0 : own.sent++;
      return rules.identityReported(own?.identity, latestReported, number, since);
    }
    case "F5":
      return rules.aggregateIdentityUsed(aggregateIdentity, session.born - 1);
    case "F8":
      return rules.identityBeforeDecryption(information);
    default:
      return rules.sessionIdPerSession || tellsCores(config)
        ? session.identity
        : ids.next(session.key);
  }
}
