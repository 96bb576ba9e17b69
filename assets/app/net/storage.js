// What this browser remembers between visits. Storage can be blocked or full; then things last as long as the page.

/** What there was no room for: newer than what may still be stored. */
const memory = new Map();

export const storage = {
  /** @returns {?string} */
  get(key) {
    try {
      return memory.get(key) ?? localStorage.getItem(`salon.${key}`);
    } catch {
      return null;
    }
  },
  /** @param {?string} value null forgets */
  set(key, value) {
    memory.delete(key);
    try {
      if (value === null) localStorage.removeItem(`salon.${key}`);
      else localStorage.setItem(`salon.${key}`, value);
    } catch {
      if (value !== null) memory.set(key, value);
    }
  },
  /** @returns {string[]} */
  keys(prefix) {
    const keys = new Set(memory.keys());
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith('salon.')) keys.add(key.slice(6));
    } catch {
      // Then they are all in memory.
    }
    return [...keys].filter((key) => key.startsWith(prefix));
  },
};
