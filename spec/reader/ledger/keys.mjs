/**
 * Which key event descends from which (spec: ledger, F1; parties, Key histories).
 *
 * @typedef {import('./statements.mjs').History} History
 */

/**
 * An event together with all it follows, as far as they are known.
 * @param {History | undefined} history
 * @param {string} event
 * @returns {string[]} from the event to the inception
 */
export function lineOf(history, event) {
  const line = [];
  for (let at = /** @type {string | null} */ (event); at !== null; ) {
    const known = history?.events.get(at);
    if (known === undefined) break;
    line.push(at);
    at = known.prev;
  }
  return line;
}

/**
 * F1: a key event supersedes those it descends from; so no event supersedes itself.
 * @param {History | undefined} history
 * @param {string} later
 * @param {string} earlier
 * @returns {boolean}
 */
export function supersedes(history, later, earlier) {
  return later !== earlier && lineOf(history, later).includes(earlier);
}

/**
 * @param {History | undefined} history
 * @param {Iterable<string>} events
 * @returns {boolean} whether two different events stand at one position, directly or over their descendants
 */
export function hasParted(history, events) {
  /** @type {Map<number, string>} */
  const positions = new Map();
  for (const event of events) {
    for (const id of lineOf(history, event)) {
      const seq = /** @type {History} */ (history).events.get(id)?.seq ?? 0;
      if ((positions.get(seq) ?? id) !== id) return true;
      positions.set(seq, id);
    }
  }
  return false;
}
