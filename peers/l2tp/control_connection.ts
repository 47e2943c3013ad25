/**
 * The states of a control connection.
 *
 * ```
 *                 SCCRQ sent                      SCCRP good: SCCCN sent
 *         idle ----------------> wait-ctl-reply ---------------------------> established
 *          |                                                                     ^
 *          | SCCRQ good: SCCRP sent                        SCCCN good            |
 *          +-----------------------> wait-ctl-conn ------------------------------+
 *
 * from each state: StopCCN received, or what is out of order: StopCCN sent -----> idle
 * ```
 *
 * Source: RFC 2661 §7.2.1.
 */
import type { StateTable } from "./state_table.ts";

/** A state of RFC 2661 §7.2.1. */
export type ControlState = "idle" | "wait_ctl_reply" | "wait_ctl_conn" | "established";

/** An event; `_bad` marks a message that is not acceptable. */
export type ControlEvent =
  | "open"
  | "new_call"
  | "sccrq"
  | "sccrq_bad"
  | "lose_tie"
  | "sccrp"
  | "sccrp_bad"
  | "scccn"
  | "scccn_bad"
  | "stop_ccn"
  | "close";

/** What is done on a transition. */
export type ControlAction =
  | "send_sccrq"
  | "send_sccrp"
  | "send_scccn"
  | "send_stop_ccn"
  | "tunnel_open"
  | "requeue"
  | "clean_up";

const REFUSE = { actions: ["send_stop_ccn", "clean_up"], next: "idle" } as const;
const CLEAN_UP = { actions: ["clean_up"], next: "idle" } as const;

/** The table of RFC 2661 §7.2.1. */
export const CONTROL_CONNECTION: StateTable<ControlState, ControlEvent, ControlAction> = {
  idle: {
    open: { actions: ["send_sccrq"], next: "wait_ctl_reply" },
    sccrq: { actions: ["send_sccrp"], next: "wait_ctl_conn" },
    sccrq_bad: REFUSE,
    sccrp: REFUSE,
    sccrp_bad: REFUSE,
    scccn: CLEAN_UP,
    scccn_bad: CLEAN_UP,
    stop_ccn: CLEAN_UP,
  },
  wait_ctl_reply: {
    sccrp: { actions: ["send_scccn", "tunnel_open"], next: "established" },
    sccrp_bad: REFUSE,
    lose_tie: { actions: ["requeue", "clean_up"], next: "idle" },
    sccrq: REFUSE,
    sccrq_bad: REFUSE,
    scccn: REFUSE,
    scccn_bad: REFUSE,
    stop_ccn: CLEAN_UP,
    close: REFUSE,
  },
  wait_ctl_conn: {
    scccn: { actions: ["tunnel_open"], next: "established" },
    scccn_bad: REFUSE,
    sccrp: REFUSE,
    sccrp_bad: REFUSE,
    sccrq: REFUSE,
    sccrq_bad: REFUSE,
    stop_ccn: CLEAN_UP,
    close: REFUSE,
  },
  established: {
    new_call: { actions: ["tunnel_open"], next: "established" },
    sccrq: REFUSE,
    sccrq_bad: REFUSE,
    sccrp: REFUSE,
    sccrp_bad: REFUSE,
    scccn: REFUSE,
    scccn_bad: REFUSE,
    stop_ccn: CLEAN_UP,
    close: REFUSE,
  },
};
