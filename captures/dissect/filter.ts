/** Picks packets out by an expression over the fields of their layers. */
import type { Frame } from "../frame.ts";
import { formatAddress, parseAddress } from "../wire/address.ts";
import { knownNames, type Selector, selectorsOf, vocabularyOf } from "./fields.ts";
import {
  type Comparison,
  type Expression,
  FilterError,
  parseExpression,
  type Test,
} from "./filter_parser.ts";
import type { FieldValue, Layer } from "./layer.ts";

/** Whether a frame with these layers is wanted. */
export type Filter = (layers: readonly Layer[], frame: Frame) => boolean;

/** Whether a value, or what it means, is one that is asked for. */
type ValueTest = (value: FieldValue, meaning: string | undefined) => boolean;

/** Layers without a name of their own, on which a test looks at all. */
const SAID: readonly string[] = ["problem", "note"];

/**
 * The filter of an expression (see `filter_parser.ts` for its grammar).
 *
 * A name alone holds where the layer or field is there; `problem` and `note` where any layer has one.
 * A comparison holds where some value of the field does; `!=` where the field is there, and no value
 * of it is equal. A value is compared as a number, an address, a prefix such as 10.0.0.0/8, or the
 * word that it goes by, in any case of letters.
 * @throws {FilterError} When the expression cannot be read, or names what there is not.
 */
export function filterOf(text: string): Filter {
  return compile(parseExpression(text));
}

function compile(expression: Expression): Filter {
  switch (expression.kind) {
    case "not": {
      const of = compile(expression.of);
      return (layers, frame) => !of(layers, frame);
    }
    case "all": {
      const of = expression.of.map(compile);
      return (layers, frame) => of.every((each) => each(layers, frame));
    }
    case "any": {
      const of = expression.of.map(compile);
      return (layers, frame) => of.some((each) => each(layers, frame));
    }
    case "test":
      return compileTest(expression);
  }
}

function compileTest(test: Test): Filter {
  const { name, position, comparison } = test;
  const selectors = SAID.includes(name)
    ? [{ layer: "", field: name }]
    : selectorsOf(name.toLowerCase());
  if (selectors.length === 0) {
    throw new FilterError(position, "no layer or field has this name", name, [
      ...SAID,
      ...knownNames(),
    ]);
  }
  if (comparison === undefined) {
    return (layers, frame) => selectors.some((each) => some(layers, frame, each, () => true));
  }
  if (selectors.some(({ field }) => field === undefined)) {
    const known = knownNames().filter((each) => each.startsWith(`${name}.`));
    throw new FilterError(position, "a layer has no value, a field of it has", name, known);
  }
  const matches = valueTest(test, selectors);
  if (comparison !== "!=") {
    return (layers, frame) => selectors.some((each) => some(layers, frame, each, matches));
  }
  return (layers, frame) =>
    selectors.some((each) => some(layers, frame, each, () => true)) &&
    !selectors.some((each) => some(layers, frame, each, matches));
}

/** Whether some value that a selector selects matches; a layer alone matches with its name. */
function some(
  layers: readonly Layer[],
  frame: Frame,
  { layer, field }: Selector,
  matches: ValueTest,
): boolean {
  if (layer === "frame") return field === undefined || matches(frameValue(frame, field), undefined);
  for (const each of layers) {
    if (layer !== "" && each.name !== layer) continue;
    if (field === undefined) return true;
    const said = field === "problem" || field === "note" || field === "summary"
      ? each[field]
      : undefined;
    if (said !== undefined && matches(said, undefined)) return true;
    for (const { name, value, meaning } of each.fields) {
      if (name === field && matches(value, meaning)) return true;
    }
  }
  return false;
}

function frameValue(frame: Frame, field: string): number {
  switch (field) {
    case "number":
      return frame.number;
    case "interface":
      return frame.interfaceId;
    case "link_type":
      return frame.linkType;
    case "captured":
      return frame.end - frame.start;
    default:
      return frame.originalLength;
  }
}

