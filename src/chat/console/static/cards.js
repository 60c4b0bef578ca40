// Draws messages, and changes them in place: only what differs is touched, so that a reader's focus and half-typed reason stay.

import { ago, clock, el, exact, readable, tone, word } from './base.js';

// How wide all levels of a tree together may be, in pixels, and one level at most: thirty levels still fit a telephone.
const TREE_WIDTH = 132;
const TREE_STEP = 22;

// The longest reason that fits a card, in characters; the engine has its own limit.
const LONGEST_INPUT = 500;

const SVG = 'http://www.w3.org/2000/svg';

// A command, and a line that points at a place in the line above it.
const COMMAND = /^\/snapshot \S/;
const POINTS = /^\s*\^+\s*$/;

// How much of a command is shown back above its answer, in characters: more than any real one has.
const LONGEST_ECHO = 240;

const ICON = {
  info: 'i', waiting: '?', running: '›', success: '✓', warning: '!', failure: '×',
};

// One message as a list item. `press(button, inputs, view, sure)` is called for buttons (not sure: whether it may be pressed), `use(command)` for a command that it shows,
// `dismiss` makes it one that goes away.
export function createMessage(message, { press, use, dismiss, echo }) {
  const number = `message-${createMessage.count = (createMessage.count ?? 0) + 1}`;
  const view = {
    message: null,
    press,
    use,
    title: el('h2', { id: number, dir: 'auto' }),
    tone: el('span', { class: 'tone' }),
    request: el('span', { class: 'request' }),
    time: el('time'),
    blocks: el('div', { class: 'blocks' }),
    buttons: el('div', { class: 'buttons' }),
    // What a message's buttons stand in, and the card that gets the focus when they are gone. Rows have places of their own.
    place: null,
    details: el('details', { class: 'details', hidden: true },
      el('summary', { 'data-w': 'details' }, word('details')), el('div', { class: 'blocks' })),
    files: el('ul', { class: 'files', hidden: true }),
    why: el('p', { class: 'why', dir: 'auto' }),
  };
  const only = dismiss && el('p', { class: 'only-you' },
    eye(), el('span', { 'data-w': 'only_you' }, word('only_you')),
    el('button', { type: 'button', class: 'link', 'data-w': 'dismiss', click: dismiss }, word('dismiss')));
  view.article = el('article', { class: 'card', tabindex: '-1', 'aria-labelledby': number },
    echo && el('p', { class: 'echo', dir: 'auto' }, shortened(echo)),
    el('header', {}, view.title, view.tone),
    view.blocks,
    view.files,
    view.details,
    view.buttons,
    view.why);
  view.place = { node: view.buttons, home: view.article, id: number, list: [] };
  view.node = el('li', { class: dismiss ? 'message reply' : 'message' },
    el('img', { class: 'avatar', src: '/static/icon.svg', alt: '' }),
    el('div', { class: 'by' }, el('strong', {}, message.author), view.time, view.request),
    view.article,
    only);
  updateMessage(view, message);
  return view;
}

// What somebody typed, to be recognised by. A pasted log need not be shown back.
function shortened(text) {
  const characters = [...text];
  return characters.length > LONGEST_ECHO ? `${characters.slice(0, LONGEST_ECHO).join('')} …` : text;
}

// An eye: what one reader alone sees.
function eye() {
  const icon = document.createElementNS(SVG, 'svg');
  icon.setAttribute('viewBox', '0 0 16 16');
  icon.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z');
  icon.append(path);
  return icon;
}

// Brings a drawn message to what it says now.
export function updateMessage(view, message) {
  const before = view.message;
  view.message = message;
  setData(view.node, 'id', message.id);
  setData(view.node, 'tone', message.tone);
  setData(view.node, 'state', message.state ?? '');
  setText(view.title, held(message.title));
  if (before?.tone !== message.tone) {
    view.tone.replaceChildren(el('span', { 'aria-hidden': 'true' }, ICON[message.tone] ?? '·'), tone(message.tone));
  }
  setText(view.request, message.request ?? '');
  drawTime(view);
  drawBlocks(view, view.blocks, message.blocks, before?.blocks);
  drawFiles(view, before);
  if (!before || differs(before.details ?? [], message.details ?? [])) {
    view.details.hidden = !message.details?.length;
    drawBlocks(view, view.details.lastElementChild, message.details ?? [], before?.details);
  }
  if (!before || differs(before.buttons, message.buttons)) drawButtons(view, view.place, message.buttons);
  setText(view.why, message.why ?? '');
}

