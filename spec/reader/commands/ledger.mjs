/** The command of the area ledger (spec: conformance/CLI, ledger). */

import { compareText } from '../bytes.mjs';
import { array, command, labelled, string } from '../form.mjs';
import { STORY, readStory } from '../ledger/input.mjs';

/**
 * @typedef {ReturnType<typeof readStory>} Story
 * @typedef {import('../ledger/ledger.mjs').Ledger} Ledger
 * @typedef {import('../ledger/threads.mjs').Thread} Thread
 */

/** @param {Story} story @param {Thread} thread */
function showThread({ labels }, thread) {
  return {
    phase: thread.phase,
    tip: thread.tip === null ? null : labels.of(thread.tip),
    pending: labels.each(thread.pending),
    offers: labels.sorted(thread.offers),
    proposals: labels.object(thread.statuses, (status) => status),
    agreements: thread.agreements.map((p) => ({
      proposal: labels.of(p.id),
      grants: p.firstGrants().map((grant) => ({
        grant: labels.of(grant.id),
        withdrawn: thread.withdrawnFrom(p, grant).sort(compareText),
      })).sort((a, b) => compareText(a.grant, b.grant)),
      bound: thread.boundOf(p),
    })),
    chain: labels.each(thread.chain),
    suspends: labels.sorted(thread.suspends),
    duties: labels.sorted(thread.duties),
    frozen: thread.frozen,
    bound: thread.bound,
  };
}

/** @param {Story} story @param {Ledger} ledger */
function showState(story, ledger) {
  const view = ledger.state();
  return {
    threads: story.labels.object(view.threads, (thread) => showThread(story, thread)),
    convicted: story.parties.sorted(view.branches.convicted()),
    tainted: story.labels.sorted(view.branches.tainted),
    dismissed: story.parties.sorted(view.dismissed),
  };
}

/** @param {Story} story @param {Ledger} ledger @param {string} deliver */
function step(story, ledger, deliver) {
  const { result, code, released, refused } = ledger.receive(story.find(deliver));
  return {
    deliver,
    result,
    ...(code === undefined ? {} : { code }),
    released: story.labels.sorted(released),
    refused: story.labels.object(refused, (one) => one),
    state: showState(story, ledger),
  };
}

/** @param {Story} story @param {Ledger} ledger */
function end({ labels, parties }, ledger) {
  const confirms = [...ledger.held.confirms].filter(([, proposals]) => proposals.length > 0);
  const forks = ledger.state().branches.forks()
    .map((fork) => ({ ...fork, statements: labels.sorted(fork.statements) }));
  return {
    void: labels.object(ledger.voids(), (reason) => reason),
    confirms: labels.object(confirms, (proposals) => labels.sorted(proposals)),
    uses: labels.object(ledger.uses(), (status) => status),
    waiting: labels.sorted(ledger.intake.waiting.keys()),
    missing: labels.sorted(ledger.intake.missing()),
    owes: parties.sorted(ledger.owes()),
    forks: forks.sort((a, b) => compareText(a.statements[0], b.statements[0])
      || compareText(a.statements[1], b.statements[1])),
    heads: labels.sorted(ledger.heads()),
  };
}

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  fold: command({ ...STORY, deliveries: labelled(array(string)) }, (input) => {
    const story = readStory(input);
    /** @type {[string, string[]][]} */
    const sides = [...input.deliveries];
    return {
      sides: Object.fromEntries(sides.map(([side, deliveries]) => {
        const ledger = story.begun(deliveries);
        const steps = deliveries.map((deliver) => step(story, ledger, deliver));
        return [side, { steps, end: end(story, ledger) }];
      })),
    };
  }),
};
