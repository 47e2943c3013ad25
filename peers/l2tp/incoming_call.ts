/**
 * The states of an incoming call, at the LAC that detects it and at the LNS that accepts it.
 *
 * ```
 * LAC   idle --ring--> wait-tunnel --tunnel open: ICRQ--> wait-reply --ICRP: ICCN--> established
 * LNS   idle ------------ICRQ: ICRP--------------> wait-connect ----ICCN-----------> established
 *
 * from each state: CDN received, line dropped, or what is out of order: CDN sent --> idle
 * ```
 *
 * Source: RFC 2661 §7.4.1, §7.4.2.
 */
import type { CallTable } from "./call_table.ts";
import { CLEAN_UP, DISCONNECT } from "./call_table.ts";

/** RFC 2661 §7.4.1. */
export const LAC_INCOMING_CALL: CallTable = {
  idle: {
    ring: { actions: ["open_tunnel"], next: "wait_tunnel" },
    iccn: CLEAN_UP,
    icrp: CLEAN_UP,
    cdn: CLEAN_UP,
  },
  wait_tunnel: {
    close: CLEAN_UP,
    tunnel_open: { actions: ["send_icrq"], next: "wait_reply" },
  },
  wait_reply: {
    icrp: { actions: ["send_iccn", "prepare_data"], next: "established" },
    icrp_bad: DISCONNECT,
    icrq: DISCONNECT,
    cdn: CLEAN_UP,
    iccn: CLEAN_UP,
    close: DISCONNECT,
  },
  wait_connect: {},
  wait_cs_answer: {},
  established: {
    cdn: CLEAN_UP,
    icrq: DISCONNECT,
    icrp: DISCONNECT,
    iccn: DISCONNECT,
    close: DISCONNECT,
  },
};

/** RFC 2661 §7.4.2. */
export const LNS_INCOMING_CALL: CallTable = {
  idle: {
    icrq: { actions: ["send_icrp"], next: "wait_connect" },
    icrq_bad: DISCONNECT,
    icrp: DISCONNECT,
    iccn: CLEAN_UP,
    cdn: CLEAN_UP,
  },
  wait_tunnel: {},
  wait_reply: {},
  wait_connect: {
    iccn: { actions: ["prepare_data"], next: "established" },
    iccn_bad: DISCONNECT,
    icrq: DISCONNECT,
    icrp: DISCONNECT,
    cdn: CLEAN_UP,
    close: DISCONNECT,
  },
  wait_cs_answer: {},
  established: {
    icrq: DISCONNECT,
    icrp: DISCONNECT,
    iccn: DISCONNECT,
    cdn: CLEAN_UP,
    close: DISCONNECT,
  },
};
