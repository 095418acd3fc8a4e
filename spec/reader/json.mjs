/**
 * JSON with one spelling for equal values: no white space, members sorted by code point
 * (spec: conformance/CLI, The report).
 */

import { compareText } from './bytes.mjs';

/** @param {any} value a JSON value @returns {string} */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).sort(([a], [b]) => compareText(a, b));
    return `{${members.map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`).join(',')}}`;
  }
  if (value === undefined) throw new TypeError('undefined is no JSON value');
  return JSON.stringify(value);
}
