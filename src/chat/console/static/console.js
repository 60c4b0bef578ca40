// The page's heart: which messages there are, in which order, for whom; everything else is asked to draw or to send.
//
// The server tells what changed, never what it says; the page then fetches with its reader's eyes. So switching the person,
// a lost connection and a restarted bot are all the same: fetch again, and change in place what differs.

import { announce, applyWords, call, el, here, initial, tone, word } from './base.js';
import { applyRemembered, go as step, readerQuery, startFrame } from './frame.js';
import { createMessage, drawTime, redraw, updateMessage } from './cards.js';
import { fillBox, startComposer } from './composer.js';
import { drawMachines, mishapWaits, refreshMachines, startMachines } from './machines.js';

const EXAMPLES = ['/snapshot take web-01 "before upgrade"', '/snapshot list db-01', '/snapshot revert db-01', '/snapshot help'];

// How often "2 minutes ago" is written anew, and how long changes are gathered before they are fetched, in milliseconds.
const CLOCK = 20_000;
const GATHER = 60;

// More changed messages than this are fetched with the whole channel.
const FEW = 4;

// A reader this near to the end follows it, in pixels.
const NEAR = 80;

const OVER = new Set(['done', 'failed', 'cancelled', 'refused', 'denied', 'expired', 'stale', 'withdrawn', 'needs_human']);

const stream = document.getElementById('stream');
const list = document.getElementById('messages');
const newer = document.getElementById('newer');
const connection = document.getElementById('connection');

let messages = initial.messages;
const replies = new Map();
const views = new Map();
const unread = new Map();
const dirty = new Set();
const arrivals = new Set();
let loaded = true;
let gathering = 0;
let fetching = null;
let follows = true;
let drops = 0;

applyRemembered();
applyWords();
draw();
toEnd();
startComposer({ send: sendCommand, requests: openRequests });
startMachines();
listen();
startControls();
setInterval(() => views.forEach((view) => view.message && drawTime(view)), CLOCK);
document.documentElement.dataset.ready = 'yes';

// ---- messages ----------------------------------------------------------------------------------------------------------

// Draws the channel: messages and this reader's replies by time, a line between days. What stands there is reused.
function draw() {
  const mine = replies.get(place()) ?? [];
  // Where the reader is now counts: a form that was opened on a card makes it longer, and whoever writes in it stays there.
  follows = atEnd();
  const shown = [...messages.map((message) => ({ message })), ...mine]
    .sort((a, b) => Date.parse(a.message.ts) - Date.parse(b.message.ts));
  const nodes = [];
  const kept = new Set();
  let day = '';
  for (const entry of shown) {
    const date = new Date(entry.message.ts);
    if (date.toDateString() !== day) {
      day = date.toDateString();
      nodes.push(dayLine(date, kept));
    }
    const view = viewOf(entry);
    kept.add(entry.message.id);
    nodes.push(view.node);
  }
  for (const [id, view] of views) {
    if (kept.has(id)) continue;
    view.node.remove();
    views.delete(id);
  }
  nodes.forEach((node, at) => {
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
  });
  drawEmpty(loaded && shown.length === 0);
  if (follows) toEnd();
}

function viewOf({ message, echo }) {
  let view = views.get(message.id);
  if (!view) {
    const dismiss = message.audience === 'only_you' ? () => forget(message.id) : null;
    view = createMessage(message, { press, use: fillBox, dismiss, echo });
    views.set(message.id, view);
  } else if (view.message !== message) {
    updateMessage(view, message);
  }
  return view;
}

function dayLine(date, kept) {
  const id = `day ${date.toDateString()}`;
  if (!views.has(id)) views.set(id, { node: el('li', { class: 'day' }, el('span')) });
  const view = views.get(id);
  view.node.firstElementChild.textContent = dayName(date);
  kept.add(id);
  return view.node;
}

function dayName(date) {
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (date.toDateString() === today.toDateString()) return word('today');
  if (date.toDateString() === yesterday.toDateString()) return word('yesterday');
  return date.toLocaleDateString(here.lang, { weekday: 'long', day: 'numeric', month: 'long' });
}

function drawEmpty(empty) {
  document.getElementById('empty').hidden = !empty;
  const examples = document.getElementById('examples');
  if (examples.childElementCount) return;
  examples.append(...EXAMPLES.map((text) => el('li', {},
    el('button', { type: 'button', class: 'example', click: () => fillBox(text) }, text))));
}

