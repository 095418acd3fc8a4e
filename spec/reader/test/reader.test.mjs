import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { decode } from '../cbor.mjs';
import { answer, answerLine } from '../door.mjs';
import { canonical } from '../json.mjs';

const HERE = fileURLToPath(new URL('..', import.meta.url));

/** @param {string[]} args @param {string} [input] */
const run = (args, input) =>
  spawnSync(process.execPath, [join(HERE, 'main.mjs'), ...args], { input, encoding: 'utf8' });

/** @param {(folder: string) => void} change @param {boolean} [right] */
function reportOf(change, right = true) {
  const folder = mkdtempSync(join(tmpdir(), 'reader-'));
  const sum = (/** @type {string} */ base, /** @type {string} */ name) =>
    `${createHash('sha256').update(readFileSync(join(base, name))).digest('hex')}  ${name}\n`;
  try {
    const vectors = join(folder, 'vectors');
    mkdirSync(join(vectors, 'encoding'), { recursive: true });
    writeFileSync(join(folder, 'README.md'), '# The specification\n\nVersion: 7.8.9\n');
    writeFileSync(join(folder, 'SHA256SUMS'), sum(folder, 'README.md'));
    writeFileSync(join(vectors, 'encoding', 'a.json'), JSON.stringify({
      name: 'encoding/a', command: 'decode', input: { bytes: '01' }, output: { value: right ? 1 : 2 },
    }));
    writeFileSync(join(vectors, 'encoding', 'b.json'), JSON.stringify({
      name: 'encoding/b', command: 'nothing-known', input: {}, output: {},
    }));
    writeFileSync(
      join(vectors, 'SHA256SUMS'),
      sum(vectors, 'encoding/a.json') + sum(vectors, 'encoding/b.json'),
    );
    change(folder);
    return run(['report', folder]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('each line of input is answered, and U+2028 ends no line', () => {
  const ask = '{"command":"nothing","input":{"a":"\u2028"}}\n{"command":"decode","input":{"bytes":"01"}}';
  const { stdout, status } = run([], ask);
  assert.equal(stdout, '{"unsupported":true}\n{"output":{"value":1}}\n');
  assert.equal(status, 0);
});

test('the report has a line for each vector', () => {
  const { stdout, status } = reportOf(() => {});
  const lines = stdout.split('\n');
  assert.equal(lines[0], 'linkcontract conformance report 1');
  assert.match(lines[1], /^specification 7\.8\.9 [0-9a-f]{64}$/);
  assert.match(lines[2], /^vectors 2 [0-9a-f]{64}$/);
  const digest = createHash('sha256').update('{"value":1}').digest('hex');
  assert.equal(lines[3], `encoding/a pass output ${digest}`);
  assert.equal(lines[4], 'encoding/b fail unsupported');
  assert.deepEqual(lines.slice(5), ['passed 1 of 2', '']);
  assert.equal(status, 1);
});

test('a folder that is not as listed gives no report', () => {
  /** @type {((folder: string) => void)[]} */
  const faults = [
    (folder) => writeFileSync(join(folder, 'README.md'), 'Version: 1.0.0\n'),
    (folder) => writeFileSync(join(folder, 'vectors', 'encoding', 'c.json'), '{}'),
    (folder) => rmSync(join(folder, 'vectors', 'encoding', 'a.json')),
    (folder) => rmSync(join(folder, 'SHA256SUMS')),
  ];
  for (const fault of faults) {
    const { stdout, stderr, status } = reportOf(fault);
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
    assert.equal(status, 2);
  }
});

test('what is compared has one spelling', () => {
  assert.equal(canonical({ '\uffff': 1, '\u{10000}': 2, a: ['\u2028"', null] }),
    '{"a":["\u2028\\"",null],"\uffff":1,"\u{10000}":2}');
});

test('the decoder takes no claim for granted and stays linear', () => {
  const nested = new Uint8Array(1 << 20).fill(0x81);
  assert.throws(() => decode(nested), { code: 'cbor-depth' });
  const started = Date.now();
  const flat = new Uint8Array(5 + (1 << 20));
  flat.set([0x9a, 0x00, 0x10, 0x00, 0x00]);
  assert.equal(/** @type {any[]} */ (decode(flat)).length, 1 << 20);
  assert.ok(Date.now() - started < 5000);
});

test('only the executable and the report need Node', () => {
  const folders = ['.', 'commands', 'ledger'];
  for (const folder of folders) {
    let names;
    try {
      names = readdirSync(join(HERE, folder)).filter((name) => name.endsWith('.mjs'));
    } catch (fault) {
      if (/** @type {any} */ (fault).code === 'ENOENT') continue;
      throw fault;
    }
    for (const name of names) {
      const text = readFileSync(join(HERE, folder, name), 'utf8');
      assert.ok(text.split('\n').length <= 401, `${name} is longer than 400 lines`);
      if (folder === '.' && ['main.mjs', 'report.mjs'].includes(name)) continue;
      assert.doesNotMatch(text, /\bnode:|\bprocess\b\.|\bBuffer\b/, name);
    }
  }
});

test('a line of another form is refused as such', () => {
  /** @type {[string, any][]} */
  const requests = [
    ['decode', {}],
    ['decode', { bytes: 'A0' }],
    ['decode', { bytes: 'a' }],
    ['decode', { bytes: 1 }],
    ['decode', null],
    ['decode', []],
    ['encode', { value: { map: [['a']] } }],
    ['encode', { value: { words: 1 } }],
    ['encode', { value: { int: '1e3' } }],
    ['key-history', { history: 'a0' }],
    ['card', { envelope: 'a0', history: [], now: '0' }],
    ['statement', { envelope: 'a0', histories: [] }],
    ['statement', { envelope: 'a0', histories: {}, body: ['a0'] }],
    ['check-opening', { histories: {}, statement: { envelope: 'a0', body: null }, opening: [] }],
    ['open', { histories: {}, opener: 'a', joiner: 'b', open: {}, now: 0, cards: [], secrets: [] }],
  ];
  for (const [command, input] of requests) {
    assert.deepEqual(answer({ command, input }), { error: 'request-form' }, JSON.stringify(input));
  }
  for (const line of ['', '[]', '{"input":{}}', '{"command":"decode"}', '{']) {
    assert.equal(answerLine(line), '{"error":"request-form"}', line);
  }
  assert.deepEqual(answer({ command: 'toString', input: {} }), { unsupported: true });
});
