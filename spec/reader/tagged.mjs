/**
 * Values of the encoding profile as JSON (spec: conformance/CLI, Values in JSON).
 * @typedef {import('./cbor.mjs').Value} Value
 */

import { fromHex, toHex } from './bytes.mjs';
import { MAX_INTEGER } from './cbor.mjs';
import { Refusal, require } from './errors.mjs';

/** @param {Value} value @returns {any} */
export function toTagged(value) {
  if (value instanceof Uint8Array) return { bytes: toHex(value) };
  if (Array.isArray(value)) return value.map(toTagged);
  if (value instanceof Map) return { map: [...value].map(([key, part]) => [key, toTagged(part)]) };
  return value;
}

/** @param {string} digits @returns {number} */
function integer(digits) {
  require(/^-?[0-9]{1,64}$/.test(digits), 'request-form', digits);
  const wide = BigInt(digits);
  const limit = BigInt(MAX_INTEGER);
  require(wide <= limit && wide >= -limit, 'cbor-integer');
  return Number(wide);
}

/** @param {any} json @returns {Value} */
export function fromTagged(json) {
  if (Array.isArray(json)) return json.map(fromTagged);
  if (json === null || typeof json !== 'object') return json;
  require(Object.keys(json).length === 1, 'request-form', 'a value');
  if (typeof json.bytes === 'string') return fromHex(json.bytes);
  if (typeof json.int === 'string') return integer(json.int);
  require(Array.isArray(json.map), 'request-form', 'a value');
  const out = new Map();
  for (const entry of json.map) {
    require(Array.isArray(entry) && entry.length === 2, 'request-form', 'an entry');
    const [key, part] = entry;
    require(typeof key === 'string', 'cbor-key');
    if (out.has(key)) throw new Refusal('cbor-key-duplicate', key);
    out.set(key, fromTagged(part));
  }
  return out;
}
