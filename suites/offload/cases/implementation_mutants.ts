/** Cards that break what single implementations ask. */
import { ECE, FIN, PSH, URG } from "../../../peers/offload/tcp_flags.ts";
import { allowing, cardMutant, coalescing, type MutantRow } from "./mutations.ts";

const anyOptions = coalescing({ holdsTcpOptions: () => true, tcpOptionsJoin: () => true });

const ROWS: readonly MutantRow[] = [
  ["ece_on_both", "Joins segments that all have ECE", "RSC-034", allowing(ECE)],
  ["options_of_any_kind", "Joins segments with options", "RSC-039", anyOptions],
  [
    "options_that_are_the_same",
    "Joins segments with other options than timestamps, where these are the same",
    "RSC-044",
    coalescing({ holdsTcpOptions: () => true }),
  ],
  [
    "swallows_sack",
    "Swallows duplicate acknowledgments with SACK",
    "RSC-045",
    coalescing({
      holdsTcpOptions: () => true,
      tcpOptionsJoin: () => true,
      absorbs: (held, next) => held.acknowledgment === next.acknowledgment,
    }),
  ],
  [
    "any_id_without_df",
    "Joins segments with DF clear whatever their Identification",
    "RSC-060",
    coalescing({ identificationFollows: () => true }),
  ],
  [
    "extension_headers_too",
    "Joins IPv6 segments with extension headers",
    "RSC-068",
    coalescing({ holdsExtensionHeaders: () => true }),
  ],
  [
    "window_update_is_lost",
    "Takes window updates in, and keeps the window that the unit had",
    "RSC-114",
    coalescing({ unitWindow: (held) => held }),
  ],
  [
    "acknowledgment_is_lost",
    "Takes acknowledgments in, and keeps the number that the unit had",
    "RSC-115",
    coalescing({ unitAcknowledgment: (held) => held }),
  ],
  [
    "sum_of_windows",
    "Gives a unit the sum of two windows",
    "RSC-115",
    coalescing({ unitWindow: (held, next) => held + next & 0xffff }),
  ],
  [
    "acknowledgment_of_first",
    "Gives a unit the acknowledgment number of its first segment",
    "RSC-116",
    coalescing({ unitAcknowledgment: (held) => held }),
  ],
  [
    "window_of_first",
    "Gives a unit the window of its first segment",
    "RSC-117",
    coalescing({ unitWindow: (held) => held }),
  ],
  [
    "joins_fin",
    "Joins segments with FIN",
    "RSC-119",
    coalescing({
      ...allowing(FIN).coalescing,
      closesUnit: (_octets, _first, flags) => (flags & PSH) !== 0,
    }),
  ],
  ["joins_urgent_data", "Joins segments with URG", "RSC-120", allowing(URG)],
  [
    "timestamp_of_first",
    "Gives a unit the timestamp of its first segment",
    "RSC-121",
    coalescing({ unitTimestamp: (held) => held }),
  ],
  [
    "ttl_of_first",
    "Gives a unit the TTL of its first segment",
    "RSC-123",
    coalescing({ unitTimeToLive: (held) => held }),
  ],
  [
    "highest_ttl",
    "Gives a unit the highest TTL of its segments",
    "RSC-123",
    coalescing({ unitTimeToLive: (held, next) => Math.max(held, next) }),
  ],
  [
    "df_does_not_matter",
    "Joins segments with DF clear",
    "RSC-124",
    coalescing({ holdsDontFragment: () => true }),
  ],
];

/** In the order of their rules. */
export const IMPLEMENTATION_MUTANTS = ROWS.map(cardMutant);
