/** Items up to which a list has no room to spare. */
const FEW = 8;

/**
 * A list with one more item: another one as long as it is short, then the same. Pushed to, a list
 * takes room for many at once, and of many thousand lists most stay short.
 */
export function appended<T>(list: T[], item: T): T[] {
  // A spread would leave room as well.
  if (list.length < FEW) return list.concat([item]);
  list.push(item);
  return list;
}
