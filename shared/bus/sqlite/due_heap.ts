/** Things that wait for their time, the earliest first: a binary heap. */
export class DueHeap<T extends { readonly due_at: number }> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || parent.due_at <= item.due_at) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  shift(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = items[2 * at + 1], right = items[2 * at + 2];
      const child = right !== undefined && left !== undefined && right.due_at < left.due_at ? right : left;
      if (child === undefined || child.due_at >= last.due_at) break;
      items[at] = child;
      at = child === right ? 2 * at + 2 : 2 * at + 1;
    }
    items[at] = last;
    return first;
  }
}
