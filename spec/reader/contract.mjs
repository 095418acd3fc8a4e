/**
 * An agreement as it stands (spec: contracts, Agreements; ledger, A5 and A6).
 */

import { require } from './errors.mjs';
import { purposesInForce } from './ledger/permitted.mjs';
import { field, threadOf } from './ledger/statements.mjs';
import { dutyPairs } from './policy.mjs';

/**
 * @param {import('./ledger/fold.mjs').View} view
 * @param {string} id of a proposal
 * @param {number} now
 * @returns all cids in text form
 */
export function contract(view, id, now) {
  const { held } = view;
  const statement = held.statements.get(id);
  const root = statement?.type === 'propose' ? threadOf(statement) : null;
  const thread = root === null ? undefined : view.threads.get(root);
  const proposal = thread?.proposals.get(id);
  require(thread !== undefined && proposal !== undefined, 'contract-unknown');
  const terms = field(proposal.statement, 'terms');
  const signed = [proposal.statement, ...proposal.accepts];
  return {
    first: held.lead('first'),
    second: held.lead('second'),
    thread: thread.root,
    phase: thread.phase,
    status: /** @type {string} */ (thread.statuses.get(id)),
    terms: /** @type {string} */ (proposal.statement.terms),
    text: /** @type {string} */ (terms.text),
    signed: {
      first: signed.filter((s) => held.sideOf(s) === 'first').map((s) => s.id),
      second: signed.filter((s) => held.sideOf(s) === 'second').map((s) => s.id),
    },
    confirmedBy: proposal.confirmations.map((s) => s.id),
    purposes: thread.tip === id ? purposesInForce(thread, now) : [],
    bound: thread.bound,
    duties: dutyPairs(terms.duties),
  };
}
