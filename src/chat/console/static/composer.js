// The command box: completion by keyboard, and what was sent before.
//
// Only a verb is completed by Enter alone. Of a VM, a snapshot or an option Enter sends what stands in the box and nothing that the
// page would have guessed: a proposal is taken by Tab, by a click, or by Enter after the arrows chose it.

import { announce, call, el, here, readable, word } from './base.js';
import { COMMAND, described, optionProposals, valueProposals, verbProposals, wantedAt } from './grammar.js';

// How long the reader has to pause before the server is asked, in milliseconds.
const PAUSE = 120;

// How many sent commands are remembered, and how many proposals are shown.
const MEMORY = 50;
const SHOWN = 50;

// How much of an option has to be typed before it is proposed where a name may stand as well.
const SURE = 2;

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
  switch (wanted.kind) {
    case 'verb': return propose(verbProposals(wanted), wanted);
    case 'option': return propose(optionProposals(wanted), wanted);
    case 'value': return propose(valueProposals(wanted), wanted);
    case 'request':
      return propose(openRequests().filter((one) => one.value.toLowerCase().includes(wanted.typed.toLowerCase())), wanted);
    case 'vm': case 'snapshot': case 'mode':
      timer = setTimeout(() => ask(wanted), PAUSE);
      return undefined;
    // A reason, an age or a report's name is typed.
    default: return propose(more(wanted), wanted);
  }
}

// The options that may follow instead of what is being typed.
function more(wanted) {
  return wanted.typed.length < SURE ? [] : optionProposals(wanted);
}

async function ask(wanted) {
  asking = new AbortController();
  const query = new URLSearchParams({
    person: here.person, verb: wanted.verb.word, argument: wanted.kind, query: wanted.typed, locale: here.lang,
  });
  if (wanted.kind !== 'vm') query.set('vm', wanted.vm);
  try {
    const { value } = await call(`/api/suggest?${query}`, { signal: asking.signal });
    if (wanted.kind === 'mode') propose(value?.length ? value.map(described('mode')) : valueProposals(wanted), wanted);
    else propose([...(value ?? []), ...more(wanted)], wanted);
  } catch {
    // Aborted: something newer is being asked.
  }
}

function quoted(value) {
  if (/^[\p{L}\p{N}._#/-]+$/u.test(value)) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

function propose(found, wanted) {
  const wasOpen = !panel.hidden && stage === wanted.kind;
  proposals = found.slice(0, SHOWN);
  const exactly = proposals.some((one) => one.value.toLowerCase() === wanted.typed.toLowerCase());
  if (!proposals.length || (exactly && proposals.length === 1)) return close();
  stage = wanted.kind;
  const titled = stage === 'mode' ? 'value' : stage;
  title.textContent = word(`pick_${titled}`, { vm: wanted.vm, option: wanted.option?.word });
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
  const { value, insert, open } = proposals[at];
  const lead = span.lead ? `${COMMAND} ` : '';
  const put = `${lead}${insert ?? quoted(value)}${open ? '' : ' '}`;
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
