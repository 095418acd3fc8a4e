import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { fromHex } from '../bytes.mjs';
import { decode, encode } from '../cbor.mjs';
import { answer } from '../door.mjs';
import { Refusal } from '../errors.mjs';
import { checkEvidence } from '../evidence.mjs';
import { readExport } from '../export.mjs';
import { verifyExports } from '../verify.mjs';
import { Signed, base64, fileOf } from './signed.mjs';
import { Party, text } from './world.mjs';

const FOLDER = new URL('../../vectors/evidence/', import.meta.url);
const VECTORS = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));

/** @param {string} name @returns {any} */
const vector = (name) => VECTORS.find((one) => one.name === `evidence/${name}`);

/** Numbers below n, the same every time. @param {number} state @returns {(n: number) => number} */
function numbers(state) {
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** @param {string} file @returns {string[]} its first line and records */
const linesOf = (file) => file.split('\n').slice(0, -2);

/** @param {string} file @returns {string[]} the codes found in it alone */
const codes = (file) => readExport(file).findings.map(({ kind, code }) => `${kind} ${code}`.trim());

/** @param {Party} party @returns {string} */
function header(party) {
  const id = text(party.party);
  return JSON.stringify({ 'linkcontract-export': 1, at: 0, exporter: id, rel: id, with_data: false });
}

test('an altered character convicts nobody, and is found', () => {
  const next = numbers(7);
  for (const name of ['export-raced-use', 'export-honest-restore', 'export-both-sides']) {
    const { files } = vector(name).input;
    const [file] = files;
    const honest = new Set(vector(name).output.findings.map((/** @type {any} */ f) => f.kind));
    for (let i = 0; i < 12; i++) {
      const at = file.indexOf('\n') + 1 + next(file.length - file.indexOf('\n') - 2);
      const other = 'AZaz09-_="{}: \n'[next(15)];
      if (other === file[at]) continue;
      const report = verifyExports([file.slice(0, at) + other + file.slice(at + 1), ...files.slice(1)]);
      assert.ok(report.findings.some(({ kind }) => kind.startsWith('altered') && !honest.has(kind)));
      for (const { weight } of report.findings) assert.equal(weight, 'claim');
    }
  }
});

test('a file without one of its records convicts nobody, and says what is missing', () => {
  for (const name of ['export-raced-use', 'export-honest-restore']) {
    const [file] = vector(name).input.files;
    const lines = linesOf(file);
    for (const [i, line] of lines.entries()) {
      if (!line.startsWith('{"stmt"')) continue;
      const report = verifyExports([fileOf(lines.filter((_, j) => j !== i))]);
      for (const { weight } of report.findings) assert.equal(weight, 'claim');
      const named = report.findings.filter(({ kind }) => kind === 'gap').length;
      const omitted = report.findings.filter(({ kind }) => kind === 'omission').length;
      assert.equal(named, omitted);
    }
  }
});

test('which of two files comes first means nothing', () => {
  for (const { command, input, output } of VECTORS) {
    if (output === undefined || input.files?.length !== 2) continue;
    assert.deepEqual(answer({ command, input: { files: input.files.toReversed() } }), { output });
  }
});

test('an evidence object of which a bit was altered shows nothing', () => {
  const next = numbers(11);
  for (const { command, input, output } of VECTORS) {
    if (command !== 'evidence' || output === undefined) continue;
    for (let i = 0; i < 8; i++) {
      const bytes = fromHex(input.bytes);
      bytes[next(bytes.length)] ^= 1 << next(8);
      assert.throws(() => checkEvidence(bytes), Refusal);
    }
  }
});

test('an evidence object without one of its parts shows the same or nothing', () => {
  for (const { command, input, output } of VECTORS) {
    if (command !== 'evidence' || output === undefined) continue;
    for (const part of ['kel', 'stmts']) {
      const whole = /** @type {any} */ (decode(fromHex(input.bytes)));
      for (const i of whole.get(part).keys()) {
        const rest = whole.get(part).filter((/** @type {any} */ _, /** @type {number} */ j) => j !== i);
        const bytes = encode(new Map([...whole, [part, rest]]));
        try {
          assert.deepEqual(checkEvidence(bytes), output);
        } catch (refusal) {
          if (!(refusal instanceof Refusal)) throw refusal;
        }
      }
    }
  }
});

test('a file has sixteen parties at most', () => {
  const parties = Array.from({ length: 17 }, (_, i) => new Party(`party ${i}`, 'directed'));
  const lines = parties.map(({ history }) => `{"key":"${base64(history[0])}"}`);
  assert.deepEqual(codes(fileOf([header(parties[0]), ...lines.slice(0, 16)])), []);
  assert.deepEqual(codes(fileOf([header(parties[0]), ...lines])), ['altered-key-event ledger-writer']);
});

test('a key event before the one it follows, or without its inception, is found', () => {
  const party = new Party('one', 'public');
  party.rotate();
  party.rotate();
  const [first, second, third] = party.history.map((event) => `{"key":"${base64(event)}"}`);
  const found = (/** @type {string[]} */ ...lines) => codes(fileOf([header(party), ...lines]));
  assert.deepEqual(found(first, second, third), []);
  assert.deepEqual(found(second, third), ['altered-key-event cose-typ', 'altered-key-event cose-typ']);
  assert.deepEqual(found(first, third), ['altered-key-event history-chain']);
  assert.deepEqual(found(first, second, second), ['altered-line export-repeated']);
});

test('a line has 256 KiB at most', () => {
  const party = new Party('one', 'public');
  const around = '{"key":""}'.length;
  const most = 256 * 1024 - around;
  const line = (/** @type {number} */ length) => `{"key":"${'A'.repeat(length)}"}`;
  // The two lengths next to the bound at which base64 is whole.
  assert.deepEqual(codes(fileOf([header(party), line(most - (most % 4))])), ['altered-key-event cose-too-large']);
  assert.deepEqual(codes(fileOf([header(party), line(most - (most % 4) + 4)])), ['altered-line export-line']);
});

test('a file that is its first line alone', () => {
  const party = new Party('one', 'public');
  const report = verifyExports([`${header(party)}\n`]);
  assert.deepEqual(report.findings.map(({ kind, code }) => `${kind} ${code}`), ['altered-line export-no-end', 'gap ']);
  assert.deepEqual(report.feeds, []);
  assert.equal(report.same, null);
});

/** @param {Signed} story @param {...string} files @returns {string[]} what is found, by labels */
function found(story, ...files) {
  const label = (/** @type {string} */ id) => [...story.said.keys()].find((one) => story.id(one) === id);
  return verifyExports(files).findings.map(({ kind, weight, statements, code }) =>
    [kind, weight, ...statements.map(label), code].join(' ').trim());
}
const MARKETING = { purpose: 'dpv:Marketing' };

test('an event that only the other file shows takes the weight from a breach, until its writer goes on to it', () => {
  const story = new Signed();
  const { person, shop } = story;
  story.use('u', 'use', ['ack'], MARKETING);
  const before = story.file(person);
  assert.deepEqual(found(story, before), ['outside-permission conviction u use']);
  const object = story.evidence('outside-permission', ['u'], [...story.said.keys()]);
  assert.deepEqual(checkEvidence(object).statements, [story.id('u')]);
  shop.rotate();
  assert.deepEqual(found(story, before, story.file(shop)), ['outside-permission claim u use']);
  const labels = [...story.said.keys()];
  const fails = () => checkEvidence(story.evidence('outside-permission', ['u'], labels));
  assert.throws(fails, { code: 'evidence-fails' });
  story.say(shop, 'rotate', 'rotate', [], { event: shop.ks });
  assert.deepEqual(found(story, story.file(person)), ['outside-permission conviction u use']);
  assert.deepEqual(checkEvidence(story.evidence('outside-permission', ['u'], [...labels, 'rotate'])).party, text(shop.party));
});

test('of three statements at one place each two are a fork', () => {
  const story = new Signed();
  for (const label of ['x', 'y', 'z']) story.say(story.shop, label, 'terminate', [], { thread: 'p', effective: null }, 'accept');
  const report = verifyExports([story.file(story.person)]);
  assert.deepEqual(report.findings.map(({ kind, weight }) => `${kind} ${weight}`), Array(3).fill('fork conviction'));
  assert.deepEqual(report.feeds.map(({ statements, head }) => [statements, head === null]).sort(), [[3, false], [5, true]]);
});

test('a partial revoke is a denial, and a suspension that was lifted as well', () => {
  const story = new Signed();
  story.say(story.person, 'revoke', 'revoke', [], { thread: 'p', purposes: ['dpv:ServiceProvision'] });
  story.use('u', 'use', ['revoke']);
  assert.deepEqual(found(story, story.file(story.person)), ['use-after-revoke conviction revoke u use']);
  const other = new Signed();
  other.say(other.person, 'suspend', 'suspend', [], { thread: 'p' });
  other.say(other.person, 'resume', 'resume', [], { thread: 'p', ref: 'suspend' });
  other.use('u', 'use', ['resume']);
  other.use('m', 'use', [], MARKETING);
  assert.deepEqual(found(other, other.file(other.person)), ['use-after-revoke conviction suspend u m use']);
});

test('without the body of the open there is no ledger, and that is said', () => {
  const story = new Signed();
  const lines = linesOf(story.file(story.person));
  const at = lines.findIndex((line) => line.startsWith('{"stmt"'));
  lines[at] = lines[at].replace(/"body":.*$/, '"body":null}');
  assert.deepEqual(found(story, fileOf(lines)), ['missing-body claim open']);
  assert.deepEqual(verifyExports([fileOf(lines)]).phases.size, 0);
});

test('what waits for a statement in no file is judged not at all, however much it is', () => {
  const story = new Signed();
  story.say(story.person, 'lost', 'ack', [], {});
  story.use('u', 'use', ['lost'], MARKETING);
  for (let i = 0; i < 3; i++) story.use(`u${i}`, 'use', [], MARKETING);
  assert.deepEqual(found(story, story.file(story.shop, ['lost'])), ['gap claim lost', 'omission claim lost']);
});
