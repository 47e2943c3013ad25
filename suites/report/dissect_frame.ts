import { describe } from "../../captures/dissect/describe.ts";
import { dissect } from "../../captures/dissect/dissect.ts";
import type { Dissect } from "./packets.ts";

/** Dissects a frame for the report with the dissectors of `captures/`. */
export const dissectFrame: Dissect = (frame) => {
  const layers = dissect(frame);
  return {
    line: describe(layers),
    layers: layers.map(({ name, fields, problem, note }) => ({
      name,
      ...(problem ?? note ? { problem: [problem, note].filter(Boolean).join("; ") } : {}),
      fields: fields.map(({ name, value, meaning }) => ({
        name,
        value: String(value),
        ...(meaning === undefined ? {} : { meaning }),
      })),
    })),
  };
};
