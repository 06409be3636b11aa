// What is remembered on this machine between starts. A browser that refuses storage only forgets.

/** Reads a remembered value; anything unreadable is the fallback. */
export function recall<T>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem(`baton.${key}`);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

/** Remembers a value. */
export function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(`baton.${key}`, JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs the memory of a setting, nothing more.
  }
}

/** Forgets a value. */
export function forget(key: string): void {
  try {
    localStorage.removeItem(`baton.${key}`);
  } catch {
    // What cannot be removed was not kept either.
  }
}
