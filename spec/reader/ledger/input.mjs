/**
 * A ledger and the labels of what goes into it, from the input of a command
 * (spec: conformance/CLI, Values in JSON and ledger).
 */

import { compareText } from '../bytes.mjs';
import { Refusal, require } from '../errors.mjs';
import { any, array, labelled, number, string } from '../form.mjs';
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

/** What the inputs of the commands have in common that are asked with a story. */
export const STORY = { histories: any, statements: any };
/** The members that tell it to one side. */
export const TOLD = { ...STORY, order: array(string), now: number };

const HEADER = ':header';

/**
 * @param {{histories: any, statements: any}} input
 */
export function readStory(input) {
  const histories = toHistories(input.histories);
  /** @type {Map<string, import('../statement.mjs').Statement>} */
  const statements = labelled((json) => toStatement(json, histories.values()))(input.statements);
  const parties = new Map([...histories.values()].map((history) => [history.party, history]));
  /** @type {(label: string) => import('../statement.mjs').Statement} */
  const named = (label) => {
    const read = statements.get(label);
    if (read === undefined) throw new Refusal('request-form', label);
    return read;
  };
  /** @type {(entry: string) => import('./statements.mjs').Statement} */
  const find = (entry) => (entry.endsWith(HEADER)
    ? ofRead({ ...named(entry.slice(0, -HEADER.length)), body: null })
    : ofRead(named(entry)));
  return {
    find,
    /** The statement of a label. @param {string} label @returns {string} */
    id: (label) => named(label).id,
    /** W8: nothing begins a ledger but an open. @param {string[]} order */
    begun: (order) => {
      const ledger = new Ledger(parties);
      require(order.length > 0, 'request-form', 'nothing is told');
      const code = malformed(ledger.held, find(order[0]));
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
