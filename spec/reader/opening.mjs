/**
 * What an open and a join are checked for (spec: session, Opening; parties, Roles).
 */

import { compare, equal } from './bytes.mjs';
import { hash, readCid } from './cid.mjs';
import { Refusal, require } from './errors.mjs';

const DAY = 24 * 60 * 60 * 1000;
const MAX_OPEN = 30 * DAY;
const MAX_SKEW = 5 * 60 * 1000;

/**
 * @typedef {import('./keys.mjs').KeyHistory} KeyHistory
 * @typedef {import('./statement.mjs').Statement} Statement
 */

/**
 * @template T
 * @param {T} opener @param {T} joiner
 * @param {(party: T) => 'directed' | 'public'} kindOf
 * @returns {{first: T, second: T}}
 */
export function rolesOf(opener, joiner, kindOf) {
  const openerIsFirst = kindOf(opener) === 'directed' && kindOf(joiner) === 'public';
  return openerIsFirst ? { first: opener, second: joiner } : { first: joiner, second: opener };
}

/**
 * @param {Statement} statement @param {string} type @param {string} code
 * @returns {any} the fields of its body
 */
function firstStatement(statement, type, code) {
  const { header, body } = statement;
  require(header.type === type && header.seq === 0, code, 'not the first of its writer');
  if (body === null || body.fault !== null) throw new Refusal(code, 'without its body');
  return body.fields;
}

/**
 * The checks of an open that need no clock and nothing the receiver remembers.
 * @param {Statement} open
 * @param {KeyHistory} opener
 * @param {KeyHistory} joiner
 * @returns {any} the fields of its body
 */
function checkOpenAlone(open, opener, joiner) {
  const fields = firstStatement(open, 'open', 'open-form');
  require(open.header.seen.length === 0, 'open-form', 'knows something');
  require(open.header.from === opener.party && fields.to === joiner.party, 'open-to');
  require(opener.party !== joiner.party, 'open-to', 'oneself');
  require(fields.kel.a === open.header.ks && opener.events.has(fields.kel.a), 'open-key');
  require(joiner.events.has(fields.kel.b), 'open-key');
  const roles = rolesOf(opener, joiner, (party) => party.kind);
  require(fields.roles.first === roles.first.party, 'open-roles');
  require(fields.roles.second === roles.second.party, 'open-roles');
  const { at } = open.header;
  require(at < fields.exp && fields.exp <= at + MAX_OPEN, 'open-expiry', 'by its own time');
  return fields;
}

/**
 * @param {Statement} open
 * @param {KeyHistory} opener
 * @param {KeyHistory} receiver
 * @param {{now: number, cards: string[], secrets: Uint8Array[]}} holds cards issued, secrets outstanding
 * @returns {Uint8Array | null} the secret that was used
 */
export function checkOpen(open, opener, receiver, { now, cards, secrets }) {
  const { card, exp, inv } = checkOpenAlone(open, opener, receiver);
  require(now < exp && exp <= now + MAX_OPEN + MAX_SKEW, 'open-expiry', 'by the clock');
  require(card === null || cards.includes(card), 'open-card');
  if (inv === null) {
    require(receiver.kind === 'public', 'open-invitation', 'none');
    return null;
  }
  const parties = [readCid(opener.party), readCid(receiver.party)];
  const used = secrets.find((secret) => equal(hash(['lc/inv/1', secret, ...parties]), inv));
  if (used === undefined) throw new Refusal('open-invitation');
  return used;
}

/** @param {string[]} some @param {string[]} all @returns {boolean} */
function isSubset(some, all) {
  return some.every((entry) => all.includes(entry));
}

/**
 * @param {Statement} open
 * @param {Statement} join
 * @param {KeyHistory} opener
 * @param {KeyHistory} joiner
 * @returns {{first: KeyHistory, second: KeyHistory, ext: string[]}}
 */
export function checkJoin(open, join, opener, joiner) {
  const before = checkOpenAlone(open, opener, joiner);
  const fields = firstStatement(join, 'join', 'join-form');
  const { header } = join;
  require(header.rel === open.id, 'join-form', 'of another relationship');
  require(header.seen.length === 1 && header.seen[0][2] === open.id, 'join-form', 'seen');
  require(header.seen[0][0] === opener.party && header.seen[0][1] === 0, 'join-form', 'seen');
  require(header.from === joiner.party && fields.to === opener.party, 'open-to');
  const sameRoles = fields.roles.first === before.roles.first
    && fields.roles.second === before.roles.second;
  require(sameRoles && fields.proto === before.proto && fields.fold === before.fold, 'join-differs');
  require(isSubset(fields.ext, before.ext), 'join-differs', 'ext');
  require(opener.descendsOrEquals(before.kel.a, fields.kel.a), 'open-key', 'kel.a');
  require(joiner.descendsOrEquals(before.kel.b, fields.kel.b), 'open-key', 'kel.b');
  require(fields.kel.b === header.ks, 'open-key', 'kel.b and ks');
  const fresh = (/** @type {any} */ body) => [body.nonce, body.pskc, body.signal, body.prekey.pk];
  const theirs = fresh(before);
  require(fresh(fields).every((mine, i) => compare(mine, theirs[i]) !== 0), 'join-reflected');
  require(header.at <= before.exp, 'join-late');
  return { ...rolesOf(opener, joiner, (party) => party.kind), ext: fields.ext };
}
