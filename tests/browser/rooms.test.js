// Rooms: public and private, changed, left and deleted, and what others see of it.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { PASSWORD, Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  ben = await salon.person('ben');
});
after(() => salon.stop());

test('a private room is seen only by those who were added', async () => {
  await anna.createRoom('attic', { is_private: true });
  await ben.page.click('.sidebar [data-do=discover]');
  await ben.page.locator('#discover-list', { hasText: 'general' }).waitFor();
  assert.equal(await ben.page.locator('#discover-list', { hasText: 'attic' }).count(), 0);
  await ben.page.keyboard.press('Escape');

  ben.expectRefusal(404);
  await ben.goTo('/rooms/attic');
  await ben.page.getByText('There is no such room').waitFor();

  await anna.page.click('#people-add');
  await anna.page.fill('#dialog-add_member [name=username]', 'be');
  await anna.page.click('#dialog-add_member .person[data-username=ben]');
  await ben.sidebar('attic').click();
  await ben.inConversation('attic');
});

test('a name that is taken, and one that cannot be, are said beside the field', async () => {
  anna.expectRefusal(409, 422);
  await anna.page.goto('/create_room');
  await anna.page.fill('#pane-create_room [name=name]', 'attic');
  await anna.page.click('#pane-create_room [type=submit]');
  await anna.page.locator('#pane-create_room').getByText(/already a room of that name|cannot be used/).first().waitFor();
  await anna.page.fill('#pane-create_room [name=name]', 'a/b');
  await anna.page.click('#pane-create_room [type=submit]');
  await anna.page.getByText('This name cannot be used for a room.').waitFor();
});

test('a room that is renamed takes its address along, for everyone in it', async () => {
  await anna.goTo('/rooms/attic');
  await anna.inConversation('attic');
  await anna.page.click('#room-menu button');
  await anna.page.click('[data-do=room-settings]');
  await anna.page.fill('#dialog-room_settings [name=name]', 'loft');
  await anna.page.fill('#dialog-room_settings [name=topic]', 'Old things');
  await anna.page.click('#dialog-room_settings [type=submit]');
  for (const { page } of [anna, ben]) {
    await page.waitForFunction(() => document.querySelector('#middle-name').textContent === 'loft');
    await page.waitForURL('**/rooms/loft');
    assert.equal(await page.locator('#middle-topic').textContent(), 'Old things');
  }
});

test('only who may change a room is offered it', async () => {
  await ben.page.click('#room-menu button');
  await ben.page.locator('[data-do=leave-room]').waitFor();
  assert.equal(await ben.page.locator('[data-do=room-settings]').isVisible(), false);
  await ben.page.keyboard.press('Escape');
});

test('whoever is removed sees the room go', async () => {
  await ben.page.focus('#composer-text');
  await anna.page.locator('#members .member', { hasText: 'ben' }).hover();
  await anna.page.getByRole('button', { name: 'Remove ben from the room' }).click();
  await anna.page.click('#confirm-yes');
  await ben.page.getByText('You are no longer in loft.').waitFor();
  await ben.page.waitForFunction(() => document.querySelector('#middle-name').textContent !== 'loft');
  assert.equal(await ben.page.evaluate(() => document.activeElement.id), 'main');
  assert.equal(await ben.sidebar('loft').count(), 0);
});

test('a room can be left and joined again', async () => {
  await anna.createRoom('porch');
  await ben.join('porch');
  await ben.page.click('#room-menu button');
  await ben.page.click('[data-do=leave-room]');
  await ben.page.click('#confirm-yes');
  await ben.sidebar('porch').waitFor({ state: 'detached' });
  await ben.join('porch');
});

test('deleting a room asks first, and takes it from everyone', async () => {
  await anna.page.click('#room-menu button');
  await anna.page.click('[data-do=room-settings]');
  await anna.page.click('#delete-room');
  await anna.page.getByRole('heading', { name: 'Delete porch?' }).waitFor();
  await anna.page.click('#confirm-yes');
  for (const person of [anna, ben]) await person.sidebar('porch').waitFor({ state: 'detached' });
});

test('a room may have any name that people give it', async () => {
  const name = 'Été à la plage & #1? 100%.js';
  await anna.createRoom(name);
  await anna.page.reload();
  await anna.inConversation(name);
  await anna.say('here');
  await anna.sees('here');
  await ben.join(name);
  await ben.sees('here');
});

test('many who come at once are asked for together, and who comes back is known', async () => {
  await anna.goTo('/rooms/general');
  await anna.page.locator('#members .member', { hasText: 'ben' }).waitFor();
  let asked = 0;
  await anna.page.route('**/members?*', (route) => {
    asked += 1;
    return route.continue();
  });
  await Promise.all(Array.from({ length: 20 }, (_, n) => {
    const body = JSON.stringify({ username: `guest${n}`, password: PASSWORD });
    return fetch(`${salon.url}/api/auth/register`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  }));
  await anna.page.waitForFunction(() => document.querySelectorAll('#members .member').length === 22);
  await ben.api('POST', '/api/conversations/general/leave');
  await anna.page.locator('#members .member', { hasText: 'ben' }).waitFor({ state: 'detached' });
  await ben.api('POST', '/api/conversations/general/join');
  await anna.page.locator('#members .member', { hasText: 'ben' }).waitFor();
  assert.ok(asked < 15, `${asked} requests`);
  await anna.page.unroute('**/members?*');
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
