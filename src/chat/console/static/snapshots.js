// The Snapshots page: the fleet's list, what waits for a decision, and the audit trail.
//
// The server sorts, filters and cuts into pages; this page asks again whenever a choice or the fleet changes, and the newest answer wins.

import { announce, applyWords, call, el, exact, here, initial, word } from './base.js';
import { createMessage, drawTime, redraw, updateMessage } from './cards.js';
import { applyRemembered, go, readerQuery, startFrame } from './frame.js';
import { COLUMNS, bytes, drawRow, number, span } from './rows.js';

// How long typing may pause before it is searched for, and how long changes of the fleet are gathered, in milliseconds.
const TYPING = 200;
const GATHER = 1500;

// How often "2 minutes ago" is written anew, in milliseconds.
const CLOCK = 20_000;

const TABS = ['list', 'waiting', 'audit'];
const TILES = ['all', 'over', 'max_age', 'held', 'ending', 'backup', 'orphan', 'unknown'];

const USUAL = { filter: '', only: 'all', sort: 'age', order: 'desc', page: 1 };
const wanted = { ...USUAL };
const views = new Map();
// The page came with the first answer, for the language and the choices of its address.
let answer = initial.answer ?? null;
let tab = 'list';
let asked = 0;
let typing = 0;
let gathering = 0;
let verdict = null;

const at = (id) => document.getElementById(id);

applyRemembered();
readAddress();
applyWords();
drawHead();
startControls();
showTab(tab, 'replaceState');
if (answer && here.lang === initial.lang) draw();
else refresh();
refreshWaiting();
listen();
setInterval(() => views.forEach((view) => drawTime(view)), CLOCK);
document.documentElement.dataset.ready = 'yes';

// ---- the list ----------------------------------------------------------------------------------------------------------

async function refresh() {
  const mine = asked += 1;
  const query = new URLSearchParams({ person: here.person, locale: here.lang, ...wanted });
  const { value, error } = await call(`/api/snapshots?${query}`);
  if (mine !== asked) return;
  if (error) {
    at('found').textContent = [error.message, error.hint].filter(Boolean).join(' ');
    return;
  }
  answer = value;
  wanted.page = value.page;
  draw();
}

function draw() {
  drawHead();
  if (!answer) return;
  const { summary, rows, matching, page, pages, size, picture } = answer;
  here.severalVcenters = answer.vcenters > 1;
  at('sum').textContent = word('sum', {
    snapshots: number(summary.snapshots), vms: number(summary.vms), size: summary.bytes === null ? word('size_unknown') : bytes(summary.bytes),
  });
  drawTiles(summary);
  drawRemarks(summary);
  drawPicture(picture);
  at('rows').tBodies[0].replaceChildren(...rows.map(drawRow));
  at('rows').hidden = rows.length === 0;
  at('found').textContent = matching === 0 ? word('nothing_found')
    : word('found', { from: number((page - 1) * size + 1), to: number((page - 1) * size + rows.length), all: number(matching) });
  at('previous').disabled = page <= 1;
  at('next').disabled = page >= pages;
  const file = new URLSearchParams({ person: here.person, locale: here.lang, ...wanted });
  file.delete('page');
  at('csv').href = `/api/snapshots.csv?${file}`;
}

function drawHead() {
  const row = at('rows').tHead.rows[0];
  const held = row.contains(document.activeElement) && document.activeElement.dataset.sort;
  row.replaceChildren(...COLUMNS.map((column) => {
    const chosen = wanted.sort === column.key;
    const sort = chosen ? (wanted.order === 'asc' ? 'ascending' : 'descending') : null;
    return el('th', { scope: 'col', class: `col-${column.key}${column.number ? ' number-cell' : ''}`, 'aria-sort': sort },
      el('button', { type: 'button', 'data-sort': column.key, click: () => sortBy(column) },
        word(`col_${column.key}`), el('span', { 'aria-hidden': 'true', class: 'arrow' }, chosen ? (wanted.order === 'asc' ? '▲' : '▼') : '')));
  }));
  if (held) row.querySelector(`[data-sort="${held}"]`)?.focus();
  at('sort').replaceChildren(...COLUMNS.map((column) => el('option', { value: column.key, selected: wanted.sort === column.key }, word(`col_${column.key}`))));
}

