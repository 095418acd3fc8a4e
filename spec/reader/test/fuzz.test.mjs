import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { answer } from '../door.mjs';
import { encode } from '../cbor.mjs';

const VECTORS = new URL('../../vectors/', import.meta.url);
const AREAS = ['encoding', 'envelope', 'sealing', 'parties', 'statements', 'opening', 'data', 'session', 'log'];

/** Numbers below n, the same every time. @param {number} state @returns {(n: number) => number} */
function numbers(state) {
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/**
 * @param {any} json @param {(n: number) => number} next
 * @returns {any} with one string or number altered
 */
function altered(json, next) {
  if (typeof json === 'number') return next(2) ? json + 1 : -json;
  if (typeof json === 'string') {
    if (json === '' || next(20) === 0) return '';
    const at = next(json.length);
    const digit = next(4) === 0 ? '' : '0123456789abcdef'[next(16)];
    const width = /^([0-9a-f]{2})*$/.test(json) && digit === '' ? 2 : 1;
    const start = width === 2 ? at - (at % 2) : at;
    return json.slice(0, start) + digit + json.slice(start + width);
  }
  if (json === null || typeof json !== 'object') return json;
  const keys = Object.keys(json);
  if (keys.length === 0) return json;
  const key = keys[next(keys.length)];
  const copy = Array.isArray(json) ? [...json] : { ...json };
  copy[key] = altered(json[key], next);
  return copy;
}

test('nothing but refusals comes of altered vectors', () => {
  const next = numbers(1);
  let count = 0;
  const present = readdirSync(VECTORS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && AREAS.includes(entry.name));
  for (const { name } of present) {
    const folder = new URL(`${name}/`, VECTORS);
    for (const file of readdirSync(folder)) {
      const { command, input } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
      const changed = altered(input, next);
      const given = answer({ command, input: changed });
      assert.ok('output' in given || 'error' in given, file);
      count += 1;
    }
  }
  assert.ok(count > 500, `${count} vectors`);
});

test('long texts and arrays are no fault of this program', () => {
  const long = encode(Array.from({ length: 300000 }, (_, i) => i % 24));
  assert.ok(long.length > 300000);
  const typ = '7a00030d40' + '61'.repeat(200000);
  const header = `a101${typ}`;
  const size = (header.length / 2).toString(16).padStart(8, '0');
  const sealed = `d0835a${size}${header}a040`;
  const input = { sealed, prekey: { id: '00'.repeat(16), secret: '11'.repeat(32) }, psk: null };
  assert.deepEqual(answer({ command: 'unseal', input }), { error: 'seal-suite' });
});
