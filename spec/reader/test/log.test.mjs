import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { STANDARD, URL_SAFE, fromPadded, fromUnpadded } from '../base64.mjs';
import { fromHex, toHex, utf8 } from '../bytes.mjs';
import { decode } from '../cbor.mjs';
import { cidText } from '../cid.mjs';
import {
  entryOf, leafHash, proveConsistency, proveInclusion, root, verifyConsistency, verifyInclusion,
} from '../merkle.mjs';
import { readCheckpoint, readNote, readVerifier } from '../note.mjs';

const MOST = 33;
const ENTRIES = Array.from({ length: MOST }, (_, i) => utf8(`entry ${i}`));

test('every inclusion proof of every small tree is accepted there, and with no other index or length', () => {
  for (let size = 1; size <= MOST; size++) {
    const entries = ENTRIES.slice(0, size);
    const top = root(entries);
    for (let index = 0; index < size; index++) {
      const proof = proveInclusion(entries, index);
      const leaf = leafHash(entries[index]);
      verifyInclusion(leaf, index, size, proof, top);
      for (let other = 0; other < size; other++) {
        if (other === index) continue;
        assert.throws(() => verifyInclusion(leaf, other, size, proof, top));
      }
      assert.throws(() => verifyInclusion(leaf, index, size, [...proof, top], top), { code: 'log-proof-length' });
      if (proof.length === 0) continue;
      assert.throws(() => verifyInclusion(leaf, index, size, proof.slice(1), top), { code: 'log-proof-length' });
    }
  }
});

test('every consistency proof between small trees is accepted, and none with another root or length', () => {
  for (let to = 1; to <= MOST; to++) {
    const entries = ENTRIES.slice(0, to);
    const after = root(entries);
    for (let from = 1; from <= to; from++) {
      const before = root(entries.slice(0, from));
      const proof = proveConsistency(entries, from);
      verifyConsistency(from, to, proof, before, after);
      const other = leafHash(utf8('other'));
      assert.throws(() => verifyConsistency(from, to, proof, other, after), { code: 'log-inconsistent' });
      assert.throws(() => verifyConsistency(from, to, proof, before, other), { code: 'log-inconsistent' });
      const longer = [...proof, other];
      assert.throws(() => verifyConsistency(from, to, longer, before, after), { code: 'log-proof-length' });
      if (proof.length === 0) continue;
      const shorter = proof.slice(0, -1);
      assert.throws(() => verifyConsistency(from, to, shorter, before, after), { code: 'log-proof-length' });
    }
  }
});

test('a proof in the largest tree has as many hashes as it needs, and no more are asked for', () => {
  const leaf = leafHash(utf8('leaf'));
  const proof = Array.from({ length: 53 }, () => leaf);
  const ask = (/** @type {Uint8Array[]} */ given) =>
    () => verifyInclusion(leaf, 0, Number.MAX_SAFE_INTEGER, given, leaf);
  assert.throws(ask(proof), { code: 'log-inclusion' });
  assert.throws(ask(proof.slice(1)), { code: 'log-proof-length' });
  assert.throws(ask([...proof, leaf]), { code: 'log-proof-length' });
});

test('a text of notes ends before the last empty line', () => {
  const line = `\u2014 a ${Buffer.from('12345').toString('base64')}\n`;
  assert.equal(readNote(`one\n\ntwo\n\n${line}`).text, 'one\n\ntwo\n');
  assert.equal(readNote(`\n\n${line}`).text, '\n');
  assert.throws(() => readNote(line), { code: 'note-signatures' });
});

test('the characters of a note are counted, not its units or bytes', () => {
  const line = `\n\u2014 a ${Buffer.from('12345').toString('base64')}\n`;
  const wide = (/** @type {number} */ count) => `${'\u{1f511}'.repeat(count)}\n${line}`;
  const most = 4096 - line.length - 1;
  assert.equal(readNote(wide(most)).signatures.length, 1);
  assert.throws(() => readNote(wide(most + 1)), { code: 'note-size' });
});

test('base64 has one form, and every alphabet its own digits', () => {
  for (let length = 0; length < 9; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 251 - i);
    const [plain, url] = [Buffer.from(bytes).toString('base64'), Buffer.from(bytes).toString('base64url')];
    assert.equal(toHex(fromPadded(plain, STANDARD, 'x')), toHex(bytes));
    assert.equal(toHex(fromUnpadded(url, URL_SAFE, 'x')), toHex(bytes));
    for (const wrong of [`${plain}=`, `=${plain}`, `${plain}====`, ` ${plain}`, `${plain}\n`]) {
      assert.throws(() => fromPadded(wrong, STANDARD, 'x'), { code: 'x' }, wrong);
    }
  }
  for (const wrong of ['AA', 'AA=', 'AAA', 'AB==', 'AAB=', '=', '==', '====', 'A===', 'A', '+-AA']) {
    assert.throws(() => fromPadded(wrong, STANDARD, 'x'), { code: 'x' }, wrong);
  }
});

test('a verifier key of too few parts', () => {
  for (const text of ['', 'a', 'a+b', 'a+00000000', '+00000000', '00000000+AAAA']) {
    assert.throws(() => readVerifier(text, 1), { code: 'note-key' }, text);
  }
  assert.throws(() => readVerifier('+00000000+AAAA', 1), { code: 'note-name' });
});

/** @returns {string} the example of the page */
function example() {
  const page = readFileSync(new URL('../../log.md', import.meta.url), 'utf8');
  return page.slice(page.indexOf('example: a-log begin'), page.indexOf('example: a-log end'));
}

test('the example of the page: an entry, four leaves, and both proofs', () => {
  const runs = example().match(/(?:^ {4}[0-9a-f]{38,64}\n)+/gm) ?? [];
  const [preimage, named, hashes, inclusion, consistency] =
    runs.map((run) => run.trim().split(/\s+/).map(fromHex));
  const [, salt, id] = /** @type {any[]} */ (decode(fromHex(preimage.map(toHex).join(''))));
  const [entry, leaf] = named;
  assert.equal(toHex(entryOf(salt, cidText(id))), toHex(entry));
  assert.equal(toHex(leafHash(entry)), toHex(leaf));
  const [, , third, fourth, left, , top] = hashes;
  assert.equal(toHex(third), toHex(leaf));
  assert.deepEqual(inclusion.map(toHex), [fourth, left].map(toHex));
  verifyInclusion(leaf, 2, 4, inclusion, top);
  const [before, ...proof] = consistency;
  verifyConsistency(3, 4, proof, before, top);
});

test('the example of the page: the checkpoint', () => {
  const lines = example().replace(/^ {4}/gm, '').split('\n');
  const start = lines.indexOf('shop.example/log');
  const note = `${lines.slice(start, start + 6).join('\n')}\n`;
  const keys = lines.filter((line) => /^\S+\+[0-9a-f]{8}\+\S+$/.test(line));
  assert.equal(keys.length, 2);
  const read = readCheckpoint(note, 'shop.example/log', keys[0], [keys[1]], 1);
  assert.equal(read.size, 4);
  assert.deepEqual(read.witnesses, [{ name: 'witness.example/w1', time: 1767229200 }]);
});
