/** How the components reach what they share. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Page } from '../page/page.ts';

export const PageContext = createContext<Page | null>(null);

/** The page this component stands in. Throws outside of one: a mistake of the program. */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('a component of the page stands outside of it');
  return page;
}
