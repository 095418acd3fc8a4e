/** The command of the area contracts (spec: conformance/CLI, contracts). */

import { compareText } from '../bytes.mjs';
import { contract } from '../contract.mjs';
import { require } from '../errors.mjs';
import { readStory, told } from '../ledger/input.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  contract: (input) => {
    const story = readStory(input);
    const { labels, parties } = story;
    require(input.agreement in input.statements, 'contract-unknown', input.agreement);
    const ledger = told(story, input.order);
    require(ledger.held.open !== null, 'contract-unknown', 'nothing is held');
    const shown = contract(ledger.state(), story.find(input.agreement).id, input.now);
    return {
      first: parties.of(shown.first),
      second: parties.of(shown.second),
      thread: labels.of(shown.thread),
      phase: shown.phase,
      status: shown.status,
      terms: shown.terms,
      text: shown.text,
      signed: { first: labels.sorted(shown.signed.first), second: labels.sorted(shown.signed.second) },
      confirmed_by: labels.sorted(shown.confirmedBy),
      purposes: shown.purposes.sort(compareText),
      bound: shown.bound,
      duties: shown.duties,
    };
  },
};
