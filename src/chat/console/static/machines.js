// The demo's simulated machines: what they do, and what can be done to them behind the bot's back. Outside the demo none of this
// is shown.

import { announce, call, el, initial, word } from './base.js';

const panel = document.getElementById('machines');
const toggle = document.getElementById('machines-toggle');
const list = document.getElementById('machine-list');

// Where the panel has room beside the messages; below, it lies over them.
const ROOMY = matchMedia('(min-width: 1180px)');

// What can be done to a machine besides breaking it, in the order in which it is offered. `on` says whether it holds now; what is
// only done has none.
const DEEDS = [
  { path: 'snapshot', key: () => 'foreign' },
  { path: 'power', key: (machine) => (machine.on ? 'power_off' : 'power_on'), send: (machine) => ({ on: !machine.on }) },
  ...['lose-answer', 'lose-request', 'slow-task'].map((path) => {
    const mishap = path.replace('-', '_');
    const on = (machine) => machine.armed.includes(mishap);
    return { path, key: () => mishap, on, send: (machine) => ({ on: !on(machine) }) };
  }),
];

// What can be done to vCenter itself, by the path of the API, and whether it is so now.
const SWITCHES = {
  clock: (vcenter) => vcenter.clock_offset_seconds !== 0,
  lost: (vcenter) => vcenter.lost,
};

// How many machines are drawn; of a larger fleet a part of a name finds the others.
const MOST = 200;

const switches = document.getElementById('vcenter-switches');
const find = document.getElementById('machine-find');
const rest = document.getElementById('machine-rest');

const drawn = new Map();
let machines = [];
let vcenter = null;
let wanted = true;
let opened = null;

// Shows the panel if there are machines at all.
export async function startMachines() {
  toggle.addEventListener('click', () => show(panel.hidden, true));
  find.addEventListener('input', drawMachines);
  switches.append(...Object.keys(SWITCHES).map((path) => el('div', {},
    el('button', { type: 'button', class: 'button small', 'data-switch': path, 'aria-describedby': `switch-${path}`, click: () => turn(path) }),
    el('small', { id: `switch-${path}` }))));
  document.getElementById('machines-close').addEventListener('click', () => show(false, true));
  panel.addEventListener('keydown', (event) => event.key === 'Escape' && !ROOMY.matches && show(false, true));
  // A panel that would suddenly lie over the messages goes away, and comes back with the room if nobody had closed it.
  ROOMY.addEventListener('change', () => show(ROOMY.matches && wanted, false));
  if (await refreshMachines()) {
    toggle.hidden = false;
    show(ROOMY.matches, false);
  }
}

// Reads the machines again, unless nobody sees them. False where there is no demo.
export async function refreshMachines() {
  if (!initial.demo) return false;
  if (panel.hidden && vcenter) return true;
  const [of, at] = await Promise.all([call('/demo/machines'), call('/demo/vcenter')]);
  if (!of.value || !at.value) return false;
  [machines, vcenter] = [of.value, at.value];
  drawMachines();
  return true;
}

// Whether something waits for a machine's next change: then any message may mean that it has happened.
export function mishapWaits() {
  return machines.some((machine) => machine.armed.length > 0);
}

// Draws the list, reusing what stands there: a focused button stays. Of a panel that is closed nothing stays.
export function drawMachines() {
  if (panel.hidden || !vcenter) {
    drawn.clear();
    list.replaceChildren();
    return;
  }
  for (const button of switches.querySelectorAll('button')) {
    const path = button.dataset.switch;
    set(button, word(`vcenter_${path}`));
    set(button.nextSibling, word(`vcenter_${path}_note`));
    button.setAttribute('aria-pressed', String(SWITCHES[path](vcenter)));
  }
  const part = find.value.trim().toLowerCase();
  const found = machines.filter((machine) => machine.path.toLowerCase().includes(part));
  const shown = found.slice(0, MOST);
  find.hidden = machines.length <= MOST;
  rest.hidden = found.length <= MOST;
  set(rest, rest.hidden ? '' : word('machines_rest', { n: found.length - MOST }));
  const known = new Set(shown.map((machine) => machine.moref));
  for (const [moref, view] of drawn) {
    if (known.has(moref)) continue;
    view.node.remove();
    drawn.delete(moref);
  }
  shown.forEach((machine, at) => {
    if (!drawn.has(machine.moref)) drawn.set(machine.moref, create(machine));
    const view = drawn.get(machine.moref);
    update(view, machine);
    if (list.children[at] !== view.node) list.insertBefore(view.node, list.children[at] ?? null);
  });
}

