/** The names of the tester's tunnels and sessions, and the identifiers behind them. */

/**
 * Identifiers of the tester at seed 1, which no device would assign by counting. At other seeds all but
 * the bits of their names are others, so that what a device said in one conversation is no answer in
 * another.
 */
export const TUNNELS = { a: 0x5a31, b: 0x6b42, c: 0x7c53, probe: 0x7e77, witness: 0x2d5e } as const;
export const SESSIONS = {
  ...{ a1: 0x31a1, a2: 0x31a2, a3: 0x31a3, a4: 0x31a4, a5: 0x31a5, a6: 0x31a6, a7: 0x31a7 },
  ...{ a8: 0x31a8, a9: 0x31a9, b1: 0x42b1, c1: 0x53d3, probe1: 0x77f7, witness1: 0x1cfe },
} as const;

/** Bits of an identifier of the tester that are the same at every seed: they tell the names apart. */
const NAME_BITS = 5;

/** What of an identifier of the tester is the same at every seed. */
export function nameBits(id: number): number {
  return id & (1 << NAME_BITS) - 1;
}

/** The least and the greatest identifier, which are the same at every seed. */
const BOUNDS = [1, 0xffff];

/**
 * The bits of an identifier that are no name's, as they follow from a seed; none at seed 1. The highest
 * never changes: a device that cannot take it is to fail where that is asked, and not at some seeds.
 */
function variation(seed: number): number {
  return Math.imul(seed - 1, 0x9e3779b1) >>> 17 + NAME_BITS << NAME_BITS;
}

/** The configuration of a tester with the identifiers of a seed. */
export function freshTesterConfig(
  config: Readonly<Record<string, unknown>>,
  seed: number,
): Record<string, unknown> {
  const varied = (ids: unknown) =>
    Object.fromEntries(
      Object.entries((ids ?? {}) as Record<string, number>).map(([name, id]) => [
        name,
        BOUNDS.includes(id) ? id : id ^ variation(seed),
      ]),
    );
  return { ...config, tunnels: varied(config.tunnels), sessions: varied(config.sessions) };
}
