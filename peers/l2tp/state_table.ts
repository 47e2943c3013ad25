/** State machines as tables, such as the RFC prints them. */

/** What is done, in order, and the state behind it. */
export interface Transition<S, A> {
  readonly actions: readonly A[];
  readonly next: S;
}

/** For each state what each event does; an event that is missing does nothing. */
export type StateTable<S extends string, E extends string, A extends string> = Readonly<
  Record<S, Readonly<Partial<Record<E, Transition<S, A>>>>>
>;