function sortBy(column) {
  const turned = { asc: 'desc', desc: 'asc' }[wanted.order];
  Object.assign(wanted, { order: wanted.sort === column.key ? turned : column.order, sort: column.key, page: 1 });
  changed();
}

// A tile for each kind that there is, which is a filter too.
function drawTiles(summary) {
  const counts = {
    all: summary.snapshots, over: null, max_age: summary.over_max_age, held: summary.held, ending: null, backup: summary.backups,
    orphan: summary.orphans, unknown: null,
  };
  const limits = summary.limits;
  const shown = TILES.filter((tile) => counts[tile] === null || counts[tile] > 0 || tile === 'all' || tile === wanted.only);
  const focused = document.activeElement?.dataset?.only;
  at('tiles').replaceChildren(...shown.map((tile) => el('button', {
    type: 'button', class: `tile tile-${tile}`, 'data-only': tile, 'aria-pressed': String(tile === wanted.only),
    click: () => {
      Object.assign(wanted, { only: tile, page: 1 });
      changed();
    },
  }, word(`only_${tile}`, { age: span(limits.max_age_seconds) }), counts[tile] !== null && el('strong', {}, number(counts[tile])))));
  if (focused) at('tiles').querySelector(`[data-only="${focused}"]`)?.focus();
}

// What there is to know beside the rows.
function drawRemarks(summary) {
  const remarks = summary.away.map((one) => el('li', { class: 'warn' },
    word(one.since ? 'away_since' : 'away', { vcenter: one.vcenter, time: one.since ? exact(Date.parse(one.since)) : '' })));
  remarks.push(...summary.low_datastores.map((low) => el('li', { class: 'warn' }, word('low_datastore', {
    datastore: low.datastore, vms: number(low.vms),
    free: bytes(low.free_bytes), capacity: bytes(low.capacity_bytes), held: bytes(low.held_by_snapshots_bytes),
  }))));
  if (summary.consolidation.count) {
    const names = summary.consolidation.vms.map((vm) => (here.severalVcenters ? `${vm.vcenter}/${vm.name}` : vm.name)).join(', ');
    const more = summary.consolidation.count > summary.consolidation.vms.length ? ' …' : '';
    remarks.push(el('li', {}, word('consolidation', { n: number(summary.consolidation.count), vms: names + more })));
  }
  if (summary.deep_chains) remarks.push(el('li', {}, word('deep_chains', { n: number(summary.deep_chains), depth: summary.limits.max_depth })));
  if (summary.unsure_vms) remarks.push(el('li', { class: 'warn' }, word('unsure', { n: number(summary.unsure_vms) })));
  at('remarks').replaceChildren(...remarks);
}

// The picture is fetched again when the figures are others: its address then ends in another word.
function drawPicture(picture) {
  const url = `${picture.url}&v=${encodeURIComponent(hash(JSON.stringify(answer.summary)))}`;
  const link = at('picture');
  if (link.getAttribute('href') === url) return;
  link.href = url;
  link.hidden = false;
  link.replaceChildren(el('img', { src: url, alt: picture.alt, width: '1200', height: '1000' }));
}

// A short word for a text: equal texts have equal ones. Nothing depends on it but whether a picture is fetched again.
function hash(text) {
  let sum = 5381;
  for (const letter of text) sum = (Math.imul(sum, 33) ^ letter.codePointAt(0)) >>> 0;
  return sum.toString(36);
}

function changed(how) {
  writeAddress(how);
  drawHead();
  refresh();
}

// ---- what waits --------------------------------------------------------------------------------------------------------

