/**
 * What the commands of the door have in common: statements and histories as they stand in JSON
 * (spec: conformance/CLI, Values in JSON).
 */

import { require } from './errors.mjs';
import { array, hex, labelled, members, nullable, places } from './form.mjs';
import { KeyHistory, readHistory } from './keys.mjs';
import { readStatement, withBody } from './statement.mjs';

const history = array(hex);
const histories = labelled(history);
/** A body record. */
export const record = places(hex, hex);
const statement = members({ envelope: hex, body: nullable(record) });

/** @param {any} json an array of envelopes @returns {KeyHistory} */
export function toHistory(json) {
  return readHistory(history(json));
}

/** @param {any} json an object of histories @returns {Map<string, KeyHistory>} by label */
export function toHistories(json) {
  const byLabel = [.../** @type {Map<string, Uint8Array[]>} */ (histories(json))];
  /** @type {Map<string, KeyHistory>} */
  const read = new Map(byLabel.map(([label, envelopes]) => [label, readHistory(envelopes)]));
  const parties = new Set([...read.values()].map((history) => history.party));
  require(parties.size === read.size, 'request-form', 'two histories of one party');
  return read;
}

/**
 * @param {any} json a statement, with or without its body
 * @param {Iterable<KeyHistory>} parties of the relationship
 * @returns {import('./statement.mjs').Statement}
 */
export function toStatement(json, parties) {
  const { envelope, body } = statement(json);
  const read = readStatement(envelope, parties);
  return body === null ? read : withBody(read, body);
}
