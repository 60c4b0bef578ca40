// What can be completed, and with what: reads a begun command by the bot's own tables. Nothing here touches the page.

import { here, initial, words } from './base.js';

export const COMMAND = '/snapshot';

// The verbs with the places of their words and their options, and the options with their values: the bot's own tables.
const GRAMMAR = initial.grammar;

// What is rarely wanted: proposed once its beginning was typed.
const RARE = new Set(['vm', 'vcenter', 'snapshot', 'power']);

// What stands at the caret: {kind, typed, start, end} and what else the kind needs, or nothing that can be completed.
export function wantedAt(text, caret) {
  if (!text.startsWith('/')) return null;
  const parts = split(text.slice(0, caret));
  const last = parts.at(-1);
  const slash = parts[0].value;
  if (parts.length === 1) {
    const whole = COMMAND.startsWith(slash.toLowerCase());
    const typed = whole ? '' : slash.slice(1).toLowerCase();
    return { kind: 'verb', typed, start: 0, end: caret, lead: true, begun: slash.length < COMMAND.length || !whole };
  }
  if (slash.toLowerCase() !== COMMAND) return null;
  const verb = parts.length > 2 && verbOf(parts[1].value);
  const at = { typed: last.value, start: last.start, end: caret, verb };
  const verbAt = (inside) => ({ ...at, kind: 'verb', typed: last.value.toLowerCase(), begun: last.value !== '', inside });
  if (parts.length === 2) return verbAt();
  if (!verb) return null;
  const said = parts.slice(2).map((part) => ({ ...part, ...optionOf(part, verb) }));
  const plain = said.filter((part) => !part.option);
  // What is said by an option leaves its place to the next word.
  const places = verb.places.filter((place) => !said.some((part) => part.option?.word === place));
  const open = said.at(-1);
  at.vm = said.find((part) => part.option?.word === 'vm')?.rest ?? plain[places.indexOf('vm')]?.value ?? '';
  // What stands there already is not proposed again.
  const filled = places.slice(0, open.option ? plain.length : plain.length - 1);
  at.used = new Set([...said.map((part) => part.option?.word), ...filled]);
  if (at.used.has('power')) at.used.add('stay-off');
  if (open.option) return optionValueAt(open, at);
  const place = places[plain.length - 1];
  if (place === 'verb') return verbAt(verb);
  if (place && place !== 'name') return { ...at, kind: place };
  return { ...at, kind: 'option' };
}

// The value of the option that is being typed. Most texts are the reader's own.
function optionValueAt(part, at) {
  const { option, rest, from } = part;
  const value = { ...at, typed: rest, start: from, option };
  if (['vm', 'snapshot', 'mode'].includes(option.word)) return { ...value, kind: option.word };
  return option.values.length ? { ...value, kind: 'value' } : null;
}

function verbOf(name) {
  return GRAMMAR.verbs.find((verb) => verb.also.includes(folded(name)));
}

// The option whose key begins a word, with what follows it. What stands in quotes is no key.
function optionOf(part, verb) {
  const [, key] = /^-{0,2}([\p{L}-]+)[:=]/u.exec(part.raw) ?? [];
  const option = key && GRAMMAR.options.find((one) => one.also.includes(folded(key)) && verb.options.includes(one.word));
  if (!option) return null;
  const length = part.raw.search(/[:=]/) + 1;
  return { option, rest: part.value.slice(length), from: part.start + length };
}

function folded(text) {
  return text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}

// Verbs by any of their names. One that was found by another name is proposed by that name.
export function verbProposals({ typed: text, inside }) {
  const typed = folded(text);
  const known = GRAMMAR.verbs.filter((verb) => !inside || inside.word !== 'explain' || verb.places.includes('vm'));
  const called = (verb) => {
    const names = verb.also.filter((name) => name.startsWith(typed));
    return names.includes(verb.word) ? verb.word : here.lang === 'en' ? names[0] : names.at(-1);
  };
  const named = known.map((verb) => ({ verb, name: called(verb) }));
  const held = known.filter((verb) => !called(verb) && verb.word.includes(typed)).map((verb) => ({ verb, name: verb.word }));
  const shown = [...named.filter(({ verb, name }) => name === verb.word),
    ...named.filter(({ verb, name }) => name && name !== verb.word), ...held];
  return shown.map(({ verb, name }) => ({ value: name, insert: name, label: words('verbs')[verb.word] ?? '' }));
}

// The options that the verb takes and that do not stand there yet.
export function optionProposals({ typed, verb, used }) {
  const begins = typed.toLowerCase().replace(/^-+/, '');
  return GRAMMAR.options
    .filter((option) => verb.options.includes(option.word) && !used.has(option.word))
    .filter((option) => (begins ? option.also.some((name) => name.startsWith(begins)) : !RARE.has(option.word)))
    .map((option) => ({ value: `${option.word}:`, insert: `${option.word}:`, label: words('options')[option.word] ?? '', open: true }));
}

export function valueProposals({ typed, option }) {
  return option.values.filter((value) => value.startsWith(typed.toLowerCase()))
    .map((value) => ({ value, label: '' })).map(described(option.word));
}

export function described(option) {
  return (one) => ({ ...one, insert: one.value, label: words('values')[option]?.[one.value] ?? '' });
}

// Splits by blanks outside quotes. There is always a last word, maybe an empty one: the one that is being typed.
function split(text) {
  const parts = [];
  let part = { value: '', start: 0 };
  let quote = '';
  const end = (at) => parts.push({ ...part, raw: text.slice(part.start, at) });
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (quote && c === '\\' && at + 1 < text.length) part.value += text[at += 1];
    else if (quote && c === quote) quote = '';
    else if (!quote && c === '"') quote = c;
    else if (!quote && /\s/.test(c)) {
      if (at > part.start) end(at);
      part = { value: '', start: at + 1 };
    } else part.value += c;
  }
  end(text.length);
  return parts;
}
