// The demo's simulated machines: what they do, and a button that breaks one. Outside the demo none of this is shown.

import { announce, call, el, word } from './base.js';

const panel = document.getElementById('machines');
const toggle = document.getElementById('machines-toggle');
const list = document.getElementById('machine-list');

// Where the panel has room beside the messages; below, it lies over them.
const ROOMY = matchMedia('(min-width: 1180px)');

const drawn = new Map();
let machines = [];
let wanted = true;

// Shows the panel if there are machines at all.
export async function startMachines() {
  toggle.addEventListener('click', () => show(panel.hidden, true));
  document.getElementById('machines-close').addEventListener('click', () => show(false, true));
  panel.addEventListener('keydown', (event) => event.key === 'Escape' && !ROOMY.matches && show(false, true));
  // A panel that would suddenly lie over the messages goes away, and comes back with the room if nobody had closed it.
  ROOMY.addEventListener('change', () => show(ROOMY.matches && wanted, false));
  if (await refreshMachines()) {
    toggle.hidden = false;
    show(ROOMY.matches, false);
  }
}

// Reads the machines again. False where there is no demo.
export async function refreshMachines() {
  const { value } = await call('/demo/machines');
  if (!value) return false;
  machines = value;
  drawMachines();
  return true;
}

// Draws the list, reusing what stands there: a focused button stays.
export function drawMachines() {
  const known = new Set(machines.map((machine) => machine.moref));
  for (const [moref, view] of drawn) {
    if (known.has(moref)) continue;
    view.node.remove();
    drawn.delete(moref);
  }
  machines.forEach((machine, at) => {
    if (!drawn.has(machine.moref)) drawn.set(machine.moref, create(machine));
    const view = drawn.get(machine.moref);
    update(view, machine);
    if (list.children[at] !== view.node) list.insertBefore(view.node, list.children[at] ?? null);
  });
}

function create(machine) {
  const view = {
    name: el('bdi', { class: 'machine-name' }),
    path: el('span', { class: 'machine-path', dir: 'auto' }),
    power: el('span'),
    count: el('span'),
    button: el('button', { type: 'button', class: 'button danger small quiet', click: () => breakIt(machine.moref, view) }),
  };
  view.node = el('li', { 'data-moref': machine.moref, tabindex: '-1' },
    el('span', { class: 'lamp', 'aria-hidden': 'true' }),
    el('div', { class: 'machine' },
      el('span', { class: 'machine-line' }, view.name, view.path),
      el('span', { class: 'machine-health' }, view.power, ' · ', view.count)),
    view.button);
  return view;
}

function update(view, machine) {
  const health = !machine.on ? 'off' : machine.broken ? 'broken' : 'answers';
  const count = machine.snapshots === 0 ? word('snapshot_none')
    : machine.snapshots === 1 ? word('snapshot_one') : word('snapshots', { n: machine.snapshots });
  // The name stands beside it already.
  const folder = machine.path.endsWith(`/${machine.name}`) ? machine.path.slice(0, -machine.name.length - 1) : machine.path;
  view.machine = machine;
  view.node.dataset.health = health;
  set(view.name, machine.name);
  set(view.path, folder);
  set(view.power, word(health));
  set(view.count, count);
  set(view.button, word('break'));
  view.button.setAttribute('aria-label', word('break_label', { name: `${machine.name} (${machine.path})` }));
  const can = health === 'answers';
  if (!can && document.activeElement === view.button) view.node.focus();
  view.button.hidden = !can;
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
  if (!focus) return;
  wanted = open || !ROOMY.matches;
  if (open) document.getElementById('machines-close').focus();
  else toggle.focus();
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
