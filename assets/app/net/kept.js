// What this browser keeps of what was last seen, so that the page shows it without the server: one record for whoever is
// signed in. Without a database, or without room in it, nothing is kept.

const NAME = 'salon';
const PLACE = 'kept';
/** Of another shape, it was written by another version. */
const SHAPE = 1;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function within(mode, task) {
  const opening = indexedDB.open(NAME, SHAPE);
  opening.onupgradeneeded = () => {
    const db = opening.result;
    for (const name of db.objectStoreNames) db.deleteObjectStore(name);
    db.createObjectStore(PLACE);
  };
  const db = await done(opening);
  try {
    const transaction = db.transaction(PLACE, mode);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await done(task(transaction.objectStore(PLACE)));
    await ended;
    return result;
  } finally {
    db.close();
  }
}

export const kept = {
  /** @returns {Promise<?Object>} */
  async read(user_id) {
    try {
      return (await within('readonly', (place) => place.get(user_id))) ?? null;
    } catch {
      return null;
    }
  },
  async write(user_id, seen) {
    try {
      await within('readwrite', (place) => place.put(seen, user_id));
    } catch {
      // No room, or not allowed: the page then needs the server.
    }
  },
  /** Everything, whoever it was of. */
  async erase() {
    try {
      await within('readwrite', (place) => place.clear());
    } catch {
      // There is nothing, then.
    }
  },
};
