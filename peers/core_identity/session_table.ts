/** The sessions of a sender (steps 702 and 703). */

/** A session as its sender keeps it. */
export interface SenderSession {
  key: string;
  identity: bigint;
  used: number;
  /** Value of the table's counter when it began. */
  born: number;
  /** Version of the peer's processor information when it began; -1 without any. */
  version: number;
}

/** The sessions towards one peer. */
export class SessionTable {
  readonly sessions = new Map<string, SenderSession>();
  /** Selections made so far. */
  count = 0;
  /** Identities of sessions that live, to keep session-IDs unique. */
  readonly identities = new Set<bigint>();
}
