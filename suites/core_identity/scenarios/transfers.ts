/** What hosts send in scenarios of several figures. */
import { sendKeyParts, sendSegments } from "../crafted_datagrams.ts";
import { attempted, established, flow, flows, keyFlows, SILENCE } from "../node_setup.ts";
import type { Driver } from "../../kit/scenario.ts";

/** Five sessions and two back, interleaved; then datagrams of each that are too large for one packet. */
export async function sessionsBothWays(driver: Driver): Promise<void> {
  await established(driver);
  const back = [9001, 9002].map((port) => flow(port, 5001, "server", "client"));
  const both = [...flows(5), ...back];
  await driver.udp({ flows: both, count: 80, size: 400 });
  await driver.udp({ flows: both, count: 10, size: 1472 });
  // Whoever died meanwhile, and began anew, answers no keepalive of its old tunnels.
  await driver.advance(SILENCE);
}

/** What `sessionsBothWays` sends, as a title. */
export const SESSIONS_BOTH_WAYS =
  "Five sessions interleaved over six tunnels, and two back; then datagrams too large for one packet";

/** A session, and those that differ from it in one value of the key, or in a part of one. */
export async function sessionsAlikeButForOneValue(driver: Driver): Promise<void> {
  await established(driver);
  await driver.udp({ flows: keyFlows(1), count: 20, size: 120 });
  await sendSegments(driver, keyFlows(1));
  await sendKeyParts(driver, 1);
}

/** As a title. */
export const ALIKE_BUT_FOR_ONE_VALUE =
  "A session, and four that differ from it in one of the four values of the key";

/** 10,000 sessions, the first of which come back. */
export async function tenThousandSessions(driver: Driver): Promise<void> {
  await established(driver);
  await driver.udp({ flows: flows(10_000), count: 1, size: 32, interval: 0.1 });
  await driver.udp({ flows: flows(100), count: 2, size: 32 });
}

/** As a title. */
export const TEN_THOUSAND_SESSIONS =
  "10,000 sessions live at the same time, and the first of them come back";

/** Four sessions over however much of the aggregate comes up. */
export async function whateverComesUp(driver: Driver): Promise<void> {
  await attempted(driver);
  await driver.udp({ flows: flows(4), count: 30, size: 400 });
}
