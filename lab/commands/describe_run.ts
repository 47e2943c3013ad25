/** Packets as lines. */
import { escapeControls } from "../../captures/escape.ts";
import { describe } from "../../captures/dissect/describe.ts";
import { HeardPorts } from "../../captures/dissect/content.ts";
import { dissect } from "../../captures/dissect/dissect.ts";
import { type Filter, filterOf } from "../../captures/dissect/filter.ts";
import { FilterError } from "../../captures/dissect/filter_parser.ts";
import type { Layer } from "../../captures/dissect/layer.ts";
import { readCapture } from "../../captures/file/read.ts";
import type { Frame } from "../../captures/frame.ts";
import { gotUnknown } from "../../suites/kit/nearest.ts";
import { Output } from "./output.ts";
import { UsageError } from "./usage.ts";

/** Options of `describe` as the command line gives them. */
export interface DescribeOptions {
  json?: boolean;
  count?: boolean;
  /** Expression that a packet must match: see `dissect/filter.ts`. */
  filter?: string;
}

/**
 * Runs `describe`; gives the exit code: 2 when some capture could not be read to its end.
 * @throws {UsageError} When the filter cannot be read.
 */
export async function describeCaptures(
  captures: readonly string[],
  options: DescribeOptions,
): Promise<number> {
  const filter = options.filter === undefined ? undefined : readFilter(options.filter);
  const output = new Output();
  const document = options.json ? new JsonArray(output) : undefined;
  let unreadable = false;
  for (const path of captures) {
    const prefix = captures.length > 1 ? `${escapeControls(path)}: ` : "";
    if (!await describeOne({ path, prefix, filter }, options, output, document)) unreadable = true;
  }
  document?.end();
  output.flush();
  return unreadable ? 2 : 0;
}

/** The filter of an expression, or why there is none, with the place and the nearest right word. */
function readFilter(text: string): Filter {
  try {
    return filterOf(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const { position, problem, word, known } = error;
    const why = word === undefined ? problem : `${problem}: ${gotUnknown(word, known)}`;
    throw new UsageError(`Cannot read the filter at character ${position + 1}: ${why}`);
  }
}

/** Describes one capture; returns whether it could be read to its end. */
async function describeOne(
  { path, prefix, filter }: { path: string; prefix: string; filter: Filter | undefined },
  { count }: DescribeOptions,
  output: Output,
  document: JsonArray | undefined,
): Promise<boolean> {
  const name = escapeControls(path);
  let packets = 0;
  // What earlier frames say of a port holds for later ones.
  const heard = new HeardPorts();
  const show = count
    ? () => packets++
    : document !== undefined
    ? (frame: Frame, layers: Layer[]) => document.add(json(path, frame, layers))
    : (frame: Frame, layers: Layer[]) =>
      output.line(`${prefix}${frame.number} ${timeOf(frame)} ${describe(layers)}`);
  const sink = count && filter === undefined ? () => packets++ : (frame: Frame) => {
    const layers = dissect(frame, heard);
    if (filter === undefined || filter(layers, frame)) show(frame, layers);
  };
  let problem: string | undefined;
  try {
    const summary = await readCapture(path, sink);
    if (summary.problem !== undefined) {
      problem = `octet ${summary.problem.offset}: ${summary.problem.message}`;
    }
    if (count) {
      const all = filter === undefined ? "" : ` of ${summary.packets}`;
      if (document === undefined) output.line(`${name}: ${packets}${all} packets`);
      else document.add({ file: path, packets, ...(problem && { problem }) });
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

function json(file: string, frame: Frame, layers: readonly Layer[]): unknown {
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
