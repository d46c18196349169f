/** Browser storage that may be refused or full: a page must work without it. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps `text` under `key`; nothing to keep forgets it. Returns whether it was kept. */
export function remember(key: string, text: string | null): boolean {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}
