// Files that another application shared: the service worker kept them as they came, and they are taken from there once.

const PLACE = 'salon shared';

/** @returns {Promise<File[]>} */
export async function takeShared() {
  const place = await caches.open(PLACE);
  const kept = await Promise.all((await place.keys()).map((request) => place.match(request)));
  await caches.delete(PLACE);
  return Promise.all(kept.map(async (answer) => {
    const content = await answer.blob();
    return new File([content], decodeURIComponent(answer.headers.get('X-Filename')), { type: content.type });
  }));
}

export const forgetShared = () => globalThis.caches?.delete(PLACE);
