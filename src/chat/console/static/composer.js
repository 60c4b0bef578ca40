// The command box: completion by keyboard, and what was sent before.
//
// Only a verb is completed by Enter alone. Of a VM or a snapshot Enter sends what stands in the box and nothing that the page would
// have guessed: a proposal is taken by Tab, by a click, or by Enter after the arrows chose it.

import { announce, call, el, here, readable, verbs, word } from './base.js';

const COMMAND = '/snapshot';

// How long the reader has to pause before the server is asked, in milliseconds.
const PAUSE = 120;

// How many sent commands are remembered, and how many proposals are shown.
const MEMORY = 50;
const SHOWN = 50;

// The verbs in the order in which they are proposed, each with its arguments that the page can complete.
const ARGUMENTS = {
  take: ['vm'], list: ['vm'], revert: ['vm', 'snapshot'], 'revert-latest': ['vm'], delete: ['vm', 'snapshot'],
  'delete-all': ['vm'], consolidate: ['vm'], edit: ['vm', 'snapshot'],
  status: ['request'], cancel: ['request'], withdraw: ['request'], help: [],
};

const box = document.getElementById('command');
const panel = document.getElementById('completion');
const list = document.getElementById('suggestions');
const title = document.getElementById('completion-title');

const sent = [];
let recalled = -1;
let proposals = [];
let active = -1;
let span = { start: 0, end: 0 };
let stage = '';
let timer = 0;
let asking = null;
let openRequests = () => [];

// Starts the box. `send(text)` resolves to whether it went through; `requests()` lists open requests as [{value, label}].
export function startComposer({ send, requests }) {
  openRequests = requests;
  document.getElementById('composer').addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    close();
    remember(text);
    box.value = '';
    if (!await send(text) && box.value === '') box.value = text;
  });
  box.addEventListener('input', () => {
    recalled = -1;
    complete();
  });
  box.addEventListener('click', () => complete());
  box.addEventListener('blur', () => setTimeout(() => document.activeElement !== box && close(), 0));
  box.addEventListener('keydown', (event) => pressed(event));
  // Keeps the focus in the box while a proposal is clicked.
  panel.addEventListener('mousedown', (event) => event.preventDefault());
}

// Puts a text into the box for the reader to look at and send.
export function fillBox(text) {
  close();
  box.value = text;
  box.focus();
  box.setSelectionRange(text.length, text.length);
}

function pressed(event) {
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
  const open = !panel.hidden;
  const recalling = recalled >= 0 || box.value === '';
  switch (event.key) {
    case 'ArrowDown':
      if (open) choose(active + 1);
      else if (recalling) recall(-1);
      else complete();
      break;
    case 'ArrowUp':
      if (open) choose(active > 0 ? active - 1 : proposals.length - 1);
      else if (recalling) recall(1);
      else return;
      break;
    case 'Enter':
      if (!open || active < 0) return;
      take(active);
      break;
    case 'Tab':
      if (!open || event.shiftKey || !proposals.length) return;
      take(Math.max(active, 0));
      break;
    case 'Escape':
      if (!open) return;
      close();
      break;
    default: return;
  }
  event.preventDefault();
}

// Finds what is being typed and proposes what it may become.
function complete() {
  clearTimeout(timer);
  asking?.abort();
  const wanted = wantedAt(box.value, box.selectionStart ?? box.value.length);
  if (!wanted) return close();
  span = wanted;
  if (wanted.kind === 'verb') return propose(verbProposals(wanted.typed), wanted);
  if (wanted.kind === 'request') {
    return propose(openRequests().filter((one) => one.value.toLowerCase().includes(wanted.typed.toLowerCase())), wanted);
  }
  timer = setTimeout(() => ask(wanted), PAUSE);
  return undefined;
}

async function ask(wanted) {
  asking = new AbortController();
  const query = new URLSearchParams({
    person: here.person, verb: wanted.verb, argument: wanted.kind, query: wanted.typed,
  });
  if (wanted.kind === 'snapshot') query.set('vm', wanted.vm);
  try {
    const { value } = await call(`/api/suggest?${query}`, { signal: asking.signal });
    propose(value ?? [], wanted);
  } catch {
    // Aborted: something newer is being asked.
  }
}

function verbProposals(typed) {
  const all = Object.keys(ARGUMENTS);
  const found = all.filter((verb) => verb.startsWith(typed));
  const rest = all.filter((verb) => !verb.startsWith(typed) && verb.includes(typed));
  return [...found, ...rest].map((verb) => ({ value: verb, label: verbs()[verb] ?? '' }));
}

