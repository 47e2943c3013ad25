/**
 * Choices that a node of source 000 makes in one form of the system alone: FIG. 1 and 4, reported
 * identities, FIG. 5, one identity for a whole aggregated tunnel, and FIG. 8, cores after decryption.
 */
import type { ProcessorInformation } from "../../captures/wire/core_identity_information.ts";

/** The rules that stand for these choices. */
export const FIGURE_RULES = {
  /**
   * [0056], [0059]: the identity of a session where one was given for the whole aggregated tunnel,
   * `sessions` of which came before; undefined for none.
   */
  aggregateIdentityUsed: (given: bigint | undefined, _sessions: number): bigint | undefined =>
    given,

  /** [0055]: whether data waits until the peer has given an identity for the aggregated tunnel. */
  waitsForAggregateIdentity: true,

  /**
   * [0055], [0060]: the identity that is given for an aggregated tunnel in its establishment, that of
   * a core which was selected as for a session; undefined to give none.
   */
  givesAggregateIdentity: (
    selected: bigint,
    _message: number,
    _tunnelId: number,
  ): bigint | undefined => selected,

  /** [0078]: the identity in packets to a receiver that assigns after decryption; undefined for none. */
  identityBeforeDecryption: (_offered: ProcessorInformation | undefined): bigint | undefined =>
    undefined,

  /** [0006], [0043]: whether sessions are reported at all. */
  reportsSessions: (asked: boolean): boolean => asked,

  /** [0061]: how many of so many announced cores the sender uses. */
  coresUsed: (asked: number | undefined, announced: number): number =>
    Math.min(asked ?? announced, announced),

  /** [0060]: whether the end that opens tunnels gives an identity too, in HELLO. */
  givesIdentityInHello: (asked: boolean): boolean => asked,

  /**
   * [0039], [0043]: whether a session is reported that was reported so often before, at its datagram
   * of this number, from 1, among those without an identity that can be used.
   */
  reports: (_before: number, _untagged: number): boolean => true,

  /** [0043]: milliseconds until a report leaves. */
  reportDelay: 0,

  /** Milliseconds in which a session is not reported twice, as datagrams are under way meanwhile. */
  reportPause: 50,

  /** Step 105: the identity in a report of a session; `latest` is that of the report before. */
  identityInReport: (identity: bigint, _latest: bigint | undefined): bigint => identity,

  /** [0045]: the core of a datagram whose identity names one, `stored` being that of its session. */
  coreOfTagged: (named: number, _stored: number | undefined): number => named,

  /**
   * Steps 402, 403: the identity of a datagram of a session for which `own` was reported; `latest` is
   * that of the last report of any, and `since` counts its datagrams since it was reported first.
   */
  identityReported: (
    own: bigint | undefined,
    _latest: bigint | undefined,
    _datagramNumber: number,
    _since: number,
  ): bigint | undefined => own,

  /** Step 810: what a session is known by, once its datagram is decrypted. */
  sessionIdentifier: (key: string, _tunnelId: number): string => key,

  /** Step 810: whether the first datagram of a session that is not known is taken in. */
  takesNewSession: (_sessions: number): boolean => true,
};
