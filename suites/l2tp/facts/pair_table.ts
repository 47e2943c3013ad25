/** Tables by texts and a number: no text is made for an entry, as where all were one key. */

/** A table by a text, such as a party, and a number. */
export class NumberTable<V> {
  readonly #byText = new Map<string, Map<number, V>>();

  /** The value of a key; undefined where there is none. */
  get(text: string, number: number): V | undefined {
    return this.#byText.get(text)?.get(number);
  }

  /** Enters a value in the place of one that was there. */
  set(text: string, number: number, value: V): void {
    let byNumber = this.#byText.get(text);
    if (byNumber === undefined) this.#byText.set(text, byNumber = new Map());
    byNumber.set(number, value);
  }
}

/** A table by two texts, such as place and party or two parties, and a number. */
export class PairTable<V> {
  readonly #byText = new Map<string, NumberTable<V>>();

  /** The value of a key; undefined where there is none. */
  get(text: string, other: string, number: number): V | undefined {
    return this.#byText.get(text)?.get(other, number);
  }

  /** Enters a value in the place of one that was there. */
  set(text: string, other: string, number: number, value: V): void {
    let byOther = this.#byText.get(text);
    if (byOther === undefined) this.#byText.set(text, byOther = new NumberTable());
    byOther.set(other, number, value);
  }
}
