// The service worker: lets the page open without the server, and shows what is pushed while no page is open. One
// version of the client's files and no call of the server's API is kept here: what people said and sent is not. A newer
// version comes in beside it and takes its place when all pages of this one are closed, or when somebody says so.

/** Where this version's files are, and which there are; the server fills both in. */
const SHELL = "/~/";
const FILES = [/* files */];

const CACHE = `salon ${SHELL}`;
/** What another application shared, until the page takes it. */
const SHARED = 'salon shared';
const LANGUAGES = '/* languages */'.split(' ');

/** The API, sockets and files under their plain names are the server's; every other address is the one page. */
const isPage = ({ pathname }) => !/^\/(?:(?:api|ws|icons)\/|healthz|metrics|[^/]*\.\w+$)/.test(pathname);

/** Named in whatever way, a file of this version is the same bytes. */
const SAME = { ignoreVary: true, ignoreSearch: true };

async function keepShell() {
  const page = await fetch('/', { cache: 'no-cache', credentials: 'omit' });
  const text = await page.clone().text();
  // Else the server became another one meanwhile: that one's worker keeps that one's page.
  if (!page.ok || !text.includes(SHELL)) throw new Error('the page is of another version');
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((name) => SHELL + name));
  await cache.put('/', page);
}

async function forgetOthers() {
  for (const name of await caches.keys()) if (name !== CACHE && name !== SHARED) await caches.delete(name);
  await self.clients.claim();
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, SAME)) ?? fetch(request);
}

/** Another application shares: the page is opened with the words, and finds the files. */
async function takeIn(request) {
  const form = await request.formData();
  const words = new URLSearchParams([...form].filter(([, value]) => typeof value === 'string'));
  const files = form.getAll('file').filter((file) => file.size);
  await caches.delete(SHARED);
  const place = await caches.open(SHARED);
  for (const [n, file] of files.entries()) {
    const headers = { 'Content-Type': file.type || 'application/octet-stream', 'X-Filename': encodeURIComponent(file.name) };
    await place.put(`/shared/${n}`, new Response(file, { headers }));
  }
  if (files.length) words.set('files', files.length);
  return Response.redirect(`/share?${words}`, 303);
}

self.addEventListener('install', (event) => event.waitUntil(keepShell()));
self.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === 'POST' && url.pathname === '/share') event.respondWith(takeIn(request));
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate' && isPage(url)) event.respondWith(kept('/'));
  else if (url.pathname.startsWith(SHELL)) event.respondWith(kept(request));
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
  if (event.data === 'claim') event.waitUntil(self.clients.claim());
});

/** The words of the interface, in the language of who is told or else of the browser. */
async function wordsOf(locale) {
  const wished = [locale ?? '', ...self.navigator.languages].flatMap((language) => [language, language.split('-')[0]]);
  const language = wished.find((it) => LANGUAGES.includes(it)) ?? 'en';
  const words = await (await kept(`${SHELL}i18n/${language}.json`)).json();
  return (key, params) => (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => params[name] ?? '');
}

/** What to show of a message, and where choosing it leads. */
function ofMessage(t, { chat_id, kind, room, id, seq, name, content, files, date }) {
  const title = kind === 'room' ? t('telling.in_room', { name, room }) : name;
  const body = content.replace(/\s+/g, ' ') || `📎 ${files.join(', ')}`;
  const path = `/${kind === 'room' ? 'rooms' : 'private'}/${chat_id}?at=${seq}`;
  return { title, body, path, tag: chat_id, id, timestamp: Date.parse(date) };
}

const PLACES = {
  game_invite: () => '/notifications',
  new_tournament: ({ tournament_id }) => `/tournaments/${tournament_id}`,
  new_friend: () => '/friends',
  friend_request: () => '/friends',
  report: () => '/admin/reports',
  notification: () => '/notifications',
};

function ofNotification(t, action, data) {
  const params = { name: data.username ?? data.organizer, tournament: data.tournament_name, room: data.room, sender: data.sender };
  const key = action === 'report' && !data.room ? 'report_private' : action;
  const body = action === 'notification' ? data.message : t(`notifications.${key}`, params);
  const tag = data.report_id ?? data.invite_id ?? data.tournament_id ?? data.user_id ?? action;
  return { title: 'Salon', body, path: PLACES[action]?.(data) ?? '/notifications', tag, id: `${action} ${tag}` };
}

async function tell({ action, data, locale, unread }) {
  if (unread) await self.navigator.setAppBadge?.(unread).catch(() => {});
  const pages = await self.clients.matchAll({ type: 'window' });
  if (pages.some(({ focused }) => focused)) return; // it shows by itself there
  const t = await wordsOf(locale);
  const told = action === 'new_message' ? ofMessage(t, data) : ofNotification(t, action, data);
  const { title, body, path, tag, id, timestamp } = told;
  const shown = await self.registration.getNotifications({ tag });
  if (shown.some((one) => one.data?.id === id)) return; // a page in the background was first
  await self.registration.showNotification(title, {
    body, tag, timestamp, renotify: true, icon: '/icons/salon-192.png', badge: '/icons/badge-96.png', data: { path, id },
  });
}

self.addEventListener('push', (event) => {
  const told = event.data?.json();
  if (told) event.waitUntil(tell(told));
});

/** A page that is open goes there; without one, one is opened. */
async function lead(path) {
  const [page] = await self.clients.matchAll({ type: 'window' });
  if (!page) return self.clients.openWindow(path);
  await page.focus().catch(() => {});
  page.postMessage({ go: path });
}

/** The browser's push service has moved this browser to another address: the server is told, if somebody is signed in. */
async function subscribeAgain({ oldSubscription, newSubscription }) {
  const subscription = newSubscription ?? await self.registration.pushManager.subscribe(oldSubscription.options);
  const { endpoint, keys } = subscription.toJSON();
  const tell = (address, method, body) =>
    fetch(address, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const moved = () => tell('/api/me/push', 'PUT', { endpoint, keys });
  if ((await moved()).status === 401) {
    await self.navigator.locks.request('salon.refresh', () => tell('/api/auth/refresh', 'POST', {}));
    await moved();
  }
  if (oldSubscription) await tell('/api/me/push', 'DELETE', { endpoint: oldSubscription.endpoint });
}

self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(subscribeAgain(event)));

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.path ?? '/'));
});
