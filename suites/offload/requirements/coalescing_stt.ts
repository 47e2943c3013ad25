/** STT, whose frames travel in what looks like TCP. Rules S1 to S11 of the offload note. */
import { catalogue } from "../../kit/requirement.ts";
import { may, type Rows } from "./row.ts";

const STT = may("stt");

/** RSC-102 to RSC-112, for S1 to S11. */
export const STT_RULES = catalogue(
  {
    "RSC-102": {
      ...STT,
      source: "note S1; Open vSwitch stt.c",
      text: "A segment with a wrong checksum is dropped.",
    },
    "RSC-103": {
      ...STT,
      source: "note S2; Open vSwitch stt.c",
      text: "A segment without payload is dropped.",
    },
    "RSC-104": {
      ...STT,
      source: "note S3; Open vSwitch stt.c",
      text: "A segment whose offset and length go beyond the length of its frame is dropped.",
    },
    "RSC-105": {
      ...STT,
      source: "note S4; Open vSwitch stt.c",
      text: "Segments that overlap are dropped, those in another order are taken.",
    },
    "RSC-106": {
      ...STT,
      source: "note S5; Open vSwitch stt.c",
      text: "Segments of one frame are those of equal addresses and acknowledgment number.",
    },
    "RSC-107": {
      ...STT,
      source: "note S6; RFC 3168 §5.3",
      text: "A frame of which one segment was marked CE is marked CE.",
    },
    "RSC-108": {
      ...STT,
      source: "note S7; Open vSwitch stt.c",
      text: "A frame that is not whole within 30 seconds is dropped.",
    },
    "RSC-109": {
      ...STT,
      source: "note S8; Open vSwitch stt.c",
      text: "A frame of a version other than 0 is dropped.",
    },
    "RSC-110": {
      ...STT,
      source: "note S9; Open vSwitch stt.c",
      text: "A frame whose L4 offset lies beyond it is dropped.",
    },
    "RSC-111": {
      ...STT,
      source: "note S10; Open vSwitch stt.c",
      text: "Frames above 64K, or with an L4 offset above 255, are not offloaded.",
    },
    "RSC-112": {
      ...STT,
      source: "note S11; Open vSwitch stt.c",
      text:
        "Only inner TCP with a partial checksum, and DF where it is IPv4, is split into segments.",
    },
  } satisfies Rows,
);
