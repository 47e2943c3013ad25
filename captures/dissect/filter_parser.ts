/**
 * Reads filter expressions.
 *
 * ```text
 * any   = all  { ("or"  | "||") all }
 * all   = each { ("and" | "&&") each }
 * each  = ("not" | "!") each | "(" any ")" | name [ operator value ]
 * operator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "contains"
 * value = word | '"' text '"'        \" and \\ stand for " and \
 * ```
 */

/** Why an expression cannot be read, and where. */
export class FilterError extends Error {
  override name = "FilterError";

  /**
   * @param position Characters before the one that is at fault.
   * @param problem What is wrong there.
   * @param word What was found in the place of one of `known`.
   */
  constructor(
    readonly position: number,
    readonly problem: string,
    readonly word?: string,
    readonly known: readonly string[] = [],
  ) {
    super(word === undefined ? problem : `${problem}: got ${word}`);
  }
}

/** How a value is compared with another. */
export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=" | "contains";

/** A name, perhaps compared with a value. */
export interface Test {
  kind: "test";
  name: string;
  position: number;
  comparison?: Comparison;
  value?: string;
  /** Characters before the value. */
  valuePosition?: number;
  /** The value stood in quotation marks: it is no number, and no word of a vocabulary. */
  quoted?: boolean;
}

/** An expression as a tree. */
export type Expression =
  | Test
  | { kind: "not"; of: Expression }
  | { kind: "all" | "any"; of: Expression[] };

interface Token {
  kind: "word" | "text" | "sign" | "end";
  text: string;
  position: number;
}

/** Expressions within expressions at most. */
const MOST_DEPTH = 100;
const SIGN = /(?:&&|\|\||[=!<>]=|[!<>()])/y;
const WORD = /[^\s()!=<>&|"]+/y;
const COMPARISONS: readonly string[] = ["==", "!=", "<", "<=", ">", ">=", "contains"];

/** Reads an expression. @throws {FilterError} When it is none. */
export function parseExpression(text: string): Expression {
  return new Parser(tokensOf(text)).whole();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp, kind: Token["kind"]): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return false;
    tokens.push({ kind, text: found, position: at });
    at += found.length;
    return true;
  };
  while (at < text.length) {
    if (/\s/.test(text[at])) at++;
    else if (text[at] === '"') {
      const { value, end } = quoted(text, at);
      tokens.push({ kind: "text", text: value, position: at });
      at = end;
    } else if (!take(SIGN, "sign") && !take(WORD, "word")) {
      const hint = text[at] === "=" ? "; equality is ==" : "";
      throw new FilterError(at, `${text[at]} means nothing here${hint}`);
    }
  }
  tokens.push({ kind: "end", text: "the end", position: text.length });
  return tokens;
}

function quoted(text: string, start: number): { value: string; end: number } {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '"') return { value, end: at + 1 };
    if (text[at] === "\\" && at + 1 < text.length) at++;
    value += text[at];
  }
  throw new FilterError(start, "the quotation mark has no second one");
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const expression = this.#any();
    const { kind, text, position } = this.#next;
    if (kind !== "end") {
      throw new FilterError(position, `expected and, or, or the end: got ${text}`);
    }
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#at];
  }

  /** Takes the next token if it is one of these signs or words. */
  #takes(...texts: readonly string[]): boolean {
    const { kind, text } = this.#next;
    const same = kind === "sign" || kind === "word" ? texts.includes(text.toLowerCase()) : false;
    if (same) this.#at++;
    return same;
  }

  #any(): Expression {
    const of = [this.#all()];
    while (this.#takes("or", "||")) of.push(this.#all());
    return of.length === 1 ? of[0] : { kind: "any", of };
  }

  #all(): Expression {
    const of = [this.#each()];
    while (this.#takes("and", "&&")) of.push(this.#each());
    return of.length === 1 ? of[0] : { kind: "all", of };
  }

  #each(): Expression {
    const { position } = this.#next;
    if (++this.#depth > MOST_DEPTH) throw new FilterError(position, "the expression is too deep");
    try {
      if (this.#takes("not", "!")) return { kind: "not", of: this.#each() };
      if (!this.#takes("(")) return this.#test();
      const inner = this.#any();
      const { text, position: end } = this.#next;
      if (!this.#takes(")")) throw new FilterError(end, `expected ): got ${text}`);
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #test(): Test {
    const { kind, text, position } = this.#next;
    if (kind !== "word" || ["and", "or", "contains"].includes(text.toLowerCase())) {
      throw new FilterError(position, `expected a layer or a field: got ${text}`);
    }
    this.#at++;
    const test: Test = { kind: "test", name: text, position };
    const comparison = this.#next.text.toLowerCase();
    if (this.#next.kind === "text" || !COMPARISONS.includes(comparison)) return test;
    this.#at++;
    const value = this.#next;
    if (value.kind !== "word" && value.kind !== "text") {
      throw new FilterError(
        value.position,
        `expected a value behind ${comparison}: got ${value.text}`,
      );
    }
    this.#at++;
    return {
      ...test,
      comparison: comparison as Comparison,
      value: value.text,
      valuePosition: value.position,
      quoted: value.kind === "text",
    };
  }
}
