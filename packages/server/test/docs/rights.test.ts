import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../../../../', import.meta.url);
const source = new URL('packages/server/src/', root);
const schema = new URL('store/schema/', source);
const rights = readFileSync(new URL('docs/rights.md', root), 'utf8');

/** The rows of the tables. Their last column names the code that decides the right. */
const rows = [...rights.matchAll(/^\|(.*)\|$/gm)]
  .map(([, line = '']) => line.split('|').map((cell) => cell.trim()))
  .filter(([act = '']) => act !== 'act' && !/^-+$/.test(act))
  .map(([act = '', , place = '']) => ({
    act,
    places: [...place.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }));

/** Functions that change something, but not for a person's act: those of workers, and the search for the lobby. */
const NOBODYS_ACT = ['audit', 'find_lobby', 'search_index', 'step_removal'];

describe('the tables of docs/rights.md', () => {
  it('name a place for each act', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ places }) => places.length === 0)).toEqual([]);
  });

  it.each(rows)('$act: $places exist', ({ places }) => {
    const missing = places.filter((place) =>
      place.endsWith('.ts') ? !existsSync(new URL(place, source)) : !functions().has(place),
    );
    expect(missing).toEqual([]);
  });

  it('name each SQL function that the store calls to change something', () => {
    const named = new Set(rows.flatMap(({ places }) => places));
    const called = [...functions()].filter(
      ([name, isVolatile]) => isVolatile && new RegExp(`\\b${name}\\(\\$`).test(storeSource()),
    );
    const acts = called.map(([name]) => name).filter((name) => !NOBODYS_ACT.includes(name));
    expect(acts.length).toBeGreaterThan(25);
    expect(acts.filter((name) => !named.has(name))).toEqual([]);
  });
});

/** Returns the SQL functions by name, and whether each changes something. */
function functions(): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const file of readdirSync(schema)) {
    const text = readFileSync(new URL(file, schema), 'utf8');
    for (const [head, name = ''] of text.matchAll(
      /^CREATE OR REPLACE FUNCTION (\w+)[\s\S]*?(?=\$\$|^RETURN\b)/gm,
    )) {
      found.set(name, /\bVOLATILE\b/.test(head));
    }
  }
  return found;
}

function storeSource(): string {
  const store = new URL('store/', source);
  const files = readdirSync(store, { encoding: 'utf8', recursive: true }).filter((file) =>
    /(?<!\.test)\.ts$/.test(file),
  );
  return files.map((file) => readFileSync(new URL(file, store), 'utf8')).join('\n');
}
