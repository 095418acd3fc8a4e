/** Commands of the area encoding (spec: conformance/CLI, encoding). */

import { toHex } from '../bytes.mjs';
import { decode, encode } from '../cbor.mjs';
import { cidOf, cidText, didKey, readCid, readDidKey } from '../cid.mjs';
import { any, command, hex, string } from '../form.mjs';
import { fromTagged, toTagged } from '../tagged.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  decode: command({ bytes: hex }, ({ bytes }) => ({ value: toTagged(decode(bytes)) })),
  encode: command({ value: any }, ({ value }) => ({ bytes: toHex(encode(fromTagged(value))) })),
  cid: command({ payload: hex }, ({ payload }) => ({ cid: cidText(cidOf(payload)) })),
  'read-cid': command({ text: string }, ({ text }) => ({ bytes: toHex(readCid(text)) })),
  'did-key': command({ public: hex }, ({ public: key }) => ({ text: didKey(key) })),
  'read-did-key': command({ text: string }, ({ text }) => ({ public: toHex(readDidKey(text)) })),
};