function create(machine) {
  const { moref } = machine;
  const view = {
    name: el('bdi', { class: 'machine-name' }),
    path: el('span', { class: 'machine-path', dir: 'auto' }),
    power: el('span'),
    count: el('span'),
    armed: el('span', { class: 'machine-armed' }),
    button: el('button', { type: 'button', class: 'button danger small quiet', click: () => breakIt(moref, view) }),
    deeds: [],
    panel: null,
    more: el('button', {
      type: 'button', class: 'tool icon more', 'aria-expanded': 'false',
      click: () => {
        opened = opened === moref ? null : moref;
        drawMachines();
      },
    }, el('span', { 'aria-hidden': 'true' }, '⋯')),
  };
  view.node = el('li', { 'data-moref': moref, tabindex: '-1' },
    el('span', { class: 'lamp', 'aria-hidden': 'true' }),
    el('div', { class: 'machine' },
      el('span', { class: 'machine-line' }, view.name, view.path),
      el('span', { class: 'machine-health' }, view.power, ' · ', view.count),
      view.armed),
    view.button,
    view.more);
  return view;
}

// What else can happen to a machine is there while it is looked at.
function unfold(view, moref, open) {
  if (open === (view.panel !== null)) return;
  if (!open) {
    view.panel.remove();
    view.more.removeAttribute('aria-controls');
    [view.panel, view.deeds] = [null, []];
    return;
  }
  view.deeds = DEEDS.map((deed) => ({
    deed,
    button: el('button', { type: 'button', class: 'button small', 'aria-describedby': `deed-${moref}-${deed.path}`, click: () => doIt(deed, view) }),
    note: el('small', { id: `deed-${moref}-${deed.path}` }),
  }));
  view.panel = el('div', { class: 'deeds', id: `deeds-${moref}`, role: 'group' },
    view.deeds.map(({ button, note }) => el('div', {}, button, note)));
  view.more.setAttribute('aria-controls', view.panel.id);
  view.node.append(view.panel);
}

function update(view, machine) {
  const health = !machine.on ? 'off' : machine.broken ? 'broken' : 'answers';
  const count = machine.snapshots === 0 ? word('snapshot_none')
    : machine.snapshots === 1 ? word('snapshot_one') : word('snapshots', { n: machine.snapshots });
  // The name stands beside it already.
  const folder = machine.path.endsWith(`/${machine.name}`) ? machine.path.slice(0, -machine.name.length - 1) : machine.path;
  const whole = `${machine.name} (${machine.path})`;
  view.machine = machine;
  view.node.dataset.health = health;
  set(view.name, machine.name);
  set(view.path, folder);
  set(view.power, word(health));
  set(view.count, count);
  set(view.armed, machine.armed.map((mishap) => word(`${mishap}_waits`)).join(' · '));
  set(view.button, word('break'));
  view.button.setAttribute('aria-label', word('break_label', { name: whole }));
  const can = health === 'answers';
  if (!can && document.activeElement === view.button) view.node.focus();
  view.button.hidden = !can;
  const open = opened === machine.moref;
  view.more.setAttribute('aria-label', word('more_label', { name: whole }));
  view.more.setAttribute('aria-expanded', String(open));
  view.more.title = word('more');
  unfold(view, machine.moref, open);
  view.panel?.setAttribute('aria-label', word('more_label', { name: whole }));
  for (const { deed, button, note } of view.deeds) {
    const key = deed.key(machine);
    set(button, word(key));
    set(note, word(`${key}_note`));
    if (deed.on) button.setAttribute('aria-pressed', String(deed.on(machine)));
  }
}

async function doIt(deed, view) {
  const { machine } = view;
  const key = deed.key(machine);
  const body = deed.send?.(machine) ?? {};
  const { error } = await call(`/demo/machines/${encodeURIComponent(machine.moref)}/${deed.path}`, { body });
  const done = deed.on && !body.on ? 'taken_back' : `${key}_done`;
  announce(error ? `${error.message} ${error.hint}` : word(done, { name: machine.name }));
  await refreshMachines();
  if (error) set(view.armed, error.message);
}

async function turn(path) {
  const on = !SWITCHES[path](vcenter);
  const { error } = await call(`/demo/vcenter/${path}`, { body: { on } });
  announce(error ? `${error.message} ${error.hint}` : word(`vcenter_${path}_${on ? 'on' : 'off'}`));
  await refreshMachines();
}

async function breakIt(moref, view) {
  const { error } = await call(`/demo/machines/${encodeURIComponent(moref)}/break`, { body: {} });
  announce(error ? `${error.message} ${error.hint}` : word('broke', { name: view.machine.name }));
  await refreshMachines();
}

function show(open, focus) {
  panel.hidden = !open;
  toggle.setAttribute('aria-expanded', String(open));
  document.getElementById('app').classList.toggle('with-machines', open);
  if (open) refreshMachines();
  else drawMachines();
  if (!focus) return;
  wanted = open || !ROOMY.matches;
  if (open) document.getElementById('machines-close').focus();
  else toggle.focus();
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
