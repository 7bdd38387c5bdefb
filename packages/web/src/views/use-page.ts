/** Access to the shared page from components. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Page } from '../page/page.ts';

/** Holds the page of the signed-in person. */
export const PageContext = createContext<Page | null>(null);

/** The page of the signed-in person. Throws outside of `PageContext`: that is a bug. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('usePage() needs a PageContext');
  return page;
}
