// Chooses what to measure from the setting ONLY.

/** This name in ONLY means all works of the comparison with peers. */
const ALL_WORKS = 'peers';

/**
 * Returns the cases and works with the given names.
 * @template {{ name: string }} C
 * @template {{ name: string }} W
 * @param {string} names separated by commas; everything if empty
 * @param {{ cases: C[], works: W[] }} known no works without PEERS
 * @returns {{ cases: C[], works: W[] }}
 * @throws {Error} if a name is unknown
 */
export function choose(names, { cases, works }) {
  const wanted = names.split(',').filter(Boolean);
  if (wanted.length === 0) return { cases, works };
  const isWanted = (/** @type {{ name: string }} */ { name }) => wanted.includes(name);
  const all = [...cases, ...works].map(({ name }) => name);
  const unknown = wanted.find((name) => !all.includes(name) && !(name === ALL_WORKS && works.length > 0));
  if (unknown?.startsWith(ALL_WORKS) && works.length === 0)
    throw new Error(`ONLY: ${unknown} needs the peers. Add PEERS=1.`);
  if (unknown !== undefined)
    throw new Error(`ONLY: there is no case ${unknown}. Choose from ${all.join(', ')}.`);
  return {
    cases: cases.filter(isWanted),
    works: wanted.includes(ALL_WORKS) ? works : works.filter(isWanted),
  };
}
