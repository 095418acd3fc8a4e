/**
 * Which statements have no effect, and why (spec: ledger, A1.7, W5 to W7, V1 to V3).
 *
 * @typedef {import('./statements.mjs').Statement} Statement
 * @typedef {import('./past.mjs').Held} Held
 * @typedef {import('./fold.mjs').View} View
 */

import { coveringDelegations, dismissalsOf, needsLeave } from './agents.mjs';
import { RELEVANT, field, isKnownType, link, threadOf } from './statements.mjs';

const DAY = 24 * 60 * 60 * 1000;
const MAX_OFFER = 90 * DAY;
const MAX_AGENTS_PER_SIDE = 7;

/** W5: what the links of a body have to be; null where any type will do. The ref of erased and right is free. */
const LINKS = new Map(Object.entries({
  propose: { base: 'propose', answers: 'propose' },
  accept: { ref: 'propose' },
  refuse: { ref: 'propose' },
  retract: { ref: 'propose' },
  resume: { ref: 'suspend' },
  undelegate: { ref: 'delegate' },
  share: { agreement: 'propose' },
  use: { ref: null, agreement: 'propose' },
  request: { agreement: 'propose' },
  receipt: { ref: null },
  ask: { ref: null },
  answer: { ref: null },
  dispute: { ref: null },
}));

/**
 * @param {Held} held
 * @param {Statement} s that exists
 * @param {() => View} before the fold of its past
 * @returns {string | null} the first reason for which it is void, in the order of the page (D); null if it is effective or unverified
 */
export function voidReason(held, s, before) {
  if (!isKnownType(s.type)) return 'unknown-type';
  if (s.bodyFault) return 'bad-body';
  if (s.body === null) return notDelegated(held, s);
  return unknownThread(held, s) ?? wrongLink(held, s) ?? notItsPlace(held, s)
    ?? notDelegated(held, s) ?? fact(held, s, before);
}

/** W5: the thread it names is a thread in its past. */
function unknownThread(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const thread = link(s, 'thread');
  if (thread === null) return null;
  if (!held.knows(s, thread) || !held.isEffective(thread)) return 'thread-unknown';
  const root = held.get(thread);
  return root.type === 'propose' && threadOf(root) === thread ? null : 'thread-unknown';
}

/** W5: what it refers to is in its past, of the right type and not void, and of that thread. */
function wrongLink(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const links = Object.entries(LINKS.get(s.type) ?? {})
    .flatMap(([name, type]) => (link(s, name) === null ? [] : [{ id: link(s, name) ?? '', type }]));
  if (links.some(({ id }) => !held.knows(s, id))) return 'ref-unknown';
  const mine = threadOf(s);
  const elsewhere = links.some(({ id }) => {
    const other = held.get(id);
    return mine !== null && other.body !== null && mine !== threadOf(other);
  });
  if (elsewhere) return 'ref-other-thread';
  const wrong = links.some(({ id, type }) =>
    type !== null && (held.get(id).type !== type || !held.isEffective(id)));
  return wrong ? 'ref-type' : null;
}

/** W6, A1.1: what is a lead's, the first party's, or the second side's lead's. */
function notItsPlace(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const side = held.sideOf(s);
  const lead = held.isLead(s.writer);
  const wide = s.type === 'revoke' && link(s, 'thread') === null;
  if (!lead && (s.type === 'delegate' || s.type === 'undelegate' || wide)) return 'lead-only';
  if (side === 'second' && !lead && RELEVANT.has(s.type) && s.type !== 'rotate') return 'second-agent';
  return s.type === 'revoke' && side !== 'first' ? 'first-only' : null;
}

/** W7: an agent signs what it was given leave for; a lead delegates within bounds. */
function notDelegated(/** @type {Held} */ held, /** @type {Statement} */ s) {
  if (s.type === 'delegate') return wrongDelegation(held, s);
  if (held.isLead(s.writer) || !needsLeave(s)) return null;
  if (dismissalsOf(held, held.pastOf(s), s.writer, held.sideOf(s)).length > 0) return 'dismissed';
  return coveringDelegations(held, s).length > 0 ? null : 'not-delegated';
}

