/** Commands of the area envelope (spec: conformance/CLI, envelope). */

import { toHex } from '../bytes.mjs';
import { readCid } from '../cid.mjs';
import { parseEnvelope, signEnvelope, verifyEnvelope } from '../cose.mjs';
import { checkKey, verify } from '../ed25519.mjs';
import { cid, command, hex, labelled, secret, string } from '../form.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  'check-key': command({ public: hex }, ({ public: key }) => {
    checkKey(key);
    return {};
  }),

  'verify-signature': command(
    { public: hex, message: hex, signature: hex },
    ({ public: key, message, signature }) => ({ valid: verify(key, message, signature) }),
  ),

  'sign-envelope': command(
    { kind: string, seed: secret, kid: cid, payload: hex },
    ({ kind, seed, kid, payload }) => ({
      envelope: toHex(signEnvelope(kind, seed, readCid(kid), payload)),
    }),
  ),

  'open-envelope': command(
    { kind: string, envelope: hex, keys: labelled(hex, cid) },
    ({ kind, envelope, keys }) => {
      const parsed = parseEnvelope(envelope, kind);
      verifyEnvelope(parsed, keys.get(parsed.kid));
      return { id: parsed.id, kid: parsed.kid, payload: toHex(parsed.payload) };
    },
  ),
};
