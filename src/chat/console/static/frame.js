// What both pages have around them: the reader, the language and the theme, and what is remembered of them.

import { here, initial } from './base.js';

// The language that was chosen here before, unless the address names one.
export function applyRemembered() {
  if (new URLSearchParams(location.search).has('lang')) return;
  try {
    const lang = localStorage.getItem('snapwarden.lang');
    if (Object.hasOwn(initial.words, lang)) here.lang = lang;
  } catch {
    // No storage allowed: the server's choice it is.
  }
}

// An address's query: who reads in which language, and what else the page says.
export function readerQuery(more = {}) {
  const query = new URLSearchParams({ ...more, lang: here.lang });
  if (initial.demo) query.set('as', here.person);
  return query;
}

// Writes another address, as a step that Back undoes (`pushState`) or in place of the last one. The same address is no step.
export function go(how, query) {
  if (query !== location.search) history[how](null, '', query);
}

// Starts the controls. `person` is told who was chosen, `language` that `here.lang` is another one now.
export function startFrame({ person, language }) {
  for (const radio of document.querySelectorAll('input[name=person]')) {
    radio.checked = radio.value === here.person;
    radio.addEventListener('change', () => person(radio.value));
  }
  const choice = document.getElementById('language');
  choice.value = here.lang;
  choice.addEventListener('change', () => {
    here.lang = choice.value;
    remember('lang', here.lang);
    language();
  });
  document.getElementById('theme').addEventListener('click', () => {
    const root = document.documentElement;
    const dark = (root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
    root.dataset.theme = dark ? 'light' : 'dark';
    remember('theme', root.dataset.theme);
  });
}

function remember(key, value) {
  try {
    localStorage.setItem(`snapwarden.${key}`, value);
  } catch {
    // No storage allowed: it holds until the page is closed.
  }
}
