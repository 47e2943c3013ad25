/** How stories of conversations are worded. */
import { escapeControls } from "../../captures/escape.ts";

/** Characters of a captured text that are shown. */
const MOST = 120;

/** Octets of a packet as quoted text: decoded as UTF-8, harmless, and no longer than is read. */
export function quoted(octets: Uint8Array): string {
  const text = new TextDecoder().decode(octets.subarray(0, 4 * MOST));
  const short = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  return `“${escapeControls(short)}”`;
}

/** A span of time: `30 ms`, `15.0 s`, `12 min 5 s`. @param seconds At least 0; NaN where unknown. */
export function span(seconds: number): string {
  if (!(seconds >= 0)) return "an unknown time";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 119.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds), minutes = Math.floor(whole / 60);
  if (minutes < 120) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number of things: `1 call`, `2 calls`. */
export function several(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `once`, `twice`, `5 times`. */
export function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}

/** Intervals between moments: `1.0, 2.0 and 4.0 s`. @param moments Seconds, rising; at least two. */
export function intervals(moments: readonly number[]): string {
  const all = moments.slice(1).map((time, i) => (time - moments[i]).toFixed(1));
  const shown = all.slice(0, 10);
  if (shown.length === 1) return `${shown[0]} s`;
  const last = all.length > shown.length ? `${all.length - shown.length} more` : shown.pop();
  return `${shown.join(", ")} and ${last} s`;
}

/** Seconds since 1970 as a time of day: `2026-01-31 12:00:00.123 UTC`; undefined for no time at all. */
export function wallClock(time: number): string | undefined {
  // What has no clock counts from zero: nobody captured anything on the first day of 1970.
  if (!(time >= 86_400) || time > 253_402_300_799) return undefined;
  return new Date(time * 1000).toISOString().replace("T", " ").replace("Z", " UTC");
}
