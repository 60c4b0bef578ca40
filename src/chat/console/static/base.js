// What the other scripts share: the data that came with the page, its words, building elements, and calling the API.
//
// Every text reaches the page through `el` or `textContent`, never as markup: names of VMs and snapshots come from strangers.

export const initial = JSON.parse(document.getElementById('initial').textContent);

// Who reads, where, in which language. The scripts read it; console.js alone changes it.
export const here = { person: initial.person, channel: initial.channel, lang: initial.lang, severalVcenters: false };

// Characters that would draw text in another order than it was written, and control characters that draw nothing.
const UNREADABLE = /[\u202a-\u202e\u2066-\u2069\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export function readable(text) {
  return String(text).replace(UNREADABLE, '\ufffd');
}

// A word of the page, with {name} replaced.
export function word(key, values = {}) {
  const found = initial.words[here.lang]?.[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (_, name) => readable(values[name] ?? ''));
}

export function tone(name) {
  return initial.words[here.lang]?.tones?.[name] ?? name;
}

// A table of words: what the verbs do, what the options are for, what their values mean.
export function words(table) {
  return initial.words[here.lang]?.[table] ?? {};
}

// Puts the page's words into every element that names one.
export function applyWords() {
  document.documentElement.lang = here.lang;
  for (const node of document.querySelectorAll('[data-w]')) node.textContent = word(node.dataset.w);
  for (const node of document.querySelectorAll('[data-w-label]')) node.setAttribute('aria-label', word(node.dataset.wLabel));
  for (const node of document.querySelectorAll('[data-w-title]')) node.title = word(node.dataset.wTitle);
  for (const node of document.querySelectorAll('[data-w-placeholder]')) node.placeholder = word(node.dataset.wPlaceholder);
}

// Builds an element: `el('p', {class: 'note'}, 'text', child)`. Functions become listeners, false and null are left out.
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value === true) node.setAttribute(key, '');
    else node.setAttribute(key, value);
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : readable(child));
  }
  return node;
}

// Calls the API. Returns {value} or {error: {message, hint}}; it throws only when the caller aborts.
export async function call(path, { body, signal } = {}) {
  const options = { signal, headers: { accept: 'application/json' } };
  if (body !== undefined) {
    options.method = 'POST';
    options.headers['content-type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, options);
    const value = await response.json();
    if (response.ok) return { value };
    return { status: response.status, error: value.error ?? { message: response.statusText, hint: '' } };
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    return { error: { message: word('offline'), hint: '' } };
  }
}

// Says something to whoever listens instead of looking. Each sentence is a new element, so that equal ones are said twice.
export function announce(text) {
  const announcer = document.getElementById('announcer');
  announcer.append(el('p', {}, text));
  while (announcer.childElementCount > 3) announcer.firstElementChild.remove();
}

// "2 minutes ago", and the whole time for the tooltip.
export function ago(timestamp) {
  const seconds = Math.round((Date.now() - timestamp) / 1000);
  const format = new Intl.RelativeTimeFormat(here.lang, { numeric: 'always', style: 'short' });
  if (seconds < 45) return word('now');
  if (seconds < 3600) return format.format(-Math.max(1, Math.round(seconds / 60)), 'minute');
  if (seconds < 86400) return format.format(-Math.round(seconds / 3600), 'hour');
  return format.format(-Math.round(seconds / 86400), 'day');
}

// The time of day; the line between the days says which.
export function clock(timestamp) {
  return new Date(timestamp).toLocaleTimeString(here.lang, { hour: '2-digit', minute: '2-digit', hour12: false });
}

export function exact(timestamp) {
  return new Date(timestamp).toLocaleString(here.lang, { dateStyle: 'full', timeStyle: 'medium' });
}
