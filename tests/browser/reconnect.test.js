// The connection goes and comes back: nothing is lost, nothing is said twice.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { emptyState } from '../../assets/app/state/empty.js';
import { reduce } from '../../assets/app/state/reduce.js';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  ben = await salon.person('ben');
  await ben.join('garden');
  for (const person of [anna, ben]) person.mayLose = true;
});
after(() => salon.stop());

const once = async (person, text) => {
  await person.sees(text);
  assert.equal((await person.texts()).filter((other) => other === text).length, 1, `${person.name} sees "${text}" once`);
};

test('a server that is killed and started again is found by itself; what was typed meanwhile is sent, once', async () => {
  await anna.say('before');
  await ben.sees('before');
  await salon.kill();
  await anna.page.locator('#banner').waitFor();
  await anna.say('typed while away');
  await anna.page.locator('.is-pending', { hasText: 'typed while away' }).waitFor();
  await ben.say('me too');
  await salon.restart();
  for (const person of [anna, ben]) {
    await person.isOnline();
    await person.page.locator('#banner').waitFor({ state: 'hidden' });
    await once(person, 'before');
    await once(person, 'typed while away');
    await once(person, 'me too');
    assert.equal(await person.page.locator('.is-pending').count(), 0);
  }
  const stored = await anna.api('GET', '/api/conversations/garden/messages');
  assert.deepEqual(stored.map(({ seq }) => seq), [1, 2, 3]);
});

test('whoever was offline catches up with messages, edits and deletions', async () => {
  await ben.say('to be edited');
  await ben.say('to be deleted');
  await anna.sees('to be deleted');
  await anna.context.setOffline(true);
  await anna.page.getByText('You are offline').waitFor();

  const [edit, gone] = (await ben.api('GET', '/api/conversations/garden/messages')).slice(-2);
  await ben.api('PATCH', `/api/messages/${edit.id}`, { content: 'was edited' });
  await ben.api('DELETE', `/api/messages/${gone.id}`);
  await ben.say('while you were out');
  await ben.sees('while you were out');
  await anna.say('written offline');

  await anna.context.setOffline(false);
  await once(anna, 'while you were out');
  await anna.message('was edited').waitFor();
  await anna.page.locator('.is-deleted').waitFor();
  assert.equal(await anna.message('to be').count(), 0);
  await once(anna, 'written offline');
  await once(ben, 'written offline');
});

test('a renewal of the session that is never answered keeps nobody away', async () => {
  await anna.page.evaluate(() => localStorage.setItem('salon.refreshed_at', '0'));
  let first = true;
  await anna.page.route('**/api/auth/refresh', (route) => {
    if (!first) return route.continue();
    first = false;
  });
  await anna.context.setOffline(true);
  await anna.page.getByText('You are offline').waitFor();
  await anna.context.setOffline(false);
  await anna.isOnline();
  await anna.say('here again');
  await once(ben, 'here again');
  await anna.page.unroute('**/api/auth/refresh');
});

test('a message that could not be sent survives a reload', async () => {
  await anna.context.setOffline(true);
  await anna.page.getByText('You are offline').waitFor();
  await anna.say('kept in the browser');
  await anna.page.locator('.is-pending', { hasText: 'kept in the browser' }).waitFor();
  await anna.page.close();
  await anna.context.setOffline(false);
  anna.page = await anna.openPage('/rooms/garden');
  await once(anna, 'kept in the browser');
  await once(ben, 'kept in the browser');
});

test('what waits for a room that one is no longer in is not sent, and its words are kept', async () => {
  await anna.createRoom('pond');
  await ben.join('pond');
  await anna.context.setOffline(true);
  await anna.page.getByText('You are offline').waitFor();
  await anna.say('first try');
  await anna.say('second thoughts');

  // Meanwhile, in another browser, the same person leaves the room.
  const elsewhere = await salon.visitor();
  await elsewhere.page.goto('/login');
  await elsewhere.signIn('anna');
  await elsewhere.isOnline();
  await elsewhere.api('POST', '/api/conversations/pond/leave');
  await anna.context.setOffline(false);
  await anna.sidebar('pond').waitFor({ state: 'detached' });
  await anna.page.getByText('You are no longer in pond.').waitFor();
  assert.deepEqual(await ben.api('GET', '/api/conversations/pond/messages'), []);

  await anna.join('pond');
  assert.equal(await anna.page.locator('.is-failed, .is-pending').count(), 0);
  assert.equal(await anna.page.inputValue('#composer-text'), 'first try\nsecond thoughts');
});

test('messages that cannot be had are asked for again, and what one writes shows meanwhile', async () => {
  anna.expectRefusal(500);
  await anna.goTo('/notifications');
  await anna.page.route('**/messages?*', (route) => route.fulfill({ status: 500, body: '' }));
  await anna.sidebar('garden').click();
  const again = anna.page.locator('#rows').getByRole('button', { name: 'Try now' });
  await again.waitFor();
  await anna.say('into the void');
  await anna.sees('into the void');
  await anna.page.unroute('**/messages?*');
  await again.click();
  await once(anna, 'before');
  await once(anna, 'into the void');
  assert.equal(await again.count(), 0);
});

test('what the browser has no room for waits in the page', async () => {
  await ben.goTo('/rooms/garden');
  await anna.goTo('/rooms/garden');
  await anna.page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await anna.context.setOffline(true);
  await anna.page.getByText('You are offline').waitFor();
  await anna.say('in a full browser');
  await anna.page.locator('.is-pending', { hasText: 'in a full browser' }).waitFor();
  await anna.context.setOffline(false);
  await once(ben, 'in a full browser');
  await anna.page.locator('.is-pending').waitFor({ state: 'detached' });
});

test('a server that was put back to an older copy is followed from there', () => {
  const resumed = (complete) => reduce({ ...emptyState(), cursor: 9 }, { frame: 'resumed', data: { cursor: 4, complete } });
  assert.equal(resumed(false).cursor, 4);
  assert.equal(resumed(true).cursor, 9);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