// Fetches the channel, or the few messages that changed.
async function refresh(ids = []) {
  const { person, channel } = here;
  const path = `/api/channels/${encodeURIComponent(channel)}/messages?as=${encodeURIComponent(person)}`;
  const few = ids.length > 0 && ids.length <= FEW;
  const parts = await Promise.all(few ? ids.map((id) => call(`${path}&id=${encodeURIComponent(id)}`)) : [call(path)]);
  if (person !== here.person || channel !== here.channel || parts.some((part) => !part.value)) return;
  const fetched = parts.flatMap((part) => part.value);
  if (few) {
    const changed = new Map(fetched.map((message) => [message.id, message]));
    messages = messages.map((message) => changed.get(message.id) ?? message);
    const known = new Set(messages.map((message) => message.id));
    messages.push(...fetched.filter((message) => !known.has(message.id)));
  } else {
    messages = fetched;
  }
  loaded = true;
  draw();
}

// Gathers what changed, one fetch at a time: a burst of progress becomes few fetches, and an older answer never wins.
function changed(id) {
  dirty.add(id);
  if (gathering || fetching) return;
  gathering = setTimeout(async () => {
    gathering = 0;
    const ids = [...dirty];
    dirty.clear();
    const before = new Map(messages.map((message) => [message.id, message]));
    fetching = refresh(ids.includes('*') ? [] : ids);
    await fetching;
    fetching = null;
    tell(before);
    if (dirty.size) changed([...dirty][0]);
  }, GATHER);
}

// Says what came and what ended; not every per cent.
function tell(before) {
  for (const message of messages) {
    const old = before.get(message.id);
    if (arrivals.delete(message.id)) {
      announce(word('announce_new', { title: message.title }));
      if (!follows) newer.hidden = false;
    } else if (old && old.state !== message.state && OVER.has(message.state)) {
      announce(word('announce_end', { title: message.title, tone: tone(message.tone) }));
    }
  }
}

// ---- sending -----------------------------------------------------------------------------------------------------------

async function sendCommand(text) {
  const { person, channel } = here;
  const from = place();
  toEnd();
  const { value, error } = await call('/api/commands', { body: { person, channel, text, locale: here.lang } });
  take(from, value?.reply, error, text);
  if (value?.request) changed('*');
  return !error;
}

// Presses a button, or asks first whether it may be pressed. True when it went through, or may.
async function press(button, inputs, view, sure = true) {
  const from = place();
  const { value, error } = await call('/api/actions', { body: { person: here.person, token: button.token, inputs, sure, locale: here.lang } });
  if (!sure) {
    if (value?.reply || error) toEnd();
    take(from, value?.reply, error, null);
    return !value?.reply && !error;
  }
  const mine = view.message.audience === 'only_you';
  // A picker has done its work once something is picked, and so has a refusal once its way out is taken.
  if (!error && mine && button.action === 'pick') forget(view.message.id, from);
  else if (!error && mine) spend(view.message.id, from);
  if (value?.reply || error) toEnd();
  take(from, value?.reply, error, null);
  if (!mine) changed(view.message.id);
  return !error;
}

// Keeps what only one reader sees, with the one who asked: the person may have been switched meanwhile. An error becomes
// such a message too.
function take(from, reply, error, echo) {
  const message = reply ?? (error && {
    id: `error-${crypto.randomUUID?.() ?? Math.random()}`, ts: new Date().toISOString(), author: 'snapwarden',
    audience: 'only_you', tone: 'failure', title: word('failed_title'), buttons: [], request: null, state: null,
    blocks: [{ kind: 'text', text: error.message }, ...(error.hint ? [{ kind: 'note', text: error.hint }] : [])],
  });
  if (!message) return;
  replies.set(from, [...(replies.get(from) ?? []), { message, echo }]);
  draw();
  if (from === place()) announce(word('announce_reply', { title: message.title }));
}

function forget(id, from = place()) {
  const mine = replies.get(from) ?? [];
  replies.set(from, mine.filter((entry) => entry.message.id !== id));
  const held = views.get(id)?.node.contains(document.activeElement);
  draw();
  if (held) document.getElementById('command').focus();
}

// Takes the buttons off a reply: what they asked for has been asked.
function spend(id, from) {
  const mine = replies.get(from) ?? [];
  replies.set(from, mine.map((entry) => (entry.message.id === id ? { ...entry, message: { ...entry.message, buttons: [] } } : entry)));
  draw();
}

function place() {
  return `${here.person}\n${here.channel}`;
}