async function refreshWaiting() {
  const person = here.person;
  const { value } = await call(`/api/approvals?${new URLSearchParams({ person, locale: here.lang })}`);
  if (!value || person !== here.person) return;
  const kept = new Set(value.map((message) => message.id));
  for (const [id, view] of views) {
    if (kept.has(id)) continue;
    view.node.remove();
    views.delete(id);
  }
  for (const message of value) {
    const view = views.get(message.id);
    if (view) updateMessage(view, message);
    else views.set(message.id, createMessage(message, { press, use: () => {}, dismiss: null }));
  }
  at('messages').append(...value.map((message) => views.get(message.id).node));
  at('nothing-waits').hidden = value.length > 0;
  const count = at('waiting-count');
  count.hidden = value.length === 0;
  count.textContent = number(value.length);
}

async function press(button, inputs, _view, sure = true) {
  const { value, error } = await call('/api/actions', { body: { person: here.person, token: button.token, inputs, sure, locale: here.lang } });
  if (!sure && !value?.reply && !error) return true;
  announce(error ? [error.message, error.hint].join(' ') : (value.reply?.title ?? word('pressed', { label: button.label })));
  refreshWaiting();
  return sure && !error;
}

// ---- the audit trail ---------------------------------------------------------------------------------------------------

async function refreshAudit() {
  const person = here.person;
  const { value, error } = await call(`/api/audit?${new URLSearchParams({ person })}`);
  if (person !== here.person) return;
  at('verify').hidden = Boolean(error);
  at('audit-note').textContent = error ? [error.message, error.hint].join(' ') : word('audit_note', { n: number(value.lines.length), seq: number(value.head?.seq ?? 0) });
  at('audit').replaceChildren(...(value?.lines ?? []).map(drawLine));
}

function drawLine(line) {
  const what = [line.event ?? line.kind, line.verb, line.name && `“${line.name}”`, line.from && `${line.from} → ${line.to}`].filter(Boolean).join(' · ');
  const known = ['seq', 'n', 'hash', 'ts', 'at', 'kind', 'event', 'verb', 'person', 'request', 'vm', 'name', 'from', 'to'];
  const rest = Object.entries(line).filter(([key]) => !known.includes(key));
  return el('li', {},
    el('time', { datetime: line.ts, title: exact(Date.parse(line.ts)) }, new Date(line.ts).toLocaleString(here.lang, { dateStyle: 'short', timeStyle: 'medium' })),
    el('span', { class: 'line-number' }, `#${line.seq}`),
    el('span', { class: 'line-what', dir: 'auto' }, what),
    el('span', { class: 'line-who', dir: 'auto' }, [line.person && `@${line.person}`, line.request, line.vm].filter(Boolean).join(' · ')),
    rest.length > 0 && el('details', { class: 'details' }, el('summary', {}, word('details')),
      el('pre', { class: 'code' }, rest.map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join('\n'))));
}

async function verify() {
  const button = at('verify');
  if (button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');
  button.classList.add('busy');
  at('verdict').textContent = word('verifying');
  const { value, error } = await call('/api/audit/verify', { body: { person: here.person } });
  button.removeAttribute('aria-disabled');
  button.classList.remove('busy');
  verdict = value ?? { error };
  drawVerdict();
}

function drawVerdict() {
  if (!verdict) return;
  const node = at('verdict');
  node.dataset.whole = verdict.whole ? 'yes' : 'no';
  if (verdict.error) node.textContent = [verdict.error.message, verdict.error.hint].join(' ');
  else if (verdict.whole) node.textContent = word('whole', { n: number(verdict.lines), head: `${verdict.head.seq}:${verdict.head.hash.slice(0, 16)}…` });
  else node.textContent = word('broken_chain', { line: number(verdict.broken?.line ?? 0), why: verdict.broken?.why ?? '' });
}

// ---- controls ----------------------------------------------------------------------------------------------------------

function startControls() {
  startFrame({
    person: (person) => {
      here.person = person;
      wanted.page = 1;
      // What one person may verify another may not: nothing is carried over.
      verdict = null;
      at('verdict').textContent = '';
      again();
    },
    language: () => {
      applyWords();
      views.forEach((view) => redraw(view));
      drawVerdict();
      again();
    },
  });
  at('search').addEventListener('submit', (event) => event.preventDefault());
  at('filter').addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      Object.assign(wanted, { filter: at('filter').value, page: 1 });
      // A word is one step back, not each of its letters.
      changed('replaceState');
    }, TYPING);
  });
  at('sort').addEventListener('change', () => {
    const column = COLUMNS.find((one) => one.key === at('sort').value);
    Object.assign(wanted, { sort: column.key, order: column.order, page: 1 });
    changed();
  });
  at('previous').addEventListener('click', () => turn(-1));
  at('next').addEventListener('click', () => turn(1));
  at('verify').addEventListener('click', verify);
  for (const name of TABS) {
    const button = at(`tab-${name}`);
    button.addEventListener('click', () => showTab(name));
    button.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = TABS[(TABS.indexOf(name) + step + TABS.length) % TABS.length];
      showTab(next);
      at(`tab-${next}`).focus();
    });
  }
  writeAddress('replaceState');
  addEventListener('popstate', () => {
    Object.assign(wanted, USUAL);
    tab = TABS[0];
    readAddress();
    showTab(tab, 'replaceState');
    refresh();
  });
}

