/**
 * Rows that no check judges, and why. No report claims them; a device that declares one of their classes
 * finds it without a judge.
 */
import type { OffloadId } from "./requirements.ts";

const NO_STT =
  "No reference peer speaks STT: its segments are described, viewed and told apart from " +
  "TCP, but what an endpoint makes of frames shows in no packet of ours.";
const INSIDE = "It happens between host and card, by the driver's interface: no packet shows it.";
const ANY_PARTITION =
  "Which segments begin a unit cannot be held against a card, as it need not join any.";

/** Why nobody judges a row. */
export const UNDECLARED: Partial<Record<OffloadId, string>> = {
  "OFL-007":
    "D2-01: metadata in an extension of TCP or UDP is not supported; the source names none.",
  "OFL-008": "The reference edge encapsulates by itself: there is no second box behind it.",
  "OFL-043": "The reference card segments TCP alone; the source says nothing of how UDP is cut.",
  "OFL-066":
    "The reference card coalesces TCP alone; the source says nothing of how UDP is joined.",
  "OFL-083":
    "The source gives no line to pass: figures and plumbline bench show packets per host " +
    "crossing.",
  "RSC-012": ANY_PARTITION,
  "RSC-013": "The length fields of IP datagrams in captures end at 65,535 octets.",
  "RSC-049": INSIDE,
  "RSC-072": ANY_PARTITION,
  "RSC-075": INSIDE,
  "RSC-076": INSIDE,
  "RSC-093": "There is no preset of VXLAN-GPE: its port and its inner headers are not configured.",
  "RSC-099": INSIDE,
  "RSC-102": NO_STT,
  "RSC-103": NO_STT,
  "RSC-104": NO_STT,
  "RSC-105": NO_STT,
  "RSC-106": NO_STT,
  "RSC-107": NO_STT,
  "RSC-108": NO_STT,
  "RSC-109": NO_STT,
  "RSC-110": NO_STT,
  "RSC-111": NO_STT,
  "RSC-112": NO_STT,
  "TSO-006": "It binds the host, which hands packets down, and not the card.",
  "TSO-015": INSIDE,
  "TSO-022": INSIDE,
};
