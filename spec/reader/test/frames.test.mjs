import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toHex } from '../bytes.mjs';
import { encode } from '../cbor.mjs';
import { cidOf, hash } from '../cid.mjs';
import { answer } from '../door.mjs';
import { seal } from '../seal.mjs';
import { x25519Public } from '../x25519.mjs';
import { Party, T0, seed, text, toMap } from './world.mjs';

const DAY = 86400000;
const me = new Party('me', 'public');
const peer = new Party('peer', 'directed');
const rel = cidOf(seed('rel'));
const PSK = seed('psk');
const secret = seed('me prekey first');
const prekey = { id: seed('me id first').slice(0, 16), pk: x25519Public(secret) };
const n = seed('n').slice(0, 16);
const token = seed('token').slice(0, 16);
const ping = ['ping', token];

/** @param {any} [changes] */
const frame = (changes) => encode(toMap({
  to: me.party, from: peer.party, rel, n, at: T0, items: [ping], ...changes,
}));

/** @param {Uint8Array} bytes @param {any} [changes] @param {any} [to] @param {Uint8Array | null} [psk] */
function receive(bytes, changes, to = { ...prekey, secret }, psk = PSK) {
  const sealed = seal(bytes, to, seed('ephemeral'), psk);
  return answer({
    command: 'receive',
    input: {
      sealed: toHex(sealed), me: text(me.party), peer: text(peer.party), rel: text(rel),
      prekey: { id: toHex(to.id), secret: toHex(to.secret) }, psk: toHex(PSK), taken: [], now: T0,
      ...changes,
    },
  });
}

test('a frame is taken, and its requests if it is fresh', () => {
  const output = { n: toHex(n), at: T0, items: [['ping', { bytes: toHex(token) }]], requests: true };
  assert.deepEqual(receive(frame()), { output });
  assert.deepEqual(receive(frame(), { now: T0 + DAY }), { output });
  assert.deepEqual(receive(frame(), { now: T0 - DAY }), { output });
  const old = { output: { ...output, requests: false } };
  assert.deepEqual(receive(frame(), { now: T0 + DAY + 1 }), old);
  assert.deepEqual(receive(frame(), { now: T0 - DAY - 1 }), old);
});

test('whose the frame is, and whether it came before', () => {
  assert.deepEqual(receive(frame({ to: peer.party })), { error: 'frame-not-for-me' });
  assert.deepEqual(receive(frame({ from: me.party })), { error: 'frame-sender' });
  assert.deepEqual(receive(frame({ rel: cidOf(n) })), { error: 'frame-relationship' });
  assert.deepEqual(receive(frame(), { taken: [toHex(n)] }), { error: 'frame-repeated' });
  assert.deepEqual(receive(frame({ items: [['psk', PSK]] })), { error: 'frame-place' });
  assert.deepEqual(receive(frame({ items: [['chunk', n]] })), { error: 'frame-item' });
  const many = Array.from({ length: 2049 }, () => ping);
  assert.deepEqual(receive(frame({ items: many })), { error: 'frame-items' });
  assert.ok('output' in receive(frame({ items: many.slice(1) })));
});

test('by signal come heads, prekeys and headers alone', () => {
  const to = {
    id: hash(['lc/signal/1', prekey.pk]).slice(0, 16), pk: prekey.pk, secret,
  };
  assert.deepEqual(receive(frame(), {}, to), { error: 'frame-place' });
  const items = [['heads', []], ['prekey', peer.prekey('first')]];
  assert.ok('output' in receive(frame({ items }), {}, to));
});

test('heads ascend, a want does not run backwards', () => {
  const entry = [peer.party, 1, rel];
  assert.deepEqual(receive(frame({ items: [['heads', [entry, entry]]] })), { error: 'field-order' });
  assert.deepEqual(receive(frame({ items: [['want', rel, 2, 1]] })), { error: 'field-range' });
});
