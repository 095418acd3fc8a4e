/** Commands of the area permissions (spec: conformance/CLI, permissions). */

import { require } from '../errors.mjs';
import { any, array, cid, command, either, hex, labelled, members, nullable, number, string } from '../form.mjs';
import { TOLD, readStory, told } from '../ledger/input.mjs';
import { permitted } from '../ledger/permitted.mjs';
import { decide } from '../policy.mjs';
import { decodeTerms, terms } from '../terms.mjs';
import { covers, forbids } from '../vocabulary.mjs';

/** @type {import('../form.mjs').Form} */
const fact = either((json) => (typeof json === 'number' ? number : typeof json === 'boolean' ? any : string));

const ASKED = {
  request: members({
    action: string,
    path: string,
    purpose: string,
    recipient: nullable(either((json) => members(Object.hasOwn(Object(json), 'party')
      ? { party: cid }
      : { kind: string }))),
  }),
  facts: members({
    counterparty: nullable(cid),
    place: nullable(string),
    uses: nullable(number),
    received_at: nullable(number),
    named: labelled(fact),
  }),
};

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  vocabulary: command({ one: string, other: string }, ({ one, other }) => ({
    covers: covers(one, other), touches: forbids(one, other),
  })),

  decide: command({ ...ASKED, terms: array(hex), now: number }, ({ terms: given, request, facts, now }) =>
    decide(given.map((/** @type {Uint8Array} */ bytes) => terms(decodeTerms(bytes))), request, facts, now)),

  permitted: command({ ...TOLD, ...ASKED, thread: string }, (input) => {
    const story = readStory(input);
    const view = told(story, input.order).state();
    const thread = view.threads.get(story.id(input.thread));
    require(thread !== undefined, 'contract-unknown', input.thread);
    return permitted(/** @type {import('../ledger/threads.mjs').Thread} */ (thread),
      input.request, input.facts, input.now);
  }),
};
