/**
 * Taking a frame (spec: session, Frames and Replays).
 */

import { equal } from './bytes.mjs';
import { hash } from './cid.mjs';
import { require } from './errors.mjs';
import { readFrame } from './frame.mjs';
import { parseSealed, unseal } from './seal.mjs';
import { x25519Public } from './x25519.mjs';

const FRAME_FRESH = 24 * 60 * 60 * 1000;

/** What a frame may carry, by the key it is sealed to. */
const IN_AN_OPENING = ['stmt', 'body', 'kel', 'psk'];
const BY_SIGNAL = ['heads', 'prekey', 'stmt'];
const OTHERWISE = ['stmt', 'body', 'kel', 'opening', 'heads', 'want', 'prekey', 'ping', 'pong'];

/**
 * @param {{id: Uint8Array, secret: Uint8Array}} key
 * @returns {boolean} whether it is addressed as a signal key is
 */
function isSignal({ id, secret }) {
  return equal(hash(['lc/signal/1', x25519Public(secret)]).subarray(0, 16), id);
}

/**
 * @typedef {object} Receiver
 * @property {string} me
 * @property {string} peer
 * @property {string} rel
 * @property {{id: Uint8Array, secret: Uint8Array}} prekey
 * @property {Uint8Array | null} psk null if there is no shared key yet
 * @property {Uint8Array[]} taken the numbers of the frames taken before
 * @property {number} now
 */

/**
 * @param {Uint8Array} bytes
 * @param {Receiver} receiver
 * @returns {{value: import('./cbor.mjs').Value, frame: import('./frame.mjs').Frame, requests: boolean}}
 */
export function receive(bytes, { me, peer, rel, prekey, psk, taken, now }) {
  const sealed = parseSealed(bytes);
  require(sealed.mode === (psk === null ? 'open' : 'psk'), 'frame-mode');
  require(equal(sealed.id, prekey.id), 'frame-prekey');
  const { value, frame } = readFrame(unseal(sealed, prekey.secret, psk));
  require(frame.to === me, 'frame-not-for-me');
  require(frame.from === peer, 'frame-sender');
  require(frame.rel === rel, 'frame-relationship');
  require(!taken.some((n) => equal(n, frame.n)), 'frame-repeated');
  const inFrame = psk === null ? IN_AN_OPENING : isSignal(prekey) ? BY_SIGNAL : OTHERWISE;
  require(frame.items.every(({ kind }) => inFrame.includes(kind)), 'frame-place');
  return { value, frame, requests: Math.abs(frame.at - now) <= FRAME_FRESH };
}
