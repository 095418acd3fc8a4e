/** Commands of the area log (spec: conformance/CLI, log). */

import { toHex } from '../bytes.mjs';
import { anyInteger, array, cid, command, hex, string } from '../form.mjs';
import {
  entryOf, leafHash, proveConsistency, proveInclusion, root, verifyConsistency, verifyInclusion,
} from '../merkle.mjs';
import { readCheckpoint } from '../note.mjs';

const entries = array(hex);
const proof = array(hex);

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  leaf: command({ salt: hex, statement: cid }, ({ salt, statement }) => {
    const entry = entryOf(salt, statement);
    return { entry: toHex(entry), hash: toHex(leafHash(entry)) };
  }),

  'tree-root': command({ entries }, (input) => ({ root: toHex(root(input.entries)) })),

  'prove-inclusion': command({ entries, index: anyInteger }, (input) => ({
    proof: proveInclusion(input.entries, input.index).map(toHex),
  })),

  'prove-consistency': command({ entries, from: anyInteger }, (input) => ({
    proof: proveConsistency(input.entries, input.from).map(toHex),
  })),

  'verify-inclusion': command(
    { hash: hex, index: anyInteger, size: anyInteger, proof, root: hex },
    (input) => {
      verifyInclusion(input.hash, input.index, input.size, input.proof, input.root);
      return {};
    },
  ),

  'verify-consistency': command(
    { from: anyInteger, to: anyInteger, proof, from_root: hex, to_root: hex },
    (input) => {
      verifyConsistency(input.from, input.to, input.proof, input.from_root, input.to_root);
      return {};
    },
  ),

  checkpoint: command(
    { note: string, origin: string, key: string, witnesses: array(string), required: anyInteger },
    (input) => {
      const read = readCheckpoint(input.note, input.origin, input.key, input.witnesses, input.required);
      return { size: read.size, root: toHex(read.root), witnesses: read.witnesses };
    },
  ),
};
