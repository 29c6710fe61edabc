import { forget, recall, remember } from './storage.js';

const root = document.documentElement;
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set();

export const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : systemIsDark.matches);

/** Calls back whenever the colours on screen change, by the button or by the system. */
export function onThemeChange(listener) {
  listeners.add(listener);
}

export function toggleTheme() {
  const wantsDark = !isDark();
  // Choosing what the system has anyway means: follow the system again.
  if (wantsDark === systemIsDark.matches) {
    delete root.dataset.theme;
    forget('theme');
  } else {
    root.dataset.theme = wantsDark ? 'dark' : 'light';
    remember('theme', root.dataset.theme);
  }
  announce();
}

function announce() {
  for (const listener of listeners) listener();
}

const remembered = recall('theme');
if (remembered === 'dark' || remembered === 'light') root.dataset.theme = remembered;
systemIsDark.addEventListener('change', announce);
