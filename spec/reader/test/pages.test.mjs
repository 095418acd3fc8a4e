/** The worked examples on the pages, made again: what stands there in bytes is what this reader computes. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { sha256 } from '@noble/hashes/sha2.js';

import { fromHex, toHex } from '../bytes.mjs';
import { decode, encode } from '../cbor.mjs';
import { cidOf, cidText, didKey } from '../cid.mjs';
import { parseEnvelope, verifyEnvelope } from '../cose.mjs';
import { readFrame } from '../frame.mjs';
import { commit, opening } from '../items.mjs';
import { readHistory } from '../keys.mjs';
import { derivePsk, seal, unseal, parseSealed } from '../seal.mjs';
import { readStatement, withBody } from '../statement.mjs';
import { terms } from '../terms.mjs';

/** @param {string} name @returns {string} the examples of a page */
function examples(name) {
  const text = readFileSync(new URL(`../../${name}.md`, import.meta.url), 'utf8');
  const example = /<!-- example: [^>]* begin -->([^]*?)<!-- example: [^>]* end -->/g;
  const parts = [...text.matchAll(example)];
  assert.notEqual(parts.length, 0, name);
  return parts.map(([, part]) => part).join('\n');
}

/** @param {string} name @returns {Uint8Array[]} the blocks of bytes in its examples */
function blocks(name) {
  const runs = examples(name).match(/(?:^ {4}[0-9a-f]+\n)+/gm) ?? [];
  return runs.map((run) => fromHex(run.replace(/\s/g, '')));
}

/** @param {string} name @param {string} label @returns {Uint8Array} a value in a list of names and bytes */
function named(name, label) {
  const found = new RegExp(`^ {4}${label} +([0-9a-f]+)$`, 'm').exec(examples(name));
  assert.notEqual(found, null, `${name}: ${label}`);
  return fromHex(/** @type {RegExpExecArray} */ (found)[1]);
}

/** @param {string} name @returns {Uint8Array} the one envelope in full */
function envelope(name) {
  const found = blocks(name).filter((block) => toHex(block).startsWith('d284'));
  assert.equal(found.length, 1);
  return found[0];
}

const alice = readHistory([envelope('parties')]);

test('every cid on a line of its own is of bytes on its page', () => {
  for (const name of ['encoding', 'parties', 'statements', 'envelope', 'contracts']) {
    const payloads = blocks(name).flatMap((block) =>
      toHex(block).startsWith('d284') ? [parseEnvelope(block, 'stmt', 'incp').payload] : [block]);
    const cids = payloads.map((payload) => cidText(cidOf(payload)));
    for (const [, cid] of examples(name).matchAll(/^ {4}(baf[a-z2-7]{56})$/gm)) {
      assert.ok(cids.includes(cid), `${name}: ${cid}`);
    }
  }
});

test('every digest on a page is of the bytes before it', () => {
  for (const name of ['encoding', 'statements', 'data']) {
    const found = blocks(name);
    let count = 0;
    for (const [i, block] of found.entries()) {
      if (block.length !== 32) continue;
      assert.equal(toHex(block), toHex(sha256(found[i - 1])), name);
      count += 1;
    }
    assert.ok(count > 0, name);
  }
});

test('bytes shown as values are encoded like this', () => {
  for (const name of ['encoding', 'parties', 'statements', 'session', 'data', 'contracts']) {
    const values = blocks(name)
      .filter((block) => block[0] >= 0x80 && block[0] < 0xc0 && block.length !== 32);
    assert.notEqual(values.length, 0);
    for (const block of values) assert.equal(toHex(encode(decode(block))), toHex(block));
  }
});

test('encoding: a key as text, and what a decoder refuses', () => {
  const key = alice.key(alice.party) ?? new Uint8Array();
  assert.ok(examples('encoding').includes(`    ${didKey(key)}\n`));
  const refused = [...examples('encoding').matchAll(/^\| `([0-9a-f]+)` \|.*\| `([a-z-]+)` \|$/gm)];
  assert.ok(refused.length > 0);
  for (const [, bytes, code] of refused) assert.throws(() => decode(fromHex(bytes)), { code });
});

test('parties: an inception, and the event that follows it', () => {
  assert.equal(alice.kind, 'directed');
  assert.ok(examples('parties').includes(alice.party));
  const [, , committed] = blocks('parties');
  assert.equal(toHex(sha256(committed)), toHex(alice.events.get(alice.party)?.next ?? new Uint8Array()));
});

test('envelope: a signature', () => {
  const [bytes, signed] = blocks('envelope');
  const read = readStatement(bytes, [alice]);
  assert.equal(read.header.type, 'ack');
  const parsed = parseEnvelope(bytes, 'stmt');
  const structure = ['Signature1', parsed.header, new Uint8Array(0), parsed.payload];
  assert.equal(toHex(signed), toHex(encode(structure)));
  const key = blocks('envelope').find((block) => block.length === 32);
  verifyEnvelope(parsed, key);
});

test('session: a frame, with the statement of the envelope page and its body', () => {
  const bytes = blocks('session').at(-1) ?? new Uint8Array();
  const { frame } = readFrame(bytes);
  assert.deepEqual(frame.items.map(({ kind }) => kind), ['stmt', 'body', 'heads']);
  const [sent, [record]] = [frame.items[0].parts[0], frame.items[1].parts];
  assert.equal(toHex(sent), toHex(envelope('envelope')));
  assert.deepEqual(withBody(readStatement(sent, [alice]), record).body?.fields, {});
});

test('envelope: a seal around that frame', () => {
  const value = (/** @type {string} */ label) => named('envelope', label);
  const psk = derivePsk(cidText(value('rel')), value('half of the opener'), value('half of the joiner'));
  assert.equal(toHex(psk), toHex(value('psk')));
  const frame = blocks('session').at(-1) ?? new Uint8Array();
  const prekey = { id: value('prekey id'), pk: value('prekey') };
  const sealed = seal(frame, prekey, value('ephemeral secret'), psk);
  assert.ok(examples('envelope').includes(toHex(sha256(sealed))));
  assert.equal(toHex(parseSealed(sealed).enc), toHex(value('enc')));
  assert.equal(toHex(unseal(parseSealed(sealed), value('its secret'), psk)), toHex(frame));
});

test('data: an item and its opening', () => {
  const [body, , , , , shown] = blocks('data');
  const items = /** @type {any} */ (decode(body)).get('items');
  const [kind, ...parts] = /** @type {any[]} */ (decode(shown));
  assert.equal(kind, 'opening');
  const made = commit(cidText(named('envelope', 'rel')), opening(parts));
  assert.deepEqual(made.map(toHex), items[0].map(toHex));
});

test('contracts: the terms', () => {
  const read = blocks('contracts')
    .map((block) => decode(block))
    .filter((value) => value instanceof Map && value.has('law'));
  assert.equal(read.length, 1);
  assert.ok(terms(read[0]).until > 0);
});
