/**
 * What the commands of the door have in common: statements and histories as they stand in JSON
 * (spec: conformance/CLI, Values in JSON).
 */

import { array, hex, labelled, members, nullable, places } from './form.mjs';
import { KeyHistory, readHistory } from './keys.mjs';
import { readStatement, withBody } from './statement.mjs';

const history = array(hex);
const histories = labelled(history);
const statement = members({ envelope: hex, 'body?': nullable(places(hex, hex)) });

/** @param {any} json an array of envelopes @returns {KeyHistory} */
export function toHistory(json) {
  return readHistory(history(json));
}

/** @param {any} json an object of histories @returns {Map<string, KeyHistory>} by label */
export function toHistories(json) {
  const byLabel = [.../** @type {Map<string, Uint8Array[]>} */ (histories(json))];
  return new Map(byLabel.map(([label, envelopes]) => [label, readHistory(envelopes)]));
}

/**
 * @param {any} json a statement, with or without its body
 * @param {Iterable<KeyHistory>} parties of the relationship
 * @returns {import('./statement.mjs').Statement}
 */
export function toStatement(json, parties) {
  const { envelope, body } = statement(json);
  const read = readStatement(envelope, parties);
  return body === null || body === undefined ? read : withBody(read, body);
}
