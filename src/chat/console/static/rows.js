// The fleet's table: its columns, its rows, and how sizes, ages and dates are written in it.

import { el, exact, here, word } from './base.js';

const DAY = 86_400;

// Columns in order: the API's name to sort by, the way that is usual, and what stands in a cell.
export const COLUMNS = [
  { key: 'vm', order: 'asc', cell: (row) => [el('bdi', { class: 'vm' }, row.vm), el('small', { class: 'place', dir: 'auto' }, folder(row))] },
  { key: 'snapshot', order: 'asc', cell: (row) => [
    el('span', { class: 'name-line' }, el('bdi', {}, row.snapshot), ' ', el('small', { class: 'number' }, `#${row.number}`)), ...marks(row)] },
  { key: 'age', order: 'desc', number: true, cell: (row) => age(row) },
  { key: 'size', order: 'desc', number: true, cell: (row) => (row.bytes === null ? unknown() : bytes(row.bytes)) },
  { key: 'depth', order: 'desc', number: true, cell: (row) => depth(row) },
  { key: 'maker', order: 'asc', cell: (row) => maker(row) },
  { key: 'until', order: 'asc', cell: (row) => until(row) },
];

// A row. On a telephone the columns stand below each other, so every cell knows its heading.
export function drawRow(row) {
  return el('tr', { 'data-over': row.over[0] ?? '' }, COLUMNS.map((column) =>
    el(column.key === 'vm' ? 'th' : 'td', {
      scope: column.key === 'vm' && 'row', class: `col-${column.key}${column.number ? ' number-cell' : ''}`, 'data-label': word(`col_${column.key}`),
    }, el('div', {}, column.cell(row)))));
}

// "≈ 3.4 GB", as the bot writes it.
export function bytes(count) {
  const french = here.lang === 'fr';
  const units = french ? ['o', 'Ko', 'Mo', 'Go', 'To'] : ['B', 'KB', 'MB', 'GB', 'TB'];
  let [value, unit] = [count, 0];
  while (value >= 999.5 && unit + 1 < units.length) [value, unit] = [value / 1000, unit + 1];
  const digits = unit === 0 || value >= 9.95 ? 0 : 1;
  const number = value.toLocaleString(here.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `≈\u00a0${number}\u00a0${units[unit]}`;
}

// "3 d", "14 h".
export function span(seconds) {
  if (seconds >= DAY) return `${number(Math.floor(seconds / DAY))}\u00a0${word('unit_day')}`;
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}\u00a0h`;
  return `${Math.max(0, Math.floor(seconds / 60))}\u00a0min`;
}

export function number(count) {
  return count.toLocaleString(here.lang);
}

function age(row) {
  const bad = row.over.find((limit) => limit.endsWith('_age'));
  return el('span', { class: bad ? `over ${bad}` : '', title: exact(Date.parse(row.created)) },
    span(row.age_seconds), bad && el('span', { class: 'visually-hidden' }, ` (${word(`over_${bad}`)})`));
}

function depth(row) {
  const deep = row.over.includes('max_depth');
  return el('span', { class: deep ? 'over warn_age' : '' }, number(row.depth), deep && el('span', { class: 'visually-hidden' }, ` (${word('over_max_depth')})`));
}

function maker(row) {
  if (row.made_by_kind === 'unknown') return unknown();
  return el('bdi', {}, row.made_by_kind === 'person' ? `@${row.made_by}` : row.made_by);
}

function until(row) {
  if (row.hold) {
    const end = row.hold.until ? word('held_until', { date: day(row.hold.until) }) : word('held');
    return [el('span', {}, end), el('small', { class: 'place', dir: 'auto' }, `“${row.hold.reason}” · @${row.hold.by}`)];
  }
  return row.keep_until ? el('span', { title: exact(Date.parse(row.keep_until)) }, day(row.keep_until)) : el('span', { class: 'soft' }, '–');
}

function day(time) {
  const date = new Date(time);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(here.lang, { weekday: 'short', day: 'numeric', month: 'short', year });
}

function unknown() {
  return el('span', { class: 'soft' }, word('unknown'));
}

// What stands apart, in a word.
function marks(row) {
  const words = [];
  if (row.kind !== 'ordinary') words.push(el('small', { class: 'mark' }, word(`kind_${row.kind}`)));
  if (row.over.includes('max_size')) words.push(el('small', { class: 'mark warn' }, word('over_max_size')));
  return words;
}

function folder(row) {
  const end = row.vm_path.lastIndexOf('/');
  const place = end > 0 ? row.vm_path.slice(0, end) : row.vcenter;
  return here.severalVcenters && end > 0 ? `${row.vcenter} · ${place}` : place;
}
