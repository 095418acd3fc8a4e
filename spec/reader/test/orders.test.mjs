import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Ledger } from '../ledger/ledger.mjs';
import { Story, cid, termsFor } from './story.mjs';

/** A sequence of numbers that looks random and is always the same. @param {number} seed */
function dice(seed) {
  let state = seed;
  return (/** @type {number} */ sides) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * sides);
  };
}

/** @param {Ledger} ledger everything that can be asked, as text */
function answers(ledger) {
  const view = ledger.state();
  const threads = [...view.threads].map(([root, t]) => [root, t.phase, t.tip, t.pending, t.chain, t.bound,
    t.frozen, [...t.suspends].sort(), [...t.duties].sort(), [...t.statuses].sort()]).sort();
  return JSON.stringify([threads, view.branches.convicted().sort(), [...view.branches.tainted].sort(),
    view.dismissed.sort(), [...ledger.voids()].sort(), [...ledger.uses()].sort(), ledger.owes().sort(),
    ledger.heads().sort(), [...ledger.held.confirms].sort()]);
}

/** @param {(sides: number) => number} roll @param {number} steps @returns {Story} with forks, agents and denials */
function randomStory(roll, steps) {
  const story = new Story();
  const pick = (/** @type {any[]} */ list) => list[roll(list.length)];
  const labels = () => [...story.statements.keys()];
  const of = (/** @type {string} */ type) => labels().filter((name) => story.statements.get(name).type === type);
  for (let i = 0; i < steps; i++) {
    const writer = pick(['P', 'P', 'V', 'V', 'A']);
    const chain = labels().filter((name) => story.statements.get(name).writer === cid(writer));
    const prev = roll(8) === 0 && chain.length > 0 ? pick(chain) : story.ends.get(writer) ?? null;
    const held = story.ledger.held;
    const known = new Set(prev === null ? [] : [...held.pastOf(held.get(cid(prev)))]);
    const news = labels().filter((name) => !known.has(cid(name)) && story.statements.get(name).writer !== cid(writer)
      && roll(6) > 0);
    const seen = news.filter((name) => !news.some((other) => held.lineOf(held.get(cid(other))).has(cid(name))));
    for (const name of seen) for (const id of held.pastOf(held.get(cid(name)))) known.add(id);
    const isKnown = (/** @type {string} */ name) =>
      known.has(cid(name)) || seen.includes(name) || name === prev;
    const proposals = of('propose').filter(isKnown);
    const p = pick(proposals) ?? 'P0';
    const others = proposals.filter((name) => story.statements.get(name).writer !== cid(writer));
    const theirs = pick(others) ?? p;
    const its = story.statements.get(theirs)?.body.thread ?? cid(theirs);
    const body = story.statements.get(p)?.body;
    const thread = body?.thread ?? cid(p);
    const purposes = pick([null, ['dpv:DirectMarketing'], ['dpv:Marketing'], ['x:Unknown']]);
    const [type, fields] = pick(proposals.length === 0 ? [['propose', { thread: null }], ['ack', {}]] : [
      ['propose', { thread: of('propose').length < 2 ? null : thread, terms: termsFor() }],
      ['propose', { thread, base: cid(p), terms: termsFor(['dpv:DirectMarketing']) }],
      ...Array(6).fill(['accept', { thread: its, ref: theirs }]), ...Array(6).fill(['ack', {}]),
      ['retract', { thread, ref: p }], ['refuse', { thread, ref: p, purposes, code: 'no' }],
      ['revoke', { thread: pick([null, thread, thread]), purposes }],
      ['suspend', { thread }], ['resume', { thread, ref: pick(of('suspend').filter(isKnown)) ?? 'P0' }],
      ['terminate', { thread, effective: story.clock + 1000 * pick([0, 3, 9, 20, 50]) }],
      ...Array(3).fill(['use', { thread, agreement: cid(p), action: 'dpv:Use', purpose: 'dpv:Marketing', ref: null }]),
      ['delegate', { to: cid('A'), kel: cid('Ak0'), types: ['propose', 'accept', 'refuse'], terms: null, depth: 0,
        count: pick([null, 2]), until: null }],
      ['undelegate', { ref: pick(of('delegate').filter(isKnown)) ?? 'P0' }],
      ['rotate', {}],
    ]);
    const key = `${writer}k${pick(['1', "1'", '2'])}`;
    const more = { prev, ...(type === 'rotate' ? { ks: key } : {}) };
    const before = story.ends.get(writer);
    const label = `${writer}#${i}`;
    try {
      story.say(writer, label, type, seen, type === 'rotate' ? { event: cid(key) } : fields, more);
    } catch (refused) {
      assert.match(/** @type {Error} */ (refused).message, /refused ledger-/);
      story.statements.delete(label);
      if (before === undefined) story.ends.delete(writer);
      else story.ends.set(writer, before);
    }
  }
  return story;
}

test('equal sets are in equal states, whatever the order', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const roll = dice(seed);
    const story = randomStory(roll, 40);
    const other = new Ledger(story.histories);
    const [open, ...rest] = [...story.statements.values()];
    other.receive(open);
    while (rest.length > 0) other.receive(rest.splice(roll(rest.length), 1)[0]);
    assert.equal(other.intake.waiting.size, 0);
    assert.equal(answers(other), answers(story.ledger), `seed ${seed}`);
  }
});
