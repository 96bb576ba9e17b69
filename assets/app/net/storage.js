// What this browser remembers between visits. Storage can be blocked or full; then things last as long as the page.

const memory = new Map();

export const storage = {
  /** @returns {?string} */
  get(key) {
    try {
      return localStorage.getItem(`salon.${key}`);
    } catch {
      return memory.get(key) ?? null;
    }
  },
  /** @param {?string} value null forgets */
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(`salon.${key}`);
      else localStorage.setItem(`salon.${key}`, value);
    } catch {
      if (value === null) memory.delete(key);
      else memory.set(key, value);
    }
  },
  /** @returns {string[]} */
  keys(prefix) {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith(`salon.${prefix}`))
        .map((key) => key.slice('salon.'.length));
    } catch {
      return [...memory.keys()].filter((key) => key.startsWith(prefix));
    }
  },
};
