/**
 * The executable. Without arguments it answers requests, a line each; `report <spec folder>` runs the
 * vectors of that folder and prints the report (spec: conformance/CLI).
 */

import { writeSync } from 'node:fs';
import process from 'node:process';

import { answer, answerLine } from './door.mjs';
import { report } from './report.mjs';

/** @param {number} fd @param {string} text */
function write(fd, text) {
  let rest = Buffer.from(text, 'utf8');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (fault) {
      if (/** @type {{code?: string}} */ (fault).code !== 'EAGAIN') throw fault;
    }
  }
}

/**
 * A fault of this program is no refusal of the input: it is said on standard error and ends the process.
 * @param {Uint8Array} line
 */
function serve(line) {
  write(1, `${answerLine(line)}\n`);
}

/** Lines end in a line feed and nothing else: node's readline would end them at U+2028 too. */
async function loop() {
  /** @type {Buffer[]} */
  let pending = [];
  for await (const chunk of process.stdin) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      pending.push(chunk.subarray(start, end));
      serve(Buffer.concat(pending));
      pending = [];
      start = end + 1;
    }
    pending.push(chunk.subarray(start));
  }
  const last = Buffer.concat(pending);
  if (last.length > 0) serve(last);
}

const [command, folder, ...more] = process.argv.slice(2);
if (command === undefined) {
  await loop();
} else if (command === 'report' && folder !== undefined && more.length === 0) {
  const { text, errors, code } = report(folder, answer);
  write(1, text);
  write(2, errors);
  process.exitCode = code;
} else {
  write(2, 'usage: node main.mjs [report <spec folder>]\n');
  process.exitCode = 2;
}
