import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Story, cid, termsFor } from './story.mjs';

/** @param {string} agreement */
const use = (agreement, purpose = 'dpv:Marketing') =>
  ({ thread: 'P2', agreement, action: 'dpv:Processing', purpose, ref: null });

/** P offers, V accepts, P acknowledges. */
function agreed() {
  return new Story().say('P', 'P2', 'propose', [])
    .say('V', 'V1', 'accept', ['P2'], { thread: 'P2', ref: 'P2' })
    .say('P', 'P3', 'ack', ['V1']);
}

test('K2 an offer, an accept and an ack make an agreement', () => {
  const story = new Story().say('P', 'P2', 'propose', []);
  assert.equal(story.thread('P2').phase, 'offered');
  story.say('V', 'V1', 'accept', ['P2'], { thread: 'P2', ref: 'P2' });
  assert.equal(story.thread('P2').phase, 'agreed');
  story.say('P', 'P3', 'ack', ['V1']);
  assert.equal(story.thread('P2').phase, 'active');
  assert.deepEqual(story.thread('P2').chain, [cid('P2')]);
});

test('the example of the page: covered, raced, breach', () => {
  const story = agreed()
    .say('V', 'V2', 'use', ['P3'], use('P2'))
    .say('P', 'P4', 'revoke', ['V2'], { thread: 'P2', purposes: null })
    .say('V', 'V3', 'use', [], use('P2'));
  assert.equal(story.use('V2'), 'covered');
  assert.equal(story.use('V3'), 'raced');
  assert.equal(story.thread('P2').phase, 'ended');
  story.say('V', 'V4', 'use', ['P4'], use('P2'));
  assert.equal(story.use('V4'), 'breach');
});

test('U1 another purpose than any granted is a breach, a narrower one is none', () => {
  const story = agreed()
    .say('V', 'V2', 'use', ['P3'], use('P2', 'dpv:DirectMarketing'))
    .say('V', 'V3', 'use', [], use('P2', 'ieee-7012:ServiceDelivery'));
  assert.equal(story.use('V2'), 'covered');
  assert.equal(story.use('V3'), 'breach');
});

test('T5 a partial revoke touches what is broader and narrower, unless the grant had seen it', () => {
  const story = agreed()
    .say('P', 'P4', 'revoke', [], { thread: 'P2', purposes: ['dpv:DirectMarketing'] })
    .say('V', 'V2', 'use', ['P4'], use('P2', 'dpv:Marketing'));
  assert.equal(story.use('V2'), 'breach');
  story.say('V', 'V3', 'propose', [], { thread: 'P2', base: 'P2' })
    .say('P', 'P5', 'accept', ['V3'], { thread: 'P2', ref: 'V3' })
    .say('V', 'V4', 'ack', ['P5'])
    .say('V', 'V5', 'use', [], use('V3', 'dpv:Marketing'));
  assert.equal(story.use('V5'), 'covered');
});

test('V3 a retract that had seen the accept is void, one that crosses it brings it down', () => {
  const late = new Story().say('P', 'P2', 'propose', [])
    .say('V', 'V1', 'accept', ['P2'], { thread: 'P2', ref: 'P2' })
    .say('P', 'P3', 'retract', ['V1'], { thread: 'P2', ref: 'P2' });
  assert.equal(late.reason('P3'), 'deny-accepted');
  assert.equal(late.thread('P2').phase, 'agreed');
  const crossing = new Story().say('P', 'P2', 'propose', [])
    .say('V', 'V1', 'accept', ['P2'], { thread: 'P2', ref: 'P2' })
    .say('P', 'P3', 'retract', [], { thread: 'P2', ref: 'P2' })
    .say('P', 'P4', 'ack', ['V1']);
  assert.equal(crossing.thread('P2').phase, 'idle');
  assert.equal(crossing.thread('P2').statuses.get(cid('P2')), 'dead');
});

