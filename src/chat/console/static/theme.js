// Applies the reader's chosen theme before anything is drawn. Not a module: a module would run after the first picture.
try {
  const theme = localStorage.getItem('snapwarden.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage allowed: the system's theme it is.
}