function turn(step) {
  wanted.page += step;
  at('rows').scrollIntoView({ block: 'nearest' });
  changed();
}

function showTab(name, how) {
  tab = name;
  for (const one of TABS) {
    const chosen = one === name;
    at(`tab-${one}`).setAttribute('aria-selected', String(chosen));
    at(`tab-${one}`).tabIndex = chosen ? 0 : -1;
    at(`panel-${one}`).hidden = !chosen;
  }
  if (name === 'audit') refreshAudit();
  writeAddress(how);
}

function again() {
  changed();
  refreshWaiting();
  if (tab === 'audit') refreshAudit();
}

// The fleet changes in bursts: a minute's changes are a few fetches.
function fleetChanged() {
  if (gathering) return;
  gathering = setTimeout(() => {
    gathering = 0;
    refresh();
    refreshWaiting();
  }, GATHER);
}

function listen() {
  const source = new EventSource('/api/events');
  const connection = at('connection');
  source.addEventListener('open', () => {
    if (connection.textContent) announce(word('back'));
    // What was told before this was open, such as that the sizes are read, nobody here has heard.
    fleetChanged();
    connection.textContent = '';
    delete connection.dataset.w;
  });
  source.addEventListener('error', () => {
    connection.dataset.w = 'lost';
    connection.textContent = word('lost');
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
  for (const name of ['inventory', 'resync', 'message', 'edit']) {
    source.addEventListener(name, (event) => event.data && fleetChanged());
  }
}

// The address has everything that was chosen, so that it can be sent to somebody, and the browser's Back undoes a choice.
function writeAddress(how = 'pushState') {
  const chosen = Object.fromEntries(Object.entries({ ...wanted, tab }).filter(([key, value]) => value !== (USUAL[key] ?? 'list')));
  go(how, `?${readerQuery(chosen)}`);
  for (const link of document.querySelectorAll('[data-channel]')) {
    link.href = `/?${readerQuery({ channel: link.dataset.channel })}`;
  }
  at('fleet').href = `/snapshots?${readerQuery()}`;
}

function readAddress() {
  const query = new URLSearchParams(location.search);
  const known = (key, list) => (list.includes(query.get(key)) ? query.get(key) : undefined);
  const column = COLUMNS.find((one) => one.key === query.get('sort'));
  wanted.sort = column?.key ?? wanted.sort;
  wanted.order = known('order', ['asc', 'desc']) ?? column?.order ?? wanted.order;
  wanted.only = known('only', TILES) ?? wanted.only;
  wanted.filter = query.get('filter') ?? '';
  wanted.page = Math.max(1, Number.parseInt(query.get('page') ?? '1', 10) || 1);
  tab = known('tab', TABS) ?? tab;
  at('filter').value = wanted.filter;
}
