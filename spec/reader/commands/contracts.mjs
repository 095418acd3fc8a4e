/** The command of the area contracts (spec: conformance/CLI, contracts). */

import { compareText } from '../bytes.mjs';
import { contract } from '../contract.mjs';
import { command, string } from '../form.mjs';
import { TOLD, readStory, told } from '../ledger/input.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  contract: command({ ...TOLD, agreement: string }, (input) => {
    const story = readStory(input);
    const { labels, parties } = story;
    const id = story.id(input.agreement);
    const shown = contract(told(story, input.order).state(), id, input.now);
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
  }),
};