test('V2 an accept of what is retracted, of other terms, too late or of its own side is void', () => {
  const story = new Story().say('P', 'P2', 'propose', [])
    .say('P', 'P3', 'accept', [], { thread: 'P2', ref: 'P2' })
    .say('P', 'P4', 'retract', [], { thread: 'P2', ref: 'P2' })
    .say('V', 'V1', 'accept', ['P4'], { thread: 'P2', ref: 'P2' });
  assert.equal(story.reason('P3'), 'accept-own-side');
  assert.equal(story.reason('V1'), 'accept-not-live');
  const late = new Story().say('P', 'P2', 'propose', [], { accept_by: 1 })
    .say('V', 'V1', 'accept', ['P2'], { thread: 'P2', ref: 'P2' });
  assert.equal(late.reason('V1'), 'accept-late');
});

test('T2 of crossing offers the first party’s own wins, and pending narrows', () => {
  const story = agreed()
    .say('P', 'P4', 'propose', [], { thread: 'P2', base: 'P2', terms: termsFor(['dpv:DirectMarketing']) })
    .say('V', 'V2', 'propose', ['P3'], { thread: 'P2', base: 'P2' })
    .say('P', 'P5', 'accept', ['V2'], { thread: 'P2', ref: 'V2' })
    .say('V', 'V3', 'accept', ['P4'], { thread: 'P2', ref: 'P4' });
  assert.equal(story.reason('V3'), null);
  const thread = story.thread('P2');
  assert.equal(thread.phase, 'active');
  assert.deepEqual(thread.pending, [cid('P4'), cid('V2')]);
  story.say('P', 'P6', 'ack', ['V3']);
  assert.deepEqual(story.ledger.held.confirms.get(cid('P6')), [cid('P4')]);
  assert.deepEqual(story.thread('P2').chain, [cid('P2'), cid('P4')]);
});

test('T3 a suspension is lifted by the resume of its side that names it', () => {
  const story = agreed().say('V', 'V2', 'suspend', ['P3'], { thread: 'P2' });
  assert.equal(story.thread('P2').phase, 'suspended');
  story.say('P', 'P4', 'resume', ['V2'], { thread: 'P2', ref: 'V2' });
  assert.equal(story.reason('P4'), 'resume-not-yours');
  story.say('V', 'V3', 'resume', ['P4'], { thread: 'P2', ref: 'V2' });
  assert.equal(story.thread('P2').phase, 'active');
});

test('T6 a terminate for later is a bound, until both agree again knowing of it', () => {
  const end = 1767225600000 + 86400000;
  const story = agreed().say('P', 'P4', 'terminate', [], { thread: 'P2', effective: end });
  assert.equal(story.thread('P2').phase, 'active');
  assert.equal(story.thread('P2').bound, end);
  story.say('V', 'V2', 'propose', ['P3'], { thread: 'P2', base: 'P2' })
    .say('P', 'P5', 'accept', ['V2'], { thread: 'P2', ref: 'V2' })
    .say('V', 'V3', 'ack', ['P5']);
  assert.equal(story.thread('P2').tip, cid('V2'));
  assert.notEqual(story.thread('P2').bound, end);
});

test('F2, F3 a fork under one key taints and convicts; a rotation on one branch defends it', () => {
  const story = agreed()
    .say('V', 'V2', 'ack', ['P3'])
    .say('V', "V2'", 'use', ['P3'], use('P2'), { prev: 'V1' });
  const state = () => story.ledger.state();
  assert.deepEqual(state().branches.convicted(), [cid('V')]);
  assert.deepEqual([...state().branches.tainted].sort(), [cid('V2'), cid("V2'")].sort());
  assert.equal(story.thread('P2').phase, 'active');
  story.say('V', 'V3', 'rotate', [], { event: cid('Vk1') }, { prev: 'V2', ks: 'Vk1' });
  assert.deepEqual(state().branches.convicted(), []);
  assert.deepEqual([...state().branches.tainted], [cid("V2'")]);
  assert.equal(state().branches.forks()[0].defended, true);
});

