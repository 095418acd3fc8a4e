/**
 * A ledger and the labels of what goes into it, from the input of a command
 * (spec: conformance/CLI, Values in JSON and ledger).
 */

import { compareText } from '../bytes.mjs';
import { Refusal, require } from '../errors.mjs';
import { toHistories, toStatement } from '../inputs.mjs';
import { malformed } from './existence.mjs';
import { Ledger } from './ledger.mjs';
import { ofRead } from './statements.mjs';

/** Names for cids: the first label in code point order, or the cid itself where there is none. */
export class Labels {
  /** @param {Iterable<[label: string, id: string]>} pairs */
  constructor(pairs) {
    /** @type {Map<string, string>} */
    this.byId = new Map();
    for (const [label, id] of [...pairs].sort(([a], [b]) => compareText(a, b))) {
      if (!this.byId.has(id)) this.byId.set(id, label);
    }
  }

  /** @param {string} id @returns {string} */
  of(id) {
    return this.byId.get(id) ?? id;
  }

  /** @param {Iterable<string>} ids @returns {string[]} in the order given */
  each(ids) {
    return [...ids].map((id) => this.of(id));
  }

  /** @param {Iterable<string>} ids @returns {string[]} sorted */
  sorted(ids) {
    return this.each(ids).sort(compareText);
  }

  /**
   * @template V, W
   * @param {Iterable<[id: string, value: V]>} entries
   * @param {(value: V, id: string) => W} shown
   * @returns {Record<string, W>}
   */
  object(entries, shown) {
    return Object.fromEntries([...entries].map(([id, value]) => [this.of(id), shown(value, id)]));
  }
}

/**
 * @param {{histories: Record<string, string[]>, statements: Record<string, any>}} input
 */
export function readStory(input) {
  const histories = toHistories(input.histories);
  const statements = new Map(Object.entries(input.statements)
    .map(([label, json]) => [label, toStatement(json, histories.values())]));
  const parties = new Map([...histories.values()].map((history) => [history.party, history]));
  /** @type {(label: string) => import('./statements.mjs').Statement} */
  const find = (entry) => {
    const exact = statements.get(entry);
    if (exact !== undefined) return ofRead(exact);
    const read = entry.endsWith(':header') ? statements.get(entry.slice(0, -':header'.length)) : undefined;
    require(read !== undefined, 'request-form', entry);
    return ofRead({ .../** @type {any} */ (read), body: null });
  };
  return {
    find,
    /** W8: nothing begins a ledger but an open. @param {string[]} order */
    begun: (order) => {
      const ledger = new Ledger(parties);
      const code = order.length === 0 ? null : malformed(ledger.held, find(order[0]));
      if (code !== null) throw new Refusal(code, order[0]);
      return ledger;
    },
    parties: new Labels([...histories].map(([label, history]) => [label, history.party])),
    labels: new Labels([...statements].map(([label, read]) => [label, read.id])),
  };
}

/**
 * @param {ReturnType<typeof readStory>} story
 * @param {string[]} order
 * @returns {Ledger} that was given these statements
 */
export function told(story, order) {
  const ledger = story.begun(order);
  for (const label of order) ledger.receive(story.find(label));
  return ledger;
}
