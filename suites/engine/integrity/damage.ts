/** What makes evidence untrustworthy, and which verdicts that concerns. */

/** What became of the evidence. */
export type DamageKind = "changed" | "unfinished" | "damaged";

/** One thing that makes a part of the evidence untrustworthy. */
export interface Damage {
  kind: DamageKind;
  /** A true sentence about this evidence, without a full stop. */
  what: string;
  /** What must not be believed: all of it, or the captures of these taps and the traces of these nodes. */
  concerns: "everything" | { taps?: readonly string[]; traces?: readonly string[] };
  /** Whether the lab itself is to blame, so that another try may leave good evidence. */
  rerun?: true;
}

/** What facts were made from, by name. */
export interface Reads {
  taps: ReadonlySet<string>;
  /** Nodes. */
  traces: ReadonlySet<string>;
}

/** Things of one kind that are told at most; the others are counted. */
const MOST_TOLD = 3;

const KINDS: Readonly<Record<DamageKind, string>> = {
  changed: "the evidence was changed",
  unfinished: "the evidence is unfinished",
  damaged: "the evidence was damaged",
};

/** Whether anything rests on what is damaged. */
export function isConcerned({ concerns }: Damage, reads: readonly Reads[]): boolean {
  if (concerns === "everything") return true;
  const { taps = [], traces = [] } = concerns;
  return reads.some((read) =>
    taps.some((tap) => read.taps.has(tap)) || traces.some((node) => read.traces.has(node))
  );
}

/** Damages as one sentence without a full stop: what became of the evidence, and by what that shows. */
export function formatDamage(damages: readonly Damage[]): string {
  return Object.entries(KINDS).flatMap(([kind, became]) => {
    const found = damages.filter((damage) => damage.kind === kind).map(({ what }) => what);
    if (found.length === 0) return [];
    const more = found.length > MOST_TOLD ? [`${found.length - MOST_TOLD} more`] : [];
    return [`${became}: ${[...found.slice(0, MOST_TOLD), ...more].join(", ")}`];
  }).join("; ");
}
