/**
 * What the commands of the door have in common: statements and histories as they stand in JSON
 * (spec: conformance/CLI, Values in JSON).
 */

import { fromHex } from './bytes.mjs';
import { KeyHistory, readHistory } from './keys.mjs';
import { readStatement, withBody } from './statement.mjs';

/** @param {string[]} envelopes in hexadecimal @returns {KeyHistory} */
export function toHistory(envelopes) {
  return readHistory(envelopes.map(fromHex));
}

/** @param {Record<string, string[]>} histories @returns {Map<string, KeyHistory>} by label */
export function toHistories(histories) {
  return new Map(Object.entries(histories).map(([label, history]) => [label, toHistory(history)]));
}

/** @param {[string, string]} record in hexadecimal @returns {[Uint8Array, Uint8Array]} */
export function toRecord([salt, body]) {
  return [fromHex(salt), fromHex(body)];
}

/**
 * @param {{envelope: string, body?: [string, string] | null}} json
 * @param {Iterable<KeyHistory>} histories
 * @returns {import('./statement.mjs').Statement}
 */
export function toStatement({ envelope, body }, histories) {
  const statement = readStatement(fromHex(envelope), histories);
  return body === null || body === undefined ? statement : withBody(statement, toRecord(body));
}