export function drawTime(view) {
  const timestamp = Date.parse(view.message.ts);
  const whole = exact(timestamp);
  if (view.time.dateTime !== view.message.ts) view.time.dateTime = view.message.ts;
  if (view.time.title !== whole) view.time.title = whole;
  setText(view.time, `${clock(timestamp)} · ${ago(timestamp)}`);
}

// Draws everything again, for another language.
export function redraw(view) {
  const message = view.message;
  view.message = null;
  updateMessage(view, message);
}

function drawBlocks(view, host, blocks, before) {
  const alike = before && before.length === blocks.length && host.childElementCount === blocks.length
    && blocks.every((block, at) => block.kind === before[at].kind);
  if (!alike) {
    host.replaceChildren(...blocks.map((block) => drawBlock(block, view)));
    return;
  }
  blocks.forEach((block, at) => {
    if (!differs(block, before[at])) return;
    const node = host.children[at];
    if (block.kind === 'progress') fillProgress(node, block);
    else if (block.kind === 'row') fillRow(node, block, view);
    else node.replaceWith(drawBlock(block, view));
  });
}

function drawBlock(block, view) {
  switch (block.kind) {
    case 'text': return el('p', { class: 'text', dir: 'auto' }, held(block.text));
    case 'note': return el('p', { class: 'note', dir: 'auto' }, held(block.text));
    case 'code': return drawCode(block.text, view);
    case 'caution': return el('p', { class: 'caution' },
      el('strong', {}, el('span', { 'aria-hidden': 'true' }, '⚠\u00a0'), block.label), ' ', el('bdi', {}, held(block.text)));
    case 'fields': return el('dl', { class: 'fields' },
      block.fields.map((field) => [el('dt', {}, field.label), el('dd', { dir: 'auto' }, held(field.value))]).flat());
    case 'progress': return drawProgress(block);
    case 'tree': return drawTree(block.rows);
    case 'picture': return drawPicture(block, view);
    case 'row': return drawRow(block, view);
    // A newer server may know more blocks than this page: what it says is still text.
    default: return el('p', { class: 'text', dir: 'auto' }, block.text ?? '');
  }
}

// A picture, as wide as the card; a click shows it as it is. Where its file is gone, what it shows is still said.
function drawPicture(block, view) {
  const file = (view.message.files ?? []).find((one) => one.name === block.file);
  const instead = () => el('p', { class: 'note', dir: 'auto' }, block.alt);
  if (!file) return instead();
  const image = el('img', { src: file.url, alt: readable(block.alt), loading: 'lazy', width: '1200', height: '1000' });
  const link = el('a', { class: 'picture', href: file.url, target: '_blank', rel: 'noopener' }, image);
  image.addEventListener('error', () => link.replaceWith(instead()));
  return link;
}

// A row of a list with its own buttons.
function drawRow(block, view) {
  const id = `row-${drawRow.count = (drawRow.count ?? 0) + 1}`;
  const title = el('p', { class: 'row-title', dir: 'auto', id });
  const detail = el('p', { class: 'row-detail', dir: 'auto' });
  const buttons = el('div', { class: 'buttons row-buttons' });
  const node = el('div', { class: 'list-row', role: 'group', 'aria-labelledby': id, tabindex: '-1' },
    el('div', { class: 'row-what' }, title, detail), buttons);
  node.parts = { title, detail, place: { node: buttons, home: node, id, list: [], small: true } };
  fillRow(node, block, view);
  return node;
}

function fillRow(node, block, view) {
  const { title, detail, place } = node.parts;
  setText(title, held(block.title));
  setText(detail, held(block.detail));
  detail.hidden = !block.detail;
  if (differs(place.list, block.buttons)) drawButtons(view, place, block.buttons);
}

// The files that no picture shows, as links to save them.
function drawFiles(view, before) {
  const { files = [], blocks } = view.message;
  if (before && !differs(before.files ?? [], files)) return;
  const others = files.filter((file) => !blocks.some((block) => block.kind === 'picture' && block.file === file.name));
  view.files.hidden = others.length === 0;
  view.files.replaceChildren(...others.map((file) => el('li', {},
    el('a', { href: file.url, download: file.name, title: readable(file.alt) }, file.name))));
}

