// The service worker: lets the page open without the server, and shows what is pushed while no page is open. One
// version of the client's files and no call of the server's API is kept here: what people said and sent is not. A newer
// version comes in beside it and takes its place when all pages of this one are closed, or when somebody says so.

/** Where this version's files are, and which there are; the server fills both in. */
const SHELL = "/~/";
const FILES = [/* files */];

const CACHE = `salon ${SHELL}`;
const LOCALES = ['en', 'fr'];

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
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function kept(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, SAME)) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(keepShell()));
self.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && isPage(url)) event.respondWith(kept('/'));
  else if (url.pathname.startsWith(SHELL)) event.respondWith(kept(request));
});

self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
  if (event.data === 'claim') event.waitUntil(self.clients.claim());
});

/** The words of the interface, in the language of who is told or else of the browser. */
async function wordsOf(locale) {
  const own = self.navigator.languages.map((language) => language.slice(0, 2)).find((it) => LOCALES.includes(it));
  const words = await (await kept(`${SHELL}i18n/${LOCALES.includes(locale) ? locale : own ?? 'en'}.json`)).json();
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

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.path ?? '/'));
});