// What stands at the caret: {kind: verb|vm|snapshot|request, typed, start, end, verb, vm}, or nothing that can be completed.
function wantedAt(text, caret) {
  if (!text.startsWith('/')) return null;
  const words = split(text.slice(0, caret));
  const last = words.at(-1);
  const slash = words[0].value;
  if (words.length === 1) {
    const typed = slash.slice(1).toLowerCase();
    const whole = COMMAND.startsWith(slash.toLowerCase());
    const begun = slash.length < COMMAND.length || !whole;
    return { kind: 'verb', typed: whole ? '' : typed, start: 0, end: caret, verb: '', lead: true, begun };
  }
  if (slash.toLowerCase() !== COMMAND) return null;
  if (words.length === 2) {
    const typed = last.value.toLowerCase();
    return { kind: 'verb', typed, start: last.start, end: caret, verb: '', begun: typed !== '' };
  }
  const verb = words[1].value.toLowerCase();
  const kind = ARGUMENTS[verb]?.[words.length - 3];
  if (!kind) return null;
  return { kind, typed: last.value, start: last.start, end: caret, verb, vm: words[2].value };
}

// Splits by blanks outside quotes. There is always a last word, maybe an empty one: the one that is being typed.
function split(text) {
  const words = [];
  let word = { value: '', start: 0 };
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (quote && c === '\\' && at + 1 < text.length) word.value += text[at += 1];
    else if (quote && c === quote) quote = '';
    else if (!quote && c === '"') quote = c;
    else if (!quote && /\s/.test(c)) {
      if (at > word.start) words.push(word);
      word = { value: '', start: at + 1 };
    } else word.value += c;
  }
  words.push(word);
  return words;
}

function quoted(value) {
  if (/^[\p{L}\p{N}._#-]+$/u.test(value)) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function propose(found, wanted) {
  const wasOpen = !panel.hidden && stage === wanted.kind;
  proposals = found.slice(0, SHOWN);
  const exactly = proposals.some((one) => one.value.toLowerCase() === wanted.typed.toLowerCase());
  if (!proposals.length || (exactly && proposals.length === 1)) return close();
  stage = wanted.kind;
  title.textContent = word(`pick_${stage}`, { vm: wanted.vm });
  list.replaceChildren(...proposals.map((one, at) => {
    const rest = one.label.startsWith(one.value) ? one.label.slice(one.value.length).replace(/^\s*[·–-]\s*/, '') : one.label;
    return el('li', { role: 'option', id: `proposal-${at}`, 'aria-selected': 'false', click: () => take(at) },
      el('bdi', { class: 'value' }, one.value), rest && el('span', { class: 'label', dir: 'auto' }, rest));
  }));
  panel.hidden = false;
  box.setAttribute('aria-expanded', 'true');
  active = -1;
  if (wanted.begun && !exactly) choose(0);
  else box.removeAttribute('aria-activedescendant');
  if (!wasOpen) announce(word('suggestions_count', { n: proposals.length }));
  return undefined;
}

function choose(at) {
  list.children[active]?.setAttribute('aria-selected', 'false');
  active = at % proposals.length;
  const option = list.children[active];
  option.setAttribute('aria-selected', 'true');
  box.setAttribute('aria-activedescendant', option.id);
  option.scrollIntoView({ block: 'nearest' });
}

// Puts a proposal in the place of what was typed, and goes on to the next argument.
function take(at) {
  const { value } = proposals[at];
  const lead = span.lead ? `${COMMAND} ` : '';
  const put = `${lead}${stage === 'verb' ? value : quoted(value)} `;
  const rest = box.value.slice(span.end).replace(/^\S*\s?/, '');
  box.value = readable(box.value.slice(0, span.start) + put + rest);
  const caret = span.start + put.length;
  box.focus();
  box.setSelectionRange(caret, caret);
  close();
  complete();
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  panel.hidden = true;
  proposals = [];
  active = -1;
  list.replaceChildren();
  box.setAttribute('aria-expanded', 'false');
  box.removeAttribute('aria-activedescendant');
}

function remember(text) {
  if (sent[0] !== text) sent.unshift(text);
  sent.length = Math.min(sent.length, MEMORY);
  recalled = -1;
}

// Walks through what was sent: 1 is older, -1 newer; below the newest lies the empty box.
function recall(direction) {
  recalled = Math.max(-1, Math.min(sent.length - 1, recalled + direction));
  box.value = sent[recalled] ?? '';
  box.setSelectionRange(box.value.length, box.value.length);
}
