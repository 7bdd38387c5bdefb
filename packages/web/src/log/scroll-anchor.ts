/** Keeps what one reads in its place while rows come and go above it. */

export type ScrollAnchor = {
  /** Scrolls by as much as the anchored row has moved since it was taken. */
  hold(): void;
};

/**
 * Remembers where the rows in sight stand now, to hold them there after a change of the list.
 * Several are taken, in case the first of them goes away.
 */
export function takeAnchor(scroller: HTMLElement, list: HTMLElement): ScrollAnchor {
  const seen = rowsInSight(scroller, list).map((row) => ({ row, top: row.getBoundingClientRect().top }));
  return {
    hold() {
      const kept = seen.find(({ row }) => row.isConnected);
      if (kept === undefined) return;
      const drift = kept.row.getBoundingClientRect().top - kept.top;
      if (drift !== 0) scroller.scrollTop += drift;
    },
  };
}

/** The rows of which at least a part can be seen, from above. */
export function rowsInSight(scroller: HTMLElement, list: HTMLElement): Element[] {
  const view = scroller.getBoundingClientRect();
  const rows = list.children;
  const found: Element[] = [];
  for (let index = firstBelow(rows, view.top); index < rows.length; index++) {
    const row = rows[index];
    if (row === undefined || row.getBoundingClientRect().top >= view.bottom) break;
    found.push(row);
  }
  return found;
}

/** Binary search: the first row that ends below `top`. Rows lie one under the other. */
function firstBelow(rows: HTMLCollection, top: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
    else low = middle + 1;
  }
  return low;
}
