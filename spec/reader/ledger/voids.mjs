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

/** W5: what the links of a body have to be; null where any type will do. */
const LINKS = new Map(Object.entries({
  propose: { base: 'propose', answers: 'propose' },
  accept: { ref: 'propose' },
  refuse: { ref: 'propose' },
  retract: { ref: 'propose' },
  resume: { ref: 'suspend' },
  undelegate: { ref: 'delegate' },
  share: { agreement: 'propose' },
  use: { agreement: 'propose', ref: 'share' },
  request: { agreement: 'propose' },
  receipt: { ref: 'share' },
  ask: { ref: null },
  answer: { ref: null },
  dispute: { ref: null },
}));

/**
 * @param {Held} held
 * @param {Statement} s that exists
 * @param {() => View} before the fold of its past
 * @returns {string | null} the first reason for which it is void; null if it is effective or unverified
 */
export function voidReason(held, s, before) {
  if (!isKnownType(s.type)) return 'unknown-type';
  if (s.bodyFault) return 'bad-body';
  if (s.body === null) return null;
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
  for (const [name, type] of Object.entries(LINKS.get(s.type) ?? {})) {
    const id = link(s, name);
    if (id === null) continue;
    if (!held.knows(s, id)) return 'ref-unknown';
    if (type === null) continue;
    const target = held.get(id);
    if (target.type !== type || !held.isEffective(id)) return 'ref-type';
    const [mine, other] = [threadOf(s), threadOf(target)];
    if (mine !== null && other !== null && mine !== other) return 'ref-other-thread';
  }
  return null;
}

/** W6, A1.1: what is a lead's, the first party's, or the second side's lead's. */
function notItsPlace(/** @type {Held} */ held, /** @type {Statement} */ s) {
  const side = held.sideOf(s);
  const lead = held.isLead(s.writer);
  if (side === 'second' && !lead && RELEVANT.has(s.type) && s.type !== 'rotate') return 'second-agent';
  if (s.type === 'revoke' && side !== 'first') return 'first-only';
  const wide = s.type === 'revoke' && link(s, 'thread') === null;
  if (!lead && (s.type === 'delegate' || s.type === 'undelegate' || wide)) return 'lead-only';
  if (s.type === 'undelegate') {
    const given = held.get(/** @type {string} */ (link(s, 'ref')));
    return given.writer === s.writer ? null : 'undelegate-not-yours';
  }
  return null;
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

/** V1 to V3, T3, and that a rotate names its own key event. */
function fact(/** @type {Held} */ held, /** @type {Statement} */ s, /** @type {() => View} */ before) {
  if (s.type === 'propose') return wrongProposal(s, before);
  if (s.type === 'accept') return wrongAccept(held, s, before);
  if (s.type === 'retract' || s.type === 'refuse') return wrongDenial(held, s, before);
  if (s.type === 'resume') return wrongResume(held, s);
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
  if (proposal.terms !== link(s, 'terms')) return 'accept-terms';
  if (s.at > field(proposal, 'accept_by')) return 'accept-late';
  const status = before().thread(/** @type {string} */ (link(s, 'thread'))).statuses.get(proposal.id);
  return status === 'open' ? null : 'accept-not-live';
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
