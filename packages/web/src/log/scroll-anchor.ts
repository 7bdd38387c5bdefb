/** Keeps the visible rows in place while rows above them come and go. */

/** The remembered positions of the visible rows. */
export type ScrollAnchor = {
  /** Scrolls by as much as the anchored row has moved. */
  hold(): void;
};

/** Remembers the positions of all visible rows. Several are kept in case the first ones are removed. */
export function anchorRows(scroller: HTMLElement, list: HTMLElement): ScrollAnchor {
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

/** The rows that are at least partly visible, top to bottom. */
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

/** The index of the first row that ends below `top`, by binary search: rows are stacked top to bottom. */
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