// Code as it is. A whole command can be put into the box; a line that points at a mistake has the mistake's colour.
function drawCode(text, view) {
  const lines = text.split('\n');
  if (lines.length === 1 && COMMAND.test(text)) {
    return el('div', { class: 'code command' }, el('code', { dir: 'auto' }, text),
      el('button', { type: 'button', class: 'link', 'data-w': 'use_command', click: () => view.use(text) }, word('use_command')));
  }
  const points = lines.length > 1 && POINTS.test(lines.at(-1));
  return el('pre', { class: 'code', tabindex: '0' }, el('code', {},
    points ? [`${lines.slice(0, -1).join('\n')}\n`, el('span', { class: 'points' }, lines.at(-1))] : text));
}

// Keeps a number and its unit on one line: "≈ 3.4 GB", "48 %", "12 min".
function held(text) {
  return text.replace(/≈ /g, '≈\u00a0').replace(/(\d) (?=(?:%|s|min|h|d|j|[KMGTo]?[Bo])(?![\p{L}\p{N}]))/gu, '$1\u00a0');
}

function drawProgress(block) {
  const node = el('div', { class: 'progress' },
    el('div', { class: 'bar', role: 'progressbar', 'aria-label': word('progress'), 'aria-valuemin': '0', 'aria-valuemax': '100' },
      el('span')),
    el('span', { class: 'progress-text' }));
  fillProgress(node, block);
  return node;
}

function fillProgress(node, block) {
  const [bar, text] = node.children;
  const known = Number.isFinite(block.percent);
  bar.classList.toggle('unknown', !known);
  if (known) bar.setAttribute('aria-valuenow', block.percent);
  else bar.removeAttribute('aria-valuenow');
  bar.setAttribute('aria-valuetext', readable(block.text));
  bar.firstElementChild.style.width = known ? `${Math.min(100, block.percent)}%` : '';
  setText(text, block.text);
}

// A tree as nested lists: a screen reader tells the levels, the style draws the branches.
function drawTree(rows) {
  const deepest = rows.reduce((most, row) => Math.max(most, row.depth), 1);
  const root = el('ul', { class: 'tree' });
  root.style.setProperty('--step', `${Math.min(TREE_STEP, TREE_WIDTH / deepest)}px`);
  const open = [root];
  for (const row of rows) {
    const depth = Math.min(row.depth, open.length - 1);
    open.length = depth + 1;
    const children = el('ul');
    const item = el('li', { class: row.here ? 'here' : '' },
      el('div', { class: 'row' },
        row.number !== null && el('span', { class: 'number' }, String(row.number)),
        el('div', { class: 'what' },
          el('bdi', { class: 'name' }, row.name),
          row.detail && el('span', { class: 'detail', dir: 'auto' }, held(row.detail)))),
      children);
    open[depth].append(item);
    open.push(children);
  }
  for (const list of root.querySelectorAll('ul:empty')) list.remove();
  return root;
}

// A place has its node, the buttons that it shows, and where the focus goes when the focused button is gone.
function drawButtons(view, place, buttons) {
  place.list = buttons;
  const active = document.activeElement;
  const held = place.node.contains(active);
  const heldToken = held ? active.closest('[data-token]')?.dataset.token : undefined;
  const form = place.node.querySelector('form');
  const asks = form && buttons.find((button) => button.token === form.dataset.token && button.input);
  if (asks) {
    // The reader is writing: the buttons behind the form may change, what is written may not.
    place.words(asks);
    return;
  }
  fillButtons(view, place);
  if (!held) return;
  const same = [...place.node.children].find((node) => node.dataset.token === heldToken);
  (same ?? place.home).focus();
}

function fillButtons(view, place) {
  // Choices stand below each other, so that what tells them apart is in one column.
  place.node.classList.toggle('choices', place.list.some((button) => button.action === 'pick'));
  place.node.replaceChildren(...place.list.map((button) => {
    const node = el('button', {
      type: 'button', class: `button ${button.style}${place.small ? ' small' : ''}`, 'data-token': button.token, 'data-action': button.action,
      // Ten rows have the same word: which row is said, too.
      'aria-describedby': place.small && place.id,
      click: () => begin(view, place, button),
    }, button.label);
    return node;
  }));
}

// A button was pressed: what it asks for comes first, a second question before a text.
async function begin(view, place, button) {
  // Who may not, or comes too late, hears of it before anything is asked.
  if ((button.confirm || button.input) && !await view.press(button, {}, view, false)) return;
  const sure = !button.confirm || await askOnce(button);
  // The message may have been drawn anew meanwhile, with the same button or without it.
  const node = [...place.node.children].find((one) => one.dataset.token === button.token);
  if (button.confirm) (node ?? place.home).focus();
  if (!sure) return;
  if (button.input) openForm(view, place, button);
  else send(view, button, {}, node ?? place.home);
}

