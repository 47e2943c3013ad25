/**
 * The option negotiation automaton of PPP, which LCP and every network control protocol run.
 *
 * Source: RFC 1661 §4.
 */

/** States in the order of the RFC's columns. */
export const STATES = [
  "initial",
  "starting",
  "closed",
  "stopped",
  "closing",
  "stopping",
  "req_sent",
  "ack_rcvd",
  "ack_sent",
  "opened",
] as const;

/** A state of the automaton. */
export type PppState = typeof STATES[number];

/** What the automaton does on a transition. */
export type PppAction =
  | "tlu"
  | "tld"
  | "tls"
  | "tlf"
  | "irc"
  | "zrc"
  | "scr"
  | "sca"
  | "scn"
  | "str"
  | "sta"
  | "scj"
  | "ser";

/** What happens to the automaton. */
export type PppEvent =
  | "up"
  | "down"
  | "open"
  | "close"
  | "timeout"
  | "timeout_last"
  | "rcr_good"
  | "rcr_bad"
  | "rca"
  | "rcn"
  | "rtr"
  | "rta"
  | "ruc"
  | "rxj_good"
  | "rxj_bad"
  | "rxr";

/** Actions and the state behind them. */
export interface PppTransition {
  readonly actions: readonly PppAction[];
  readonly next: PppState;
}

/**
 * RFC 1661 §4.1, row by row. A number is the next state, counted from 0; `-` cannot happen or means
 * nothing. The options r, p and x of the RFC's table (restart, passive, crossed) are not taken.
 *
 * ```
 *                0        1         2         3          4      5      6         7          8      9
 *             Initial  Starting  Closed    Stopped    Closing Stopping Req-Sent Ack-Rcvd Ack-Sent Opened
 * ```
 */
const ROWS: Record<PppEvent, string> = {
  up:
    "           2    irc,scr/6  -         -              -     -     -         -         -         -",
  down:
    "         -        -      0        tls/1           0     1     1         1         1       tld/1",
  open:
    "       tls/1      1    irc,scr/6    3             5     5     6         7         8         9",
  close:
    "        0      tlf/0     2         2             4     4 irc,str/4 irc,str/4 irc,str/4 tld,irc,str/4",
  timeout:
    "      -        -      -         -           str/4 str/5 scr/6     scr/6     scr/8       -",
  timeout_last:
    " -        -      -         -           tlf/2 tlf/3 tlf/3     tlf/3     tlf/3       -",
  rcr_good:
    "     -        -    sta/2 irc,scr,sca/8       4     5   sca/8   sca,tlu/9   sca/8  tld,scr,sca/8",
  rcr_bad:
    "      -        -    sta/2 irc,scr,scn/6       4     5   scn/6     scn/7     scn/6  tld,scr,scn/6",
  rca:
    "          -        -    sta/2     sta/3           4     5   irc/7     scr/6   irc,tlu/9 tld,scr/6",
  rcn:
    "          -        -    sta/2     sta/3           4     5 irc,scr/6   scr/6   irc,scr/8 tld,scr/6",
  rtr:
    "          -        -    sta/2     sta/3         sta/4 sta/5 sta/6     sta/6     sta/6  tld,zrc,sta/5",
  rta:
    "          -        -      2         3           tlf/2 tlf/3   6         6         8     tld,scr/6",
  ruc:
    "          -        -    scj/2     scj/3         scj/4 scj/5 scj/6     scj/7     scj/8     scj/9",
  rxj_good:
    "     -        -      2         3             4     5     6         6         8         9",
  rxj_bad:
    "      -        -    tlf/2     tlf/3         tlf/2 tlf/3 tlf/3     tlf/3     tlf/3  tld,irc,str/5",
  rxr:
    "          -        -      2         3             4     5     6         7         8       ser/9",
};

function parse(cell: string): PppTransition | undefined {
  if (cell === "-") return undefined;
  const [actions, next] = cell.includes("/") ? cell.split("/") : ["", cell];
  const names = actions === "" ? [] : actions.split(",");
  return { actions: names as PppAction[], next: STATES[Number(next)] };
}

const TABLE = new Map(
  Object.entries(ROWS).map(([event, row]) => [event, row.trim().split(/\s+/).map(parse)]),
);

/** What an event does in a state; undefined when nothing. */
export function pppTransition(state: PppState, event: PppEvent): PppTransition | undefined {
  return TABLE.get(event)![STATES.indexOf(state)];
}