test('F3 two key events at one position convict a public party and never a directed one', () => {
  const story = agreed()
    .say('V', 'V2', 'rotate', ['P3'], { event: cid('Vk1') }, { ks: 'Vk1' })
    .say('V', "V2'", 'rotate', ['P3'], { event: cid("Vk1'") }, { prev: 'V1', ks: "Vk1'" })
    .say('P', 'P4', 'rotate', [], { event: cid('Pk1') }, { ks: 'Pk1' })
    .say('P', "P4'", 'rotate', [], { event: cid("Pk1'") }, { prev: 'P3', ks: "Pk1'" });
  assert.deepEqual(story.ledger.state().branches.convicted(), [cid('V')]);
});

test('S2 what stood confirmed and whose accept is tainted freezes, and still owes its duties', () => {
  const story = agreed()
    .say('V', "V1'", 'ack', ['P2'], {}, { prev: 'V0' });
  assert.equal(story.thread('P2').phase, 'frozen');
  assert.deepEqual(story.thread('P2').duties, [cid('P2')]);
});

const agency = { to: cid('A'), kel: cid('Ak0'), types: ['propose', 'accept', 'refuse'], terms: null, depth: 0, count: null, until: null };

test('W4, W7 an agent needs a delegation, and what it grants unseen by its dismissal is undone', () => {
  const story = new Story();
  assert.throws(() => story.say('B', 'B0', 'ack', ['P1']), /ledger-writer/);
  story.say('P', 'P2', 'delegate', [], agency)
    .say('A', 'A0', 'propose', ['P2'], {})
    .say('A', 'A1', 'suspend', [], { thread: 'A0' })
    .say('V', 'V1', 'accept', ['A0'], { thread: 'A0', ref: 'A0' })
    .say('A', 'A2', 'ack', ['V1']);
  assert.equal(story.reason('A1'), 'not-delegated');
  assert.equal(story.thread('A0').phase, 'active');
  story.say('P', 'P3', 'undelegate', [], { ref: 'P2' });
  assert.equal(story.thread('A0').phase, 'idle');
  assert.equal(story.thread('A0').statuses.get(cid('A0')), 'lapsed');
  assert.deepEqual(story.ledger.state().dismissed, [cid('A')]);
});

test('A5 an agent’s refusal does not bring down what its lead accepted', () => {
  const story = new Story().say('P', 'P2', 'delegate', [], agency)
    .say('V', 'V1', 'propose', ['P2'], {})
    .say('P', 'P3', 'accept', ['V1'], { thread: 'V1', ref: 'V1' })
    .say('A', 'A0', 'refuse', ['P2', 'V1'], { thread: 'V1', ref: 'V1', purposes: null, code: 'no' })
    .say('V', 'V2', 'ack', ['P3', 'A0']);
  assert.equal(story.reason('A0'), null);
  assert.equal(story.thread('V1').phase, 'active');
});

test('A5 a wide revoke undoes what had not seen it and ends no thread', () => {
  const story = agreed().say('P', 'P4', 'revoke', [], { thread: null, purposes: null });
  assert.equal(story.thread('P2').phase, 'idle');
  assert.equal(story.thread('P2').statuses.get(cid('P2')), 'lapsed');
  story.say('P', 'P5', 'propose', [], { thread: 'P2' });
  assert.equal(story.thread('P2').phase, 'offered');
});

test('A1.5 what has no past waits; it is held with it, or dropped with what is malformed', () => {
  const all = agreed();
  const late = new Story();
  const order = ['P3', 'V1', 'P2'].map((label) => late.ledger.receive(all.statements.get(label)));
  assert.deepEqual(order.map((one) => one.result), ['waiting', 'waiting', 'held']);
  assert.deepEqual(order[2].released.sort(), [cid('V1'), cid('P3')].sort());
  const broken = new Story();
  broken.ledger.receive(all.statements.get('V1'));
  const refused = broken.ledger.receive({ ...all.statements.get('P2'), at: 0 });
  assert.equal(refused.code, 'ledger-time');
  assert.deepEqual([...refused.refused], [[cid('V1'), 'ledger-refused']]);
});
