/** A table by place of capture, party and a number: no text is made for each entry. */
export class PlaceTable<V> {
  readonly #byParty = new Map<string, Map<number, V>>();

  /** The value of a key; undefined where there is none. */
  get(place: string, party: string, id: number): V | undefined {
    return this.#byParty.get(`${place}|${party}`)?.get(id);
  }

  /** Enters a value in the place of one that was there. */
  set(place: string, party: string, id: number, value: V): void {
    const key = `${place}|${party}`;
    let byId = this.#byParty.get(key);
    if (byId === undefined) this.#byParty.set(key, byId = new Map());
    byId.set(id, value);
  }
}
