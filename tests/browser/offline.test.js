// Without the server: the page opens with what was last seen, what is written waits, and nothing stays of who leaves.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;

const INSTALLED = { serviceWorkers: 'allow' };

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna', INSTALLED);
  ben = await salon.person('ben');
  await anna.createRoom('garden');
  await ben.join('garden');
  await anna.goTo('/rooms/garden');
});
after(() => salon.stop());

const once = async (person, text) => {
  await person.sees(text);
  assert.equal(await person.message(text).count(), 1, text);
};

test('reloaded without the server, the page shows the last conversation', async () => {
  await anna.isInstalled();
  await ben.say('the beans are up');
  await anna.say('so I **see**');
  await anna.sees('so I see');
  await anna.isKept('so I **see**');
  anna.mayLose = true;
  ben.mayLose = true;
  await salon.kill();
  await anna.page.reload();
  await anna.inConversation('garden');
  await anna.sees('the beans are up');
  assert.equal(await anna.message('so I see').locator('strong').count(), 1);
  await anna.sidebar('garden').waitFor();
  await anna.page.locator('#banner').waitFor();
});

test('what is written there arrives once when the server is back', async () => {
  await anna.say('written in the cellar');
  await anna.page.locator('.is-pending', { hasText: 'written in the cellar' }).waitFor();
  await anna.page.reload();
  await anna.page.locator('.is-pending', { hasText: 'written in the cellar' }).waitFor();
  await anna.screenshot('offline');
  await salon.restart();
  await anna.isOnline();
  await anna.page.locator('#banner').waitFor({ state: 'hidden' });
  await ben.isOnline();
  await once(anna, 'written in the cellar');
  await once(ben, 'written in the cellar');
  assert.equal(await anna.page.locator('.is-pending').count(), 0);
  const stored = await ben.api('GET', '/api/conversations/garden/messages');
  assert.deepEqual(stored.map(({ seq }) => seq), [1, 2, 3]);
});

test('what changed meanwhile is there then, and in conversations that were not opened as well', async () => {
  const [beans] = await ben.api('GET', '/api/conversations/garden/messages');
  await anna.goTo('/rooms/general');
  await anna.inConversation('general');
  await ben.goTo('/rooms/general');
  await ben.say('good morning');
  await anna.isKept('good morning');
  await salon.kill();
  await anna.page.reload();
  await anna.sees('good morning');
  // kept since it was last opened
  await anna.sidebar('garden').click();
  await anna.sees('the beans are up');
  await salon.restart();
  await ben.isOnline();
  await ben.api('PATCH', `/api/messages/${beans.id}`, { content: 'the peas are up' });
  await ben.api('POST', '/api/conversations/garden/messages', { content: 'and the roses' });
  await anna.isOnline();
  await once(anna, 'the peas are up');
  await once(anna, 'and the roses');
  assert.equal(await anna.message('the beans are up').count(), 0);
});

test('signing out erases what was kept', async () => {
  await anna.isKept('and the roses');
  await anna.page.click('#me-button');
  await anna.page.click('.sidebar [data-do=sign-out]');
  await anna.page.locator('#outside').waitFor();
  await anna.page.waitForFunction(() => !localStorage.getItem('salon.signed_in'));
  let left = await anna.kept();
  while (left.length) left = await anna.kept(); // it is erased as soon as the sign-in page shows, not before
  await salon.kill();
  await anna.page.reload();
  assert.equal(await anna.page.locator('#rows .message').count(), 0);
  await salon.restart();
});

test('a session that was ended elsewhere leaves nothing either', async () => {
  await anna.page.goto('/login');
  await anna.signIn();
  await anna.isOnline();
  await anna.goTo('/rooms/garden');
  await anna.isKept('and the roses');
  await salon.kill();
  await anna.page.reload();
  await anna.sees('and the roses');
  await salon.restart();
  const elsewhere = await salon.visitor();
  await elsewhere.page.goto('/login');
  await elsewhere.signIn('anna');
  await elsewhere.isOnline();
  anna.expectRefusal(401);
  const sessions = await elsewhere.api('GET', '/api/me/sessions');
  for (const { id, current } of sessions) if (!current) await elsewhere.api('DELETE', `/api/me/sessions/${id}`);
  await anna.page.locator('#outside').waitFor();
  let left = await anna.kept();
  while (left.length) left = await anna.kept();
});

test('where there is no service worker, nothing is kept', async () => {
  assert.deepEqual(await ben.kept(), []);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