/** What a value must be; for `!=` what it must not be. */
function valueTest(test: Test, selectors: readonly Selector[]): ValueTest {
  const { comparison, value = "", valuePosition = 0, quoted = false } = test;
  if (comparison === "contains") {
    const part = value.toLowerCase();
    return (of, meaning) =>
      `${of}`.toLowerCase().includes(part) || meaning?.toLowerCase().includes(part) === true;
  }
  const number = quoted ? undefined : numberOf(value);
  if (comparison === "==" || comparison === "!=") {
    if (number === undefined && !quoted) checkWord(value, valuePosition, selectors);
    return equalTest(value, number, quoted);
  }
  if (number === undefined) {
    throw new FilterError(valuePosition, `${comparison} needs a number: got ${value}`);
  }
  const order = orderOf(comparison!);
  return (of) => typeof of !== "string" && order(BigInt(of), number);
}

/** A word must be one that a field can go by, where all of these are known, or an address. */
function checkWord(value: string, position: number, selectors: readonly Selector[]): void {
  if (selectors.every(isAddress)) {
    if (octetsOf(value) !== undefined || prefixOf(value) !== undefined) return;
    throw new FilterError(position, `expected an address or a prefix: got ${value}`);
  }
  const words: string[] = [];
  for (const selector of selectors) {
    const known = vocabularyOf(selector);
    if (known === undefined) return;
    words.push(...known);
  }
  if (!words.some((word) => word.toLowerCase() === value.toLowerCase())) {
    throw new FilterError(position, "no value of this field has this name", value, words);
  }
}

function isAddress({ layer, field }: Selector): boolean {
  return (layer === "ipv4" || layer === "ipv6") && (field === "source" || field === "destination");
}

function equalTest(value: string, number: bigint | undefined, quoted: boolean): ValueTest {
  const prefix = quoted ? undefined : prefixOf(value);
  const word = (quoted ? value : canonical(value)).toLowerCase();
  return (of, meaning) => {
    if (typeof of !== "string") {
      return number === undefined ? meaning?.toLowerCase() === word : BigInt(of) === number;
    }
    if (prefix !== undefined) return prefix(of);
    const text = (/^".*"$/s.test(of) ? of.slice(1, -1) : of).toLowerCase();
    if (text === word || meaning?.toLowerCase() === word) return true;
    // Octets are shown in hexadecimal, and may be asked for as 0x….
    return word.startsWith("0x") && /^[0-9a-f]+$/.test(text) &&
      strip(text) === strip(word.slice(2));
  };
}

function strip(digits: string): string {
  return digits.replace(/^0+(?=.)/, "");
}

function orderOf(comparison: Comparison): (a: bigint, b: bigint) => boolean {
  switch (comparison) {
    case "<":
      return (a, b) => a < b;
    case "<=":
      return (a, b) => a <= b;
    case ">":
      return (a, b) => a > b;
    default:
      return (a, b) => a >= b;
  }
}

/** The number that a word is, in decimal or as 0x…. */
function numberOf(word: string): bigint | undefined {
  return /^(\d+|0x[0-9a-f]+)$/i.test(word) ? BigInt(word) : undefined;
}

/** An address as describe writes it, of an address in any form; any other word as it is. */
function canonical(word: string): string {
  return word.includes(":") && !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(word)
    ? formatted(word) ?? word
    : word;
}

function formatted(word: string): string | undefined {
  const octets = octetsOf(word);
  return octets === undefined ? undefined : formatAddress(octets);
}

function octetsOf(word: string): Uint8Array | undefined {
  try {
    return parseAddress(word);
  } catch {
    return undefined;
  }
}

/** Whether an address lies in a prefix, for a word that is one; undefined for any other word. */
function prefixOf(word: string): ((address: string) => boolean) | undefined {
  const [, address, bits] = /^([0-9a-f.:]+)\/(\d+)$/i.exec(word) ?? [];
  if (address === undefined) return undefined;
  const network = octetsOf(address), length = Number(bits);
  if (network === undefined || length > network.length * 8) return undefined;
  const whole = length >> 3, mask = 0xff00 >> (length & 7) & 0xff;
  return (text) => {
    const octets = octetsOf(text);
    if (octets?.length !== network.length) return false;
    for (let i = 0; i < whole; i++) if (octets[i] !== network[i]) return false;
    return mask === 0 || ((octets[whole] ^ network[whole]) & mask) === 0;
  };
}
