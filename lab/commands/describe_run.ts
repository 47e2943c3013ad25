/** Packets as lines. */
import { escapeControls } from "../../captures/escape.ts";
import { describe } from "../../captures/dissect/describe.ts";
import { dissect } from "../../captures/dissect/dissect.ts";
import { readCapture } from "../../captures/file/read.ts";
import type { Frame } from "../../captures/frame.ts";
import { Output } from "./output.ts";

/** Options of `describe` as the command line gives them. */
export interface DescribeOptions {
  json?: boolean;
  count?: boolean;
}

/** Runs `describe`; gives the exit code: 2 when some capture could not be read to its end. */
export async function describeCaptures(
  captures: readonly string[],
  options: DescribeOptions,
): Promise<number> {
  const output = new Output();
  const document = options.json ? new JsonArray(output) : undefined;
  let unreadable = false;
  for (const path of captures) {
    if (!await describeOne(path, options, output, document, captures.length > 1)) {
      unreadable = true;
    }
  }
  document?.end();
  output.flush();
  return unreadable ? 2 : 0;
}

/** Describes one capture; returns whether it could be read to its end. */
async function describeOne(
  path: string,
  { count }: DescribeOptions,
  output: Output,
  document: JsonArray | undefined,
  several: boolean,
): Promise<boolean> {
  const name = escapeControls(path);
  const prefix = several ? `${name}: ` : "";
  let packets = 0;
  const sink = count
    ? () => packets++
    : document !== undefined
    ? (frame: Frame) => document.add(json(path, frame))
    : (frame: Frame) =>
      output.line(`${prefix}${frame.number} ${timeOf(frame)} ${describe(dissect(frame))}`);
  let problem: string | undefined;
  try {
    const summary = await readCapture(path, sink);
    if (summary.problem !== undefined) {
      problem = `octet ${summary.problem.offset}: ${summary.problem.message}`;
    }
    if (count) {
      if (document === undefined) output.line(`${name}: ${summary.packets} packets`);
      else document.add({ file: path, packets: summary.packets, ...(problem && { problem }) });
    }
  } catch (error) {
    const text = whyUnreadable(error);
    if (text === undefined) throw error;
    problem = text;
    if (count && document !== undefined) document.add({ file: path, packets, problem });
  }
  if (problem === undefined) return true;
  // What was understood comes before what was not, also when both go to one terminal.
  output.flush();
  console.error(`plumbline: ${name}: ${escapeControls(problem)}`);
  return false;
}

/** Why a capture cannot be read, in one line; undefined when that is a defect of ours. */
function whyUnreadable(error: unknown): string | undefined {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (!(error instanceof Error)) return undefined;
  const system = Object.values(Deno.errors).some((kind) => error instanceof kind);
  return error.name === "NotACapture" || system || "code" in error
    ? error.message.split("\n")[0]
    : undefined;
}

/** Second of `timeOf`'s last answer, as dates are dear and packets of one second are many. */
let shownSecond = NaN;
let shownDate = "";

/** UTC with nanoseconds: `2020-01-01 00:00:00.000000000`; a frame may have been captured without. */
function timeOf({ seconds, nanoseconds, untimed }: Frame): string {
  if (untimed) return "no time";
  if (seconds !== shownSecond) {
    shownSecond = seconds;
    const date = new Date(seconds * 1000);
    shownDate = Number.isNaN(date.getTime())
      ? String(seconds)
      : date.toISOString().slice(0, -5).replace("T", " ");
  }
  return `${shownDate}.${String(nanoseconds).padStart(9, "0")}`;
}

function json(file: string, frame: Frame): unknown {
  const layers = dissect(frame);
  return {
    file,
    number: frame.number,
    time: frame.untimed ? null : `${frame.seconds}.${String(frame.nanoseconds).padStart(9, "0")}`,
    length: frame.originalLength,
    captured: frame.end - frame.start,
    line: describe(layers),
    layers: layers.map(({ start, end, fields, ...rest }) => ({
      ...rest,
      start: start - frame.start,
      end: end - frame.start,
      fields: fields.map((field) => ({
        ...field,
        start: field.start - frame.start,
        end: field.end - frame.start,
      })),
    })),
  };
}

/** Writes one JSON array, element by element. */
class JsonArray {
  readonly #output: Output;
  #empty = true;

  constructor(output: Output) {
    this.#output = output;
  }

  add(value: unknown): void {
    const text = JSON.stringify(value, (_, v) => typeof v === "bigint" ? String(v) : v);
    this.#output.line((this.#empty ? "[" : ",") + text);
    this.#empty = false;
  }

  end(): void {
    this.#output.line(this.#empty ? "[]" : "]");
  }
}
