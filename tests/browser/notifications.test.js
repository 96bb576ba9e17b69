// What happened while one looked elsewhere: counted at the bell, listed with what it is about, read where it leads.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  ben = await salon.person('ben');
  await ben.join('garden');
});
after(() => salon.stop());

const entry = ({ page }, words) => page.locator('#notifications li', { hasText: words });

test('a mention is counted, listed, and read by going there', async () => {
  await ben.goTo('/notifications');
  await ben.page.getByText('Nothing has happened yet').waitFor();
  await anna.goTo('/rooms/garden');
  await anna.say('Look at the roses, @ben!');
  assert.equal(await anna.page.locator('.message .mention').innerText(), '@ben');
  await ben.bell(1);
  assert.match(await ben.page.locator('.sidebar .bell').getAttribute('aria-label'), /^1 unread/);
  await entry(ben, 'anna mentioned you.').click();
  await ben.page.waitForURL('**/rooms/garden');
  await ben.page.locator('.message .mention').waitFor();
  await ben.bell(0);
});

test('everyone in a room is called by @room, but who wants to hear of nothing', async () => {
  await ben.goTo('/friends');
  await anna.say('@room tea is ready');
  await ben.bell(1);
  await ben.api('PATCH', '/api/conversations/garden/notify', { notify: 'none' });
  await ben.goTo('/rooms/garden');
  await ben.bell(0);
  await ben.goTo('/friends');
  await anna.say('@room cake too');
  await anna.say('and @ben');
  await anna.act('ben', 'Add as a friend');
  await ben.bell(1);
});

test('all are read at once, on every device', async () => {
  const other = await ben.openPage('/friends');
  await ben.isOnline(other);
  await ben.bell(1, other);
  await ben.goTo('/notifications');
  await entry(ben, 'anna would like to be your friend.').waitFor();
  await ben.page.getByRole('button', { name: 'Mark all as read' }).click();
  await ben.page.getByText('Everything is read.').waitFor();
  for (const page of [ben.page, other]) await ben.bell(0, page);
  await ben.page.reload();
  await ben.bell(0);
  assert.equal(await ben.page.locator('#notifications .unread').count(), 0);
  await other.close();
});

test('a private message counts on the page, though not at the bell', async () => {
  await anna.goTo('/private/ben');
  await anna.say('psst');
  await anna.sees('psst');
  await ben.goTo('/notifications');
  await entry(ben, 'anna wrote to you.').waitFor();
  assert.equal(await ben.page.locator('#notifications-unread').innerText(), '1 unread notification');
  await ben.bell(0);
  await ben.page.getByRole('button', { name: 'Mark all as read' }).click();
  await ben.page.getByText('Everything is read.').waitFor();
  assert.equal(await ben.page.locator('#notifications .unread').count(), 0);
});

test('what came while one was offline is there on coming back', async () => {
  await ben.goTo('/friends');
  ben.mayLose = true;
  await ben.context.setOffline(true);
  await anna.goTo('/tournaments');
  await anna.page.getByLabel('Name of a new tournament').fill('Cup');
  await anna.page.getByRole('button', { name: 'Create', exact: true }).click();
  await anna.page.locator('#tournaments li', { hasText: 'Cup' }).waitFor();
  await ben.context.setOffline(false);
  await ben.bell(1);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
