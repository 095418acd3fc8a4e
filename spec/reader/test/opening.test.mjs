import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toHex } from '../bytes.mjs';
import { hash } from '../cid.mjs';
import { answer } from '../door.mjs';
import { x25519Public } from '../x25519.mjs';
import { Party, T0, historyOf, seed, text, toMap } from './world.mjs';

const DAY = 86400000;
const person = new Party('person', 'directed');
const shop = new Party('shop', 'public');
const histories = { person: historyOf(person), shop: historyOf(shop) };
const SECRET = seed('secret');

/** @param {Party} party */
const own = (party) => ({
  proto: 1,
  fold: 1,
  ext: ['one', 'two'],
  prekey: party.prekey('first'),
  addresses: ['https://example.org/x'],
  signal: x25519Public(seed(`${party.name} signal`)),
  pskc: seed(`${party.name} pskc`),
  nonce: seed(`${party.name} nonce`),
});
const roles = toMap({ first: person.party, second: shop.party });

const openBody = {
  ...own(person), to: shop.party, roles, card: null, inv: null, exp: T0 + DAY,
  kel: toMap({ a: person.ks, b: shop.ks }),
};
const open = person.say('open', openBody);

/** @param {Record<string, any>} body @param {Record<string, any>} [header] */
const join = (body = {}, header = {}) => shop.say('join', {
  ...own(shop), to: person.party, roles, kel: toMap({ a: person.ks, b: shop.ks }), ...body,
}, { rel: open.id, seen: [[person.party, 0, open.id]], ...header }).json;

/** @param {any} statement @param {any} [changes] */
const askOpen = (statement, changes) => answer({
  command: 'open',
  input: {
    histories, opener: 'person', joiner: 'shop', open: statement, now: T0, cards: [], secrets: [],
    ...changes,
  },
});
/** @param {any} statement */
const askJoin = (statement) => answer({
  command: 'join',
  input: { histories, opener: 'person', joiner: 'shop', open: open.json, join: statement },
});

test('an open and its join are taken', () => {
  assert.deepEqual(askOpen(open.json), { output: { secret: null } });
  assert.deepEqual(askJoin(join({ ext: ['two'] })), {
    output: { rel: text(open.id), first: 'person', second: 'shop', ext: ['two'] },
  });
});

test('an invitation is for the opener it names', () => {
  const inv = hash(['lc/inv/1', SECRET, person.party, shop.party]);
  const invited = person.say('open', { ...openBody, inv }).json;
  const secrets = [toHex(seed('another')), toHex(SECRET)];
  assert.deepEqual(askOpen(invited, { secrets }), { output: { secret: toHex(SECRET) } });
  assert.deepEqual(askOpen(invited, { secrets: [secrets[0]] }), { error: 'open-invitation' });
  const copied = hash(['lc/inv/1', SECRET, shop.party, shop.party]);
  const wrong = person.say('open', { ...openBody, inv: copied }).json;
  assert.deepEqual(askOpen(wrong, { secrets }), { error: 'open-invitation' });
});

test('expiries at their bounds', () => {
  const until = (/** @type {number} */ exp) => person.say('open', { ...openBody, exp }).json;
  assert.ok('output' in askOpen(until(T0 + 30 * DAY)));
  assert.deepEqual(askOpen(until(T0 + 30 * DAY + 1)), { error: 'open-expiry' });
  assert.deepEqual(askOpen(until(T0)), { error: 'open-expiry' });
  assert.deepEqual(askOpen(open.json, { now: T0 + DAY }), { error: 'open-expiry' });
  assert.ok('output' in askOpen(until(T0 + 30 * DAY), { now: T0 - 300000 }));
  assert.deepEqual(askOpen(until(T0 + 30 * DAY), { now: T0 - 300001 }), { error: 'open-expiry' });
});

test('a join that does not answer its open', () => {
  const refused = {
    'join-form': join({}, { seen: [] }),
    'open-to': join({ to: shop.party }),
    'join-differs': join({ ext: ['three'] }),
    'open-key': join({ kel: toMap({ a: shop.ks, b: shop.ks }) }),
    'join-reflected': join({ nonce: openBody.nonce }),
    'join-late': join({}, { at: T0 + DAY + 1 }),
  };
  for (const [code, statement] of Object.entries(refused)) {
    assert.deepEqual(askJoin(statement), { error: code });
  }
  assert.ok('output' in askJoin(join({}, { at: T0 + DAY })));
});