function openRequests() {
  return messages.filter((message) => message.request && !OVER.has(message.state)).reverse()
    .map((message) => ({ value: message.request, label: message.title }));
}

// ---- what the server tells ---------------------------------------------------------------------------------------------

function listen() {
  const source = new EventSource('/api/events');
  source.addEventListener('open', () => {
    if (connection.textContent) announce(word('back'));
    connection.textContent = '';
    delete connection.dataset.w;
    // Between the page's own data and this moment something may have changed, and after a break everything.
    changed('*');
    if (drops) refreshMachines();
    drops = 0;
  });
  source.addEventListener('error', () => {
    drops += 1;
    connection.dataset.w = 'lost';
    connection.textContent = word('lost');
    if (source.readyState !== EventSource.CLOSED) return;
    // The server said no, so the browser gave up: ask again by ourselves.
    setTimeout(listen, 2000);
  });
  source.addEventListener('message', (event) => came(event, true));
  source.addEventListener('edit', (event) => came(event, false));
  source.addEventListener('inventory', () => initial.demo && refreshMachines());
  source.addEventListener('resync', () => {
    changed('*');
    if (initial.demo) refreshMachines();
  });
}

function came(event, isNew) {
  // The browser's own unnamed events have the same name as ours and carry nothing.
  if (!event.data) return;
  const { channel, id } = JSON.parse(event.data);
  if (mishapWaits()) refreshMachines();
  if (channel === here.channel) {
    if (isNew) arrivals.add(id);
    changed(id);
  } else if (isNew) {
    unread.set(channel, (unread.get(channel) ?? 0) + 1);
    drawChannels();
  }
}

// ---- controls ----------------------------------------------------------------------------------------------------------

function startControls() {
  for (const link of document.querySelectorAll('[data-channel]')) {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go({ channel: link.dataset.channel });
    });
  }
  startFrame({
    person: (person) => go({ person }),
    language: () => {
      applyWords();
      views.forEach((view) => view.message && redraw(view));
      draw();
      drawMachines();
      drawChannels();
      writeAddress();
    },
  });
  stream.addEventListener('scroll', () => {
    follows = atEnd();
    if (follows) newer.hidden = true;
  });
  newer.addEventListener('click', () => {
    toEnd();
    document.getElementById('command').focus();
  });
  new ResizeObserver(() => follows && toEnd()).observe(stream);
  writeAddress('replaceState');
  addEventListener('popstate', () => {
    const query = new URLSearchParams(location.search);
    const channel = initial.channels.find((one) => one.id === query.get('channel'))?.id ?? here.channel;
    const person = initial.people.find((one) => one.id === query.get('as'))?.id ?? here.person;
    go({ channel, person }, 'replaceState');
    for (const radio of document.querySelectorAll('input[name=person]')) radio.checked = radio.value === here.person;
  });
  drawChannels();
}

// Goes to another channel or becomes another person, and fetches what that one sees.
function go({ channel = here.channel, person = here.person }, how) {
  const moved = channel !== here.channel;
  Object.assign(here, { channel, person });
  unread.delete(channel);
  if (moved) {
    messages = [];
    loaded = false;
    arrivals.clear();
  }
  writeAddress(how);
  drawChannels();
  draw();
  changed('*');
}

function drawChannels() {
  for (const link of document.querySelectorAll('[data-channel]')) {
    const count = unread.get(link.dataset.channel) ?? 0;
    const badge = link.querySelector('.unread');
    badge.hidden = count === 0;
    badge.textContent = count;
    badge.title = word('unread', { n: count });
    if (link.dataset.channel === here.channel) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const name = initial.channels.find((channel) => channel.id === here.channel)?.name ?? here.channel ?? '';
  document.getElementById('channel-name').textContent = name;
  const waiting = [...unread.values()].reduce((sum, count) => sum + count, 0);
  document.title = `${waiting ? `(${waiting}) ` : ''}${name} · snapwarden`;
}

// The address says who reads what, so that a second window can be somebody else, a reload changes nothing and Back goes back.
function writeAddress(how = 'pushState') {
  step(how, `?${readerQuery({ channel: here.channel })}`);
  document.getElementById('fleet').href = `/snapshots?${readerQuery()}`;
}

function atEnd() {
  return stream.scrollHeight - stream.scrollTop - stream.clientHeight < NEAR;
}

function toEnd() {
  follows = true;
  newer.hidden = true;
  stream.scrollTop = stream.scrollHeight;
}