// The second question of a button, which says again what it is about. True for a yes; Escape is none.
function askOnce(button) {
  const { title, yes, no } = button.confirm;
  const facts = [...button.confirm.facts, ...button.confirm.also];
  return new Promise((answered) => {
    const answer = (word, style, text) => el('button', {
      type: 'button', class: `button ${style}`, 'data-answer': word, click: () => dialog.close(word),
    }, text);
    const dialog = el('dialog', {
      class: 'confirm', 'aria-labelledby': 'confirm-title', 'aria-describedby': facts.length > 0 && 'confirm-facts',
      close: () => {
        dialog.remove();
        answered(dialog.returnValue === 'yes');
      },
      // A key that is held down answers nothing: it was pressed before the question was there.
      keydown: (event) => {
        if (event.repeat) event.preventDefault();
      },
    },
    el('h2', { id: 'confirm-title', dir: 'auto' }, title),
    facts.length > 0 && el('dl', { id: 'confirm-facts', class: 'fields' },
      facts.map((fact) => [el('dt', {}, fact.label), el('dd', { dir: 'auto' }, fact.value)]).flat()),
    el('div', { class: 'row' }, answer('yes', button.style, yes), answer('no', 'plain', no)));
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector('[data-answer=yes]').focus();
  });
}

// Asks for the text that a button wants, where the buttons were. Whatever it is called and asked for: the button says.
function openForm(view, place, button) {
  const id = `${place.id}-input`;
  const label = el('label', { for: id, dir: 'auto' });
  const field = el('input', { id, type: 'text', dir: 'auto', autocomplete: 'off', enterkeyhint: 'send', 'aria-describedby': `${id}-hint`, maxlength: LONGEST_INPUT });
  const hint = el('p', { id: `${id}-hint`, class: 'form-hint', role: 'alert' });
  const submit = el('button', { type: 'submit', class: `button ${button.style}` });
  const back = el('button', { type: 'button', class: 'button plain', click: () => close() });
  const close = () => {
    fillButtons(view, place);
    const opened = [...place.node.children].find((node) => node.dataset.token === button.token);
    (opened ?? place.home).focus();
  };
  let asked = button.input;
  // The words may change while somebody writes: another language, another plan behind the same button.
  const words = (now) => {
    asked = now.input;
    label.replaceChildren(readable(asked.label), asked.optional ? el('small', {}, ` (${word('optional')})`) : '');
    field.name = asked.name;
    field.required = !asked.optional;
    setText(submit, now.label);
    setText(back, word('cancel_form'));
  };
  words(button);
  const form = el('form', {
    class: 'ask', 'data-token': button.token,
    // What is missing is said by the page itself, in its language, beside the field, and read out.
    novalidate: true,
    submit: (event) => {
      event.preventDefault();
      const value = field.value.trim();
      if (!value && !asked.optional) {
        field.setAttribute('aria-invalid', 'true');
        // A new element each time: what is asked for twice is read out twice.
        hint.replaceChildren(el('span', {}, word('required')));
        field.focus();
        return;
      }
      send(view, button, value ? { [asked.name]: value } : {}, submit, close);
    },
    input: () => {
      field.removeAttribute('aria-invalid');
      hint.replaceChildren();
    },
    keydown: (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      close();
    },
  }, label, field, hint, el('div', { class: 'row' }, submit, back));
  place.words = words;
  place.node.replaceChildren(form);
  field.focus();
  form.scrollIntoView({ block: 'nearest' });
}

// Presses a button once: until the answer is there, pressing again does nothing. It keeps its focus meanwhile.
async function send(view, button, inputs, node, done) {
  if (view.busy) return;
  view.busy = true;
  node.setAttribute('aria-disabled', 'true');
  node.classList.add('busy');
  const sent = await view.press(button, inputs, view);
  view.busy = false;
  node.removeAttribute('aria-disabled');
  node.classList.remove('busy');
  if (sent) done?.();
}

function setText(node, text) {
  const shown = readable(text);
  if (node.textContent !== shown) node.textContent = shown;
}

function setData(node, key, value) {
  if (node.dataset[key] !== value) node.dataset[key] = value;
}

// Whether two parts of messages say something else. The order of their keys says nothing: the page's own data has another one.
function differs(left, right) {
  if (left === right) return false;
  if (!left || !right || typeof left !== 'object' || typeof right !== 'object') return true;
  const keys = Object.keys(left);
  return keys.length !== Object.keys(right).length || keys.some((key) => differs(left[key], right[key]));
}
