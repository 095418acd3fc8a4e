/** Commands of the area envelope (spec: conformance/CLI, envelope). */

import { fromHex, toHex } from '../bytes.mjs';
import { readCid } from '../cid.mjs';
import { parseEnvelope, signEnvelope, verifyEnvelope } from '../cose.mjs';
import { checkKey, verify } from '../ed25519.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  'check-key': ({ public: key }) => {
    checkKey(fromHex(key));
    return {};
  },
  'verify-signature': ({ public: key, message, signature }) => ({
    valid: verify(fromHex(key), fromHex(message), fromHex(signature)),
  }),
  'sign-envelope': ({ kind, seed, kid, payload }) => ({
    envelope: toHex(signEnvelope(kind, fromHex(seed), readCid(kid), fromHex(payload))),
  }),
  'open-envelope': ({ kind, envelope, keys }) => {
    const parsed = parseEnvelope(fromHex(envelope), kind);
    const key = Object.hasOwn(keys, parsed.kid) ? fromHex(keys[parsed.kid]) : undefined;
    verifyEnvelope(parsed, key);
    return { id: parsed.id, kid: parsed.kid, payload: toHex(parsed.payload) };
  },
};
