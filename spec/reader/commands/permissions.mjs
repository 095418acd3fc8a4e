/** Commands of the area permissions (spec: conformance/CLI, permissions). */

import { fromHex } from '../bytes.mjs';
import { decode } from '../cbor.mjs';
import { require } from '../errors.mjs';
import { readStory, told } from '../ledger/input.mjs';
import { permitted } from '../ledger/permitted.mjs';
import { decide } from '../policy.mjs';
import { terms } from '../terms.mjs';
import { covers, forbids } from '../vocabulary.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  vocabulary: ({ one, other }) => ({ covers: covers(one, other), touches: forbids(one, other) }),

  decide: ({ terms: given, request, facts, now }) =>
    decide(given.map((/** @type {string} */ bytes) => terms(decode(fromHex(bytes)))), request, facts, now),

  permitted: (input) => {
    const story = readStory(input);
    const view = told(story, input.order).state();
    const thread = view.threads.get(story.find(input.thread).id);
    require(thread !== undefined, 'contract-unknown', input.thread);
    return permitted(/** @type {import('../ledger/threads.mjs').Thread} */ (thread),
      input.request, input.facts, input.now);
  },
};
