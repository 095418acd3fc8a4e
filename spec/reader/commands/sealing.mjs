/** Commands of the area sealing (spec: conformance/CLI, sealing). */

import { fromHex, toHex } from '../bytes.mjs';
import { Refusal } from '../errors.mjs';
import { derivePsk, parseSealed, seal, unseal } from '../seal.mjs';

/** @param {string | null} hex @returns {Uint8Array | null} */
function bytesOrNull(hex) {
  return hex === null ? null : fromHex(hex);
}

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  'derive-psk': ({ rel, opener, joiner }) => ({
    psk: toHex(derivePsk(rel, fromHex(opener), fromHex(joiner))),
  }),

  seal: ({ frame, mode, prekey, ephemeral, psk }) => {
    if ((mode === 'psk') !== (psk !== null)) throw new Refusal('request-form', 'mode and psk');
    const recipient = { id: fromHex(prekey.id), pk: fromHex(prekey.pk) };
    return { sealed: toHex(seal(fromHex(frame), recipient, fromHex(ephemeral), bytesOrNull(psk))) };
  },

  unseal: ({ sealed, prekey, psk }) => {
    const parsed = parseSealed(fromHex(sealed));
    if (toHex(parsed.id) !== prekey.id) throw new Refusal('seal-open', 'another prekey');
    return { frame: toHex(unseal(parsed, fromHex(prekey.secret), bytesOrNull(psk))) };
  },
};
