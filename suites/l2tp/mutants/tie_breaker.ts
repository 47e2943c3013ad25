/** Mutants of the tie breaker: one for each outcome of a collision. */
import type { L2tpOverrides } from "../../../peers/l2tp/overrides.ts";
import {
  CONTROL_CONNECTION_RULES,
  type Tie,
} from "../../../peers/l2tp/rules/control_connection.ts";
import { both, type L2tpMutant } from "./make.ts";

const ID = "L2TP-047";
type Value = Uint8Array | undefined;

/** Settles a collision in another way where a test applies. */
function settles(test: (own: Value, peer: Value, tie: Tie) => Tie | undefined): L2tpOverrides {
  return {
    l2tp: {
      tie(own, peer) {
        const right = CONTROL_CONNECTION_RULES.tie(own, peer);
        return test(own, peer, right) ?? right;
      },
    },
  };
}

/** The mutants of both roles. */
export const TIE_BREAKER_MUTANTS: readonly L2tpMutant[] = [
  ...both(
    "higher_wins",
    "Lets the higher tie breaker win",
    ID,
    settles((own, peer, tie) =>
      own === undefined || peer === undefined
        ? undefined
        : tie === "win"
        ? "lose"
        : tie === "lose"
        ? "win"
        : undefined
    ),
  ),
  ...both(
    "equal_wins",
    "Goes on with its own request when tie breakers are equal",
    ID,
    settles((_own, _peer, tie) => tie === "both_lose" ? "win" : undefined),
  ),
  ...both(
    "two_for_one_tie_breaker",
    "Has two tunnels where one request alone has a tie breaker",
    ID,
    settles((own, peer) =>
      (own === undefined) === (peer === undefined) ? undefined : "two_tunnels"
    ),
  ),
  ...both("tells_lost_tie", "Sends a StopCCN for a request that lost", ID, {
    l2tp: { announcesLostTie: true },
  }),
  ...both(
    "one_without_tie_breaker",
    "Gives up its own request where nobody sent a tie breaker",
    ID,
    settles((_own, _peer, tie) => tie === "two_tunnels" ? "lose" : undefined),
  ),
];
