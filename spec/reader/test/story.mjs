/**
 * Small stories without keys, for tests of the ledger: statements by label, signed by nobody.
 */

import { utf8 } from '../bytes.mjs';
import { cidOf, cidText } from '../cid.mjs';
import { Ledger } from '../ledger/ledger.mjs';

const T0 = 1767225600000;
const DAY = 24 * 60 * 60 * 1000;

/** @param {string} name @returns {string} */
export const cid = (name) => cidText(cidOf(utf8(name)));

/** @param {string[]} purposes */
export function termsFor(purposes = ['dpv:Marketing']) {
  return {
    agreement: 'X', text: cid('text'), duties: [], law: 'DE', prevails: 'terms',
    from: T0, until: T0 + 365 * DAY, prohibitions: [],
    permissions: [{ actions: ['dpv:Processing'], paths: ['vcard'], purposes, recipients: [] }],
  };
}

/** Two parties P (first) and V, and agents A and B; each may have key events k0, k1, … and k1' beside k1. */
export class Story {
  constructor() {
    /** @type {Map<string, any>} */
    this.histories = new Map(['P', 'V', 'A', 'B'].map((name) => [cid(name), {
      kind: name === 'V' ? 'public' : 'directed',
      party: cid(name),
      events: new Map([
        [cid(`${name}k0`), { seq: 0, prev: null }],
        [cid(`${name}k1`), { seq: 1, prev: cid(`${name}k0`) }],
        [cid(`${name}k1'`), { seq: 1, prev: cid(`${name}k0`) }],
        [cid(`${name}k2`), { seq: 2, prev: cid(`${name}k1`) }],
      ]),
    }]));
    /** @type {Map<string, any>} by label */
    this.statements = new Map();
    this.ledger = new Ledger(this.histories);
    /** @type {Map<string, string>} the end of each writer's chain */
    this.ends = new Map();
    this.clock = T0;
    this.say('P', 'P0', 'open', [], {
      to: cid('V'), roles: { first: cid('P'), second: cid('V') }, kel: { a: cid('Pk0'), b: cid('Vk0') },
    });
    this.say('V', 'V0', 'join', ['P0'], {
      to: cid('P'), roles: { first: cid('P'), second: cid('V') }, kel: { a: cid('Pk0'), b: cid('Vk0') },
    });
    this.say('P', 'P1', 'ack', ['V0']);
  }

  /**
   * @param {string} writer
   * @param {string} label
   * @param {string} type
   * @param {string[]} seen labels
   * @param {any} body fields; labels of statements stand for their cids
   * @param {{prev?: string | null, ks?: string, at?: number}} more
   */
  say(writer, label, type, seen, body = {}, more = {}) {
    const prev = more.prev !== undefined ? more.prev : this.ends.get(writer) ?? null;
    const before = prev === null ? undefined : this.statements.get(prev);
    this.clock += 1000;
    const fields = type === 'propose'
      ? { thread: null, base: null, answers: null, terms: termsFor(), accept_by: this.clock + DAY, controller: null, ...body }
      : { ...body };
    for (const name of ['thread', 'base', 'answers', 'ref', 'agreement']) {
      if (this.statements.has(fields[name])) fields[name] = this.statements.get(fields[name]).id;
    }
    const s = {
      id: cid(label), type, writer: cid(writer), seq: before === undefined ? 0 : before.seq + 1,
      rel: type === 'open' ? null : cid('P0'),
      prev: before === undefined ? null : before.id,
      seen: seen.map((other) => {
        const t = this.statements.get(other);
        return { writer: t.writer, seq: t.seq, id: t.id };
      }),
      at: more.at ?? this.clock,
      ks: more.ks ? cid(more.ks) : before?.ks ?? cid(`${writer}k0`),
      body: fields,
      terms: type === 'propose' ? cid(`${label} terms`) : null,
      bodyFault: false,
      size: 1,
    };
    if (type === 'accept') s.body.terms = [...this.statements.values()].find((t) => t.id === fields.ref).terms;
    this.statements.set(label, s);
    this.ends.set(writer, label);
    const received = this.ledger.receive(s);
    if (received.result !== 'held') throw new Error(`${label}: ${received.result} ${received.code}`);
    return this;
  }

  /** @param {string} root label */
  thread(root) {
    return this.ledger.state().thread(cid(root));
  }

  /** @param {string} label */
  reason(label) {
    return this.ledger.held.voids.get(cid(label));
  }

  /** @param {string} label */
  use(label) {
    return this.ledger.uses().get(cid(label));
  }
}
