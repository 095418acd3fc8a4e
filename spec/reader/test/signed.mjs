/** A relationship with signatures, told step by step, as the file of an export and as an evidence object. */

import { createHash } from 'node:crypto';

import { compare, fromHex } from '../bytes.mjs';
import { encode } from '../cbor.mjs';
import { cidOf, cidText } from '../cid.mjs';
import { x25519Public } from '../x25519.mjs';
import { Party, T0, seed, toMap } from './world.mjs';

const DAY = 24 * 60 * 60 * 1000;

/** @param {Uint8Array} bytes @returns {string} base64url with padding */
export function base64(bytes) {
  const digits = Buffer.from(bytes).toString('base64url');
  return digits + '='.repeat((4 - (digits.length % 4)) % 4);
}

/** @param {string[]} lines first line and records @returns {string} with the last line they need */
export function fileOf(lines) {
  const body = lines.map((line) => `${line}\n`).join('');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return `${body}${JSON.stringify({ end: { records: lines.length - 1, sha256 } })}\n`;
}

/** @param {Party} party @param {Party} to @param {Party[]} sides person and shop */
function opening(party, to, [person, shop]) {
  return {
    to: to.party,
    roles: toMap({ first: person.party, second: shop.party }),
    proto: 1,
    fold: 1,
    ext: [],
    kel: toMap({ a: person.ks, b: shop.ks }),
    prekey: party.prekey('first'),
    addresses: [],
    signal: x25519Public(seed(`${party.name} signal`)),
    pskc: seed(`${party.name} pskc`),
    nonce: seed(`${party.name} nonce`),
  };
}

/** The person opened, the shop joined; the person's proposal p is accepted and confirmed. */
export class Signed {
  constructor() {
    this.person = new Party('person', 'directed');
    this.shop = new Party('shop', 'public');
    this.sides = [this.person, this.shop];
    this.now = T0;
    /** @type {Map<string, {id: Uint8Array, party: Party, seq: number, prev: any, json: any}>} by label */
    this.said = new Map();
    /** @type {Map<Party, string>} label of the last statement */
    this.last = new Map();
    const { person, shop } = this;
    this.say(person, 'open', 'open', [], {
      ...opening(person, shop, this.sides), card: null, inv: null, exp: T0 + DAY,
    });
    this.say(shop, 'join', 'join', ['open'], opening(shop, person, this.sides));
    const rule = toMap({
      actions: ['dpv:Use'], paths: ['vcard'], purposes: ['dpv:ServiceProvision'], recipients: [],
    });
    const terms = toMap({
      agreement: 'X', text: cidOf(Uint8Array.of(1)), permissions: [rule], prohibitions: [], duties: [],
      from: T0, until: T0 + 300 * DAY, law: 'DE', prevails: 'terms',
    });
    this.say(person, 'p', 'propose', ['join'], {
      thread: null, base: null, answers: null, terms, accept_by: T0 + DAY, controller: null,
    });
    this.say(shop, 'accept', 'accept', ['p'], { thread: 'p', ref: 'p', terms: cidOf(encode(terms)) });
    this.say(person, 'ack', 'ack', ['accept'], {});
  }

  /**
   * @param {Party} party @param {string} label @param {string} type
   * @param {string[]} seen labels
   * @param {Record<string, any>} body where a label stands for the cid of that statement
   * @param {string} [after] label of the statement before it in the chain
   */
  say(party, label, type, seen, body, after = this.last.get(party)) {
    this.now += 1000;
    const prev = after === undefined ? undefined : this.said.get(after);
    const fields = Object.fromEntries(Object.entries(body).map(([name, value]) =>
      [name, this.said.get(value)?.id ?? value]));
    const heads = seen.map((other) => {
      const s = /** @type {any} */ (this.said.get(other));
      return [s.party.party, s.seq, s.id];
    }).sort((a, b) => compare(a[0], b[0]) || a[1] - b[1]);
    const seq = prev === undefined ? 0 : prev.seq + 1;
    const rel = type === 'open' ? null : this.said.get('open')?.id;
    const { id, json } = party.say(type, fields, { rel, seq, prev: prev?.id ?? null, seen: heads, at: this.now });
    this.said.set(label, { id, party, seq, prev, json });
    this.last.set(party, label);
    return this;
  }

  /** @param {string} label @param {string} type @param {string[]} seen */
  use(label, type, seen, more = {}) {
    const body = { thread: 'p', agreement: 'p', action: 'dpv:Use', purpose: 'dpv:ServiceProvision', ref: null };
    return this.say(this.shop, label, type, seen, { ...body, ...more });
  }

  /** @param {string} label @returns {string} */
  id(label) {
    return cidText(/** @type {any} */ (this.said.get(label)).id);
  }

  /** @param {Party} exporter @param {string[]} [without] labels @returns {string} */
  file(exporter, without = []) {
    const header = JSON.stringify({
      'linkcontract-export': 1, at: this.now, exporter: cidText(exporter.party), rel: this.id('open'), with_data: false,
    });
    const keys = this.sides.flatMap(({ history }) => history.map((event) => `{"key":"${base64(event)}"}`));
    const told = [...this.said].filter(([label]) => !without.includes(label)).map(([, { json }]) => {
      const body = json.body.map((/** @type {string} */ part) => base64(fromHex(part)));
      return JSON.stringify({ stmt: base64(fromHex(json.envelope)), body });
    });
    return fileOf([header, ...keys, ...told]);
  }

  /**
   * @param {string} kind @param {string[]} about labels @param {string[]} stmts labels
   * @returns {Uint8Array} an evidence object with everything known of keys
   */
  evidence(kind, about, stmts) {
    const said = (/** @type {string} */ label) => /** @type {any} */ (this.said.get(label));
    return encode(toMap({
      v: 1,
      kind,
      rel: said('open').id,
      about: about.map((label) => said(label).id),
      kel: this.sides.flatMap(({ history }) => history),
      stmts: stmts.map((label) => [fromHex(said(label).json.envelope), ...said(label).json.body.map(fromHex)]),
    }));
  }
}