/** W7: no lead, no writer known to be dismissed, at most 7 different agents in one lead's chain. */
function wrongDelegation(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const agent = /** @type {string} */ (link(s, 'to'));
  if (held.isLead(agent)) return 'delegate-lead';
  if (dismissalsOf(held, held.pastOf(s), agent, held.sideOf(s)).length > 0) return 'dismissed';
  const agents = new Set(held.effective(held.lineOf(s), 'delegate').map((d) => link(d, 'to')));
  return agents.add(agent).size > MAX_AGENTS_PER_SIDE ? 'delegate-limit' : null;
}

/** V1 to V3, T3, whose delegation is taken back, and that a rotate names its own key event. */
function fact(/** @type {Held} */ held, /** @type {Statement} */ s, /** @type {() => View} */ before) {
  if (s.type === 'propose') return wrongProposal(s, before);
  if (s.type === 'accept') return wrongAccept(held, s, before);
  if (s.type === 'retract' || s.type === 'refuse') return wrongDenial(held, s, before);
  if (s.type === 'resume') return wrongResume(held, s);
  if (s.type === 'undelegate') {
    const given = held.get(/** @type {string} */ (link(s, 'ref')));
    return given.writer === s.writer ? null : 'undelegate-not-yours';
  }
  if (s.type === 'rotate') return link(s, 'event') === s.ks ? null : 'rotate-event';
  return null;
}

/** V1. */
function wrongProposal(/** @type {Statement} */ s, /** @type {() => View} */ before) {
  if (field(s, 'accept_by') - s.at > MAX_OFFER) return 'proposal-term';
  const root = link(s, 'thread');
  if (root === null) return null;
  const thread = before().thread(root);
  if (thread.ended) return 'proposal-ended';
  const base = link(s, 'base');
  return base === null || (base === thread.tip && !thread.frozen) ? null : 'proposal-base';
}

/** V2. */
function wrongAccept(/** @type {Held} */ held, /** @type {Statement} */ s, /** @type {() => View} */ before) {
  const proposal = held.get(/** @type {string} */ (link(s, 'ref')));
  if (held.sideOf(proposal) === held.sideOf(s)) return 'accept-own-side';
  const status = before().thread(/** @type {string} */ (link(s, 'thread'))).statuses.get(proposal.id);
  if (status !== 'open') return 'accept-not-live';
  if (s.at > field(proposal, 'accept_by')) return 'accept-late';
  return proposal.terms === link(s, 'terms') ? null : 'accept-terms';
}

/** V3: a retract is the proposer's or its lead's, a refusal the other side's. */
function wrongDenial(/** @type {Held} */ held, /** @type {Statement} */ s, /** @type {() => View} */ before) {
  const proposal = held.get(/** @type {string} */ (link(s, 'ref')));
  const side = held.sideOf(proposal);
  const own = proposal.writer === s.writer || held.isByLeadOf(s, side);
  if (s.type === 'retract' ? !own : held.sideOf(s) === side) return 'deny-not-yours';
  const status = before().thread(/** @type {string} */ (link(s, 'thread'))).statuses.get(proposal.id);
  return ['agreed', 'confirmed', 'frozen'].includes(/** @type {string} */ (status)) ? 'deny-accepted' : null;
}

/** T3: of the same side, by the same writer or the lead. */
function wrongResume(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const suspend = held.get(/** @type {string} */ (link(s, 'ref')));
  return isBySameOrLead(held, s, suspend) ? null : 'resume-not-yours';
}

/**
 * @param {Held} held @param {Statement} s @param {Statement} earlier
 * @returns {boolean} whether s is of the side of `earlier`, by the same writer or the lead of that side
 */
export function isBySameOrLead(held, s, earlier) {
  const side = held.sideOf(earlier);
  return held.sideOf(s) === side && (s.writer === earlier.writer || held.isByLeadOf(s, side));
}
