/** Commands of the area evidence (spec: conformance/CLI, evidence). */

import { checkEvidence } from '../evidence.mjs';
import { array, command, hex, string } from '../form.mjs';
import { verifyExports } from '../verify.mjs';

/** @type {Record<string, import('../door.mjs').Command>} */
export const commands = {
  'verify-export': command({ files: array(string) }, ({ files }) => {
    const { phases, ...report } = verifyExports(files);
    return { ...report, phases: Object.fromEntries(phases) };
  }),

  evidence: command({ bytes: hex }, ({ bytes }) => checkEvidence(bytes)),
};
