// Storage may be forbidden (private windows, policies); the page then simply forgets.
const PREFIX = 'portfolio.';

export function recall(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {}
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {}
}
