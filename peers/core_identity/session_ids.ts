import { hashOf } from "./session.ts";
import type { AssociationHost } from "./association_host.ts";
import type { SessionTable } from "./session_table.ts";

/** Makes session-IDs for the sessions of one table (step 902, D0-07). */
export class SessionIds {
  readonly #host: AssociationHost;
  readonly #table: SessionTable;
  #provisioned = 0;

  constructor(host: AssociationHost, table: SessionTable) {
    this.#host = host;
    this.#table = table;
  }

  /** One that no live session of the table holds ([0066]). */
  next(key: string): bigint {
    const { config: { sessionIds: asked }, rules } = this.#host;
    for (let attempt = 0;; attempt++) {
      const candidate = this.#candidate(key, attempt);
      const id = rules.sessionId(candidate, { sessions: this.#table.count, key, asked });
      if (id !== candidate || !this.#table.identities.has(id)) return id;
    }
  }

  #candidate(key: string, attempt: number): bigint {
    const { config, environment } = this.#host;
    const { sessionIds, provisionedSessionIds } = config;
    if (sessionIds === "hash") {
      return BigInt(hashOf(`${key}/${attempt}`)) << 32n | BigInt(hashOf(`${attempt}/${key}`));
    }
    if (sessionIds === "provisioned" && this.#provisioned < provisionedSessionIds.length) {
      return BigInt("0x" + provisionedSessionIds[this.#provisioned++]);
    }
    const random32 = () => BigInt(Math.floor(environment.random() * 2 ** 32));
    return random32() << 32n | random32();
  }
}
