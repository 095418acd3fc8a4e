/**
 * The form of requests: members and kinds of values (spec: conformance/CLI). What has another form is
 * refused as `request-form`, before anything is asked of it.
 *
 * A form takes a JSON value and returns what the command works with.
 * @typedef {(json: any) => any} Form
 */

import { fromHex } from './bytes.mjs';
import { readCid } from './cid.mjs';
import { Refusal, require } from './errors.mjs';

const CODE = 'request-form';

/** @type {Form} */
export const any = (json) => json;

/** @type {Form} */
export const string = (json) => {
  require(typeof json === 'string', CODE, 'text');
  return json;
};

/** @type {Form} */
export const number = (json) => {
  require(Number.isSafeInteger(json), CODE, 'integer');
  return json;
};

/** An integer of any size, for a command that has a code of its own for one that is too large. @type {Form} */
export const anyInteger = (json) => {
  require(Number.isInteger(json), CODE, 'integer');
  return json;
};

/** Bytes in hexadecimal. @type {Form} */
export const hex = (json) => fromHex(string(json));

/** The 32 bytes of a secret. @type {Form} */
export const secret = (json) => {
  const bytes = hex(json);
  require(bytes.length === 32, CODE, 'a secret');
  return bytes;
};

/** An identifier, kept as text; text that is none is `cid-text` or `cid-form`. @type {Form} */
export const cid = (json) => {
  readCid(string(json));
  return json;
};

/** @type {(form: Form) => Form} */
export const nullable = (form) => (json) => (json === null ? null : form(json));

/** @type {(form: Form) => Form} */
export const array = (form) => (json) => {
  require(Array.isArray(json), CODE, 'array');
  return json.map((/** @type {any} */ part) => form(part));
};

/** @type {(...forms: Form[]) => Form} */
export const places = (...forms) => (json) => {
  require(Array.isArray(json) && json.length === forms.length, CODE, 'array');
  return forms.map((form, i) => form(json[i]));
};

/** @param {any} json @returns {asserts json is Record<string, any>} */
function requireObject(json) {
  require(json !== null && typeof json === 'object' && !Array.isArray(json), CODE, 'object');
}

/** An object whose members have names of any form, or of the one given. @type {(form: Form, name?: Form) => Form} */
export const labelled = (form, name = any) => (json) => {
  requireObject(json);
  return new Map(Object.entries(json).map(([label, part]) => [name(label), form(part)]));
};

/** @type {(choices: string[]) => Form} */
export const oneOf = (choices) => (json) => {
  require(choices.includes(json), CODE, choices.join());
  return json;
};

/** One of several forms, by what it is. @type {(choose: (json: any) => Form) => Form} */
export const either = (choose) => (json) => choose(json)(json);

/**
 * An object with these members and no others. One whose name ends in `?` may be absent.
 * @param {Record<string, Form>} members
 * @returns {Form}
 */
export function members(members) {
  const names = Object.keys(members).map((key) => key.replace(/\?$/, ''));
  const open = openMembers(members);
  return (json) => {
    requireObject(json);
    for (const name of Object.keys(json)) require(names.includes(name), CODE, `${name} is unknown`);
    return open(json);
  };
}

/**
 * An object with these members among others, which are ignored.
 * @param {Record<string, Form>} members
 * @returns {Form}
 */
export function openMembers(members) {
  return (json) => {
    requireObject(json);
    return Object.fromEntries(Object.entries(members).flatMap(([key, form]) => {
      const name = key.replace(/\?$/, '');
      if (Object.hasOwn(json, name)) return [[name, form(json[name])]];
      if (key.endsWith('?')) return [];
      throw new Refusal(CODE, `${name} is missing`);
    }));
  };
}

/**
 * @param {Record<string, Form>} input
 * @param {(input: any) => any} run
 * @returns {import('./door.mjs').Command}
 */
export function command(input, run) {
  const form = members(input);
  return (json) => run(form(json));
}
