/**
 * Committing to data, and showing it (spec: data, Items).
 */

import { equal } from './bytes.mjs';
import { hash, readCid } from './cid.mjs';
import { Refusal, require } from './errors.mjs';
import { bstr32, bytes, cid, integer, path, tuple } from './schema.mjs';

const MAX_VALUE = 65536;
const MAX_INDEX = 1023;

const fields = tuple(cid, integer(0, MAX_INDEX), path, bstr32, bytes(0, MAX_VALUE), bstr32);

/**
 * @typedef {[share: string, index: number, path: string, pathSalt: Uint8Array, value: Uint8Array,
 *   valueSalt: Uint8Array]} Opening
 */

/** @param {import('./cbor.mjs').Value} value @returns {Opening} */
export function opening(value) {
  return fields(value);
}

/**
 * An item is made with two salts; who is shown one with one salt takes it.
 * @param {string} rel
 * @param {Opening} shown
 * @returns {[Uint8Array, Uint8Array]} the item
 */
export function makeItem(rel, shown) {
  require(!equal(shown[3], shown[5]), 'field-conflict', 'one salt for path and value');
  return commit(rel, shown);
}

/**
 * @param {string} rel
 * @param {Opening} shown its share and index have no part in this
 * @returns {[Uint8Array, Uint8Array]} the item
 */
export function commit(rel, [, , shownPath, pathSalt, value, valueSalt]) {
  const relationship = readCid(rel);
  return [
    hash(['lc/path/1', relationship, pathSalt, shownPath]),
    hash(['lc/value/1', relationship, valueSalt, value]),
  ];
}

/**
 * @param {import('./statement.mjs').Statement} statement
 * @param {Opening} shown
 */
export function checkOpening(statement, shown) {
  const [share, index] = shown;
  const { body, header } = statement;
  require(share === statement.id, 'opening-share', 'of another statement');
  if (body === null || body.fault !== null) throw new Refusal('opening-share', 'without its body');
  const item = body.fields.items?.[index];
  if (item === undefined) throw new Refusal('opening-index');
  const [p, c] = commit(header.rel ?? statement.id, shown);
  require(equal(item[0], p), 'opening-path');
  require(equal(item[1], c), 'opening-value');
}
