/** Commands of the area encoding (spec: conformance/CLI, encoding). */

import { fromHex, toHex } from '../bytes.mjs';
import { decode, encode } from '../cbor.mjs';
import { cidOf, cidText, didKey, readCid, readDidKey } from '../cid.mjs';
import { fromTagged, toTagged } from '../tagged.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  decode: ({ bytes }) => ({ value: toTagged(decode(fromHex(bytes))) }),
  encode: ({ value }) => ({ bytes: toHex(encode(fromTagged(value))) }),
  cid: ({ payload }) => ({ cid: cidText(cidOf(fromHex(payload))) }),
  'read-cid': ({ text }) => ({ bytes: toHex(readCid(text)) }),
  'did-key': ({ public: key }) => ({ text: didKey(fromHex(key)) }),
  'read-did-key': ({ text }) => ({ public: toHex(readDidKey(text)) }),
};
