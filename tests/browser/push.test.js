// Being told while no page is open: switched on, shown by the service worker, leading to the message, taken back when it
// is read. The push service is one of the story's own; what it carries, the tests of the server read.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Salon } from './salon.js';

let salon, anna, ben, page, service, worker;
const pushed = [];

/** The browser's own service is on the internet; this one is here. */
function subscribeHere(origin) {
  const key = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
  const subscription = {
    endpoint: `${origin}/anna`,
    toJSON: () => ({ endpoint: `${origin}/anna`, keys: { p256dh: key, auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }),
    async unsubscribe() {
      localStorage.removeItem('subscribed');
      return true;
    },
  };
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new TypeError('not as browsers take it');
    localStorage.setItem('subscribed', 'yes');
    return subscription;
  };
  PushManager.prototype.getSubscription = async () => (localStorage.getItem('subscribed') ? subscription : null);
}

before(async () => {
  service = createServer((request, answer) => {
    request.resume();
    request.on('end', () => {
      pushed.push(request.url);
      answer.writeHead(201).end();
    });
  });
  await new Promise((resolve) => service.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${service.address().port}`;
  salon = await Salon.start('--push-service', origin, '--push-idle', '0');
  ben = await salon.person('ben');
  await ben.createRoom('garden');
  anna = await salon.visitor({ serviceWorkers: 'allow', permissions: ['notifications'] });
  await anna.context.addInitScript(subscribeHere, origin);
  page = anna.page;
  await anna.register('anna');
  await anna.join('garden');
  await anna.isInstalled();
  await followWorker();
});
after(async () => {
  await salon.stop();
  service.close();
});

/** The browser's own way of handing a push to a worker, without a service in between. */
async function followWorker() {
  const session = await anna.context.newCDPSession(page);
  const found = new Promise((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const own = registrations.find(({ scopeURL }) => scopeURL === `${salon.url}/`);
      if (own) resolve(own.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  const registrationId = await found;
  worker = (told) => session.send('ServiceWorker.deliverPushMessage', {
    origin: salon.url, registrationId, data: JSON.stringify(told),
  });
}

/** Asked of the worker: there may be no page. */
const shown = () => anna.context.serviceWorkers().at(-1).evaluate(async () => {
  return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
});

async function isShown(count) {
  const deadline = Date.now() + Number(process.env.SALON_PATIENCE ?? 15_000);
  for (;;) {
    const now = await shown();
    if (now.length === count) return now;
    assert.ok(Date.now() < deadline, `${JSON.stringify(now)} is shown`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function isPushed(count) {
  const deadline = Date.now() + Number(process.env.SALON_PATIENCE ?? 15_000);
  while (pushed.length < count) {
    assert.ok(Date.now() < deadline, `${pushed.length} were pushed`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const message = (chat_id, more = {}) => ({
  action: 'new_message', locale: null, unread: 3,
  data: {
    chat_id, kind: 'room', room: 'garden', id: 'm1', seq: 1, sender: 'ben', name: 'Ben', content: 'the\nroses are out',
    files: [], is_mention: false, date: '2026-01-31T09:00:00.000Z', ...more,
  },
});

test('nothing is pushed before it is switched on; switched on, it is', async () => {
  await ben.say('nobody is told');
  await anna.sees('nobody is told');
  const on = page.getByRole('switch', { name: 'When Salon is closed' });
  await anna.inSettings(async () => {
    assert.equal(await on.isChecked(), false);
    await on.check();
    await page.waitForFunction(() => localStorage.getItem('salon.push') === 'on');
    await anna.screenshot('push-settings');
  });
  await page.waitForFunction(() => localStorage.getItem('subscribed'));
  await ben.say('anna is told');
  await isPushed(1);
  assert.deepEqual(pushed, ['/anna']);
});

test('it stays so after reloading', async () => {
  await page.reload();
  await anna.isOnline();
  await anna.inSettings(async () => {
    await page.locator('#telling-push:checked').waitFor();
    await anna.isAccessible('settings with push');
  });
});

test('the server is told when it is to be quiet', async () => {
  await anna.inSettings(async () => {
    const quiet = page.waitForResponse((answer) => answer.url().endsWith('/api/me/push'));
    await page.getByRole('button', { name: 'For 1 hour' }).click();
    const { quiet_until } = (await quiet).request().postDataJSON();
    assert.ok(new Date(quiet_until) > Date.now());
    const loud = page.waitForResponse((answer) => answer.url().endsWith('/api/me/push'));
    await page.getByRole('button', { name: 'End the quiet' }).click();
    assert.equal((await loud).request().postDataJSON().quiet_until, null);
  });
});

test('what is pushed is shown, one for each conversation, in the language of its person', async () => {
  const chat_id = await anna.chatId('garden');
  await page.goto('about:blank');
  await worker(message(chat_id));
  const [one] = await isShown(1);
  assert.deepEqual(one, {
    title: 'Ben in garden', body: 'the roses are out', tag: chat_id, data: { path: `/rooms/${chat_id}?at=1`, id: 'm1' },
  });
  await worker({ ...message(chat_id, { id: 'm2', seq: 1, content: '', files: ['rose.png'] }), locale: 'fr' });
  let now = [];
  while (now[0]?.title !== 'Ben dans garden') now = await isShown(1);
  assert.equal(now[0].body, '📎 rose.png');
  await worker({ action: 'friend_request', data: { user_id: 'u1', username: 'ben' }, locale: 'en', unread: 0 });
  now = await isShown(2);
  assert.ok(now.some(({ title, body }) => title === 'Salon' && body === 'ben would like to be your friend.'));
});

test('choosing one leads to its message, in a page that is open', async () => {
  await ben.say('and the lilies'); // else all is read, and the page takes the notification away
  await ben.sees('and the lilies');
  await anna.goTo('/friends');
  await anna.context.serviceWorkers().at(-1).evaluate(async () => {
    const [notification] = (await registration.getNotifications()).filter(({ data }) => data.path.startsWith('/rooms'));
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  });
  await anna.inConversation('garden');
  await page.locator('.is-target').waitFor();
});

test('what was read is taken back', async () => {
  await anna.goTo('/rooms/garden');
  await anna.inConversation('garden');
  const now = await isShown(1);
  assert.equal(now[0].tag, 'u1');
});

test('a browser that its service moves elsewhere is pushed to there, though nobody is looking and the cookie is stale', async () => {
  await page.goto('about:blank');
  await anna.context.clearCookies({ path: '/' });
  const origin = `http://127.0.0.1:${service.address().port}`;
  await anna.context.serviceWorkers().at(-1).evaluate(async (origin) => {
    const key = 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4';
    const moved = { toJSON: () => ({ endpoint: `${origin}/anna-moved`, keys: { p256dh: key, auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }) };
    self.dispatchEvent(Object.assign(new ExtendableEvent('pushsubscriptionchange'), {
      oldSubscription: { endpoint: `${origin}/anna` }, newSubscription: moved,
    }));
  }, origin);
  for (let n = 1; !pushed.includes('/anna-moved'); n += 1) {
    const count = pushed.length;
    await ben.say(`where is she? ${n}`);
    await isPushed(count + 1);
  }
  await anna.goTo('/rooms/garden');
  await anna.inConversation('garden');
  await anna.api('DELETE', '/api/me/push', { endpoint: `${origin}/anna-moved` });
});

test('switched off, it ends', async () => {
  const count = pushed.length;
  await anna.inSettings(async () => {
    const gone = page.waitForResponse((answer) => answer.request().method() === 'DELETE' && answer.url().endsWith('/api/me/push'));
    await page.getByRole('switch', { name: 'When Salon is closed' }).uncheck();
    assert.equal((await gone).status(), 204);
  });
  await ben.say('not any more');
  await anna.sees('not any more');
  await anna.inSettings(() => page.getByRole('switch', { name: 'When Salon is closed' }).check());
  await page.waitForFunction(() => localStorage.getItem('subscribed'));
  await ben.say('and again');
  await isPushed(count + 1);
});

test('signing out ends it, and takes away what is shown', async () => {
  await page.click('#me-button');
  await page.click('.sidebar [data-do=sign-out]');
  await page.locator('#outside').waitFor();
  await isShown(0);
  await page.waitForFunction(() => !localStorage.getItem('subscribed') && !localStorage.getItem('salon.push'));
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
