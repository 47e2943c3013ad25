/**
 * The states of an outgoing call, at the LAC that places it and at the LNS that asks for it.
 *
 * ```
 * LNS   idle --open--> wait-tunnel --tunnel open: OCRQ--> wait-reply --OCRP--> wait-connect
 *                                                       wait-connect --OCCN--> established
 * LAC   idle --OCRQ: OCRP, dial--> wait-cs-answer --answered: OCCN-----------> established
 *
 * from each state: CDN received, call failed, or what is out of order: CDN sent --> idle
 * ```
 *
 * Source: RFC 2661 §7.5.1, §7.5.2.
 */
import { type CallTable, CLEAN_UP, DISCONNECT } from "./call_table.ts";

/** RFC 2661 §7.5.1. */
export const LAC_OUTGOING_CALL: CallTable = {
  idle: {
    ocrq: { actions: ["send_ocrp", "open_bearer"], next: "wait_cs_answer" },
    ocrq_bad: DISCONNECT,
    ocrp: DISCONNECT,
    occn: CLEAN_UP,
    cdn: CLEAN_UP,
  },
  wait_tunnel: {},
  wait_reply: {},
  wait_connect: {},
  wait_cs_answer: {
    answer: { actions: ["send_occn", "prepare_data"], next: "established" },
    failure: DISCONNECT,
    ocrq: DISCONNECT,
    ocrp: DISCONNECT,
    occn: DISCONNECT,
    cdn: CLEAN_UP,
    // Not in the table, which leaves out that somebody hangs up while it rings.
    close: DISCONNECT,
  },
  established: {
    ocrq: DISCONNECT,
    ocrp: DISCONNECT,
    occn: DISCONNECT,
    cdn: CLEAN_UP,
    close: DISCONNECT,
  },
};

/** RFC 2661 §7.5.2. */
export const LNS_OUTGOING_CALL: CallTable = {
  idle: {
    ring: { actions: ["open_tunnel"], next: "wait_tunnel" },
    occn: CLEAN_UP,
    ocrp: CLEAN_UP,
    cdn: CLEAN_UP,
  },
  wait_tunnel: {
    tunnel_open: { actions: ["send_ocrq"], next: "wait_reply" },
    close: CLEAN_UP,
  },
  wait_reply: {
    ocrp: { actions: [], next: "wait_connect" },
    ocrp_bad: DISCONNECT,
    occn: DISCONNECT,
    ocrq: DISCONNECT,
    cdn: CLEAN_UP,
    close: DISCONNECT,
  },
  wait_connect: {
    occn: { actions: ["prepare_data"], next: "established" },
    ocrq: DISCONNECT,
    ocrp: DISCONNECT,
    cdn: CLEAN_UP,
    close: DISCONNECT,
  },
  wait_cs_answer: {},
  established: {
    ocrq: DISCONNECT,
    ocrp: DISCONNECT,
    occn: DISCONNECT,
    cdn: CLEAN_UP,
    close: DISCONNECT,
  },
};
