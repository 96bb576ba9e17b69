// What one wants to be told of, conversation by conversation: everything, mentions alone, or nothing.

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

const title = ({ page }, words) => page.waitForFunction((words) => document.title === words, words);
const badge = (person, name, page) => person.sidebar(name, page).locator('.badge-count');
const isLoud = (person, name) => person.sidebar(name).evaluate((it) => it.classList.contains('unread'));

/** Through the menu over the conversation. */
async function tellMe({ page }, choice) {
  await page.click('#room-menu > button');
  const item = page.locator('#room-menu .dropdown-item', { hasText: choice });
  await item.click();
  await item.and(page.locator('[aria-pressed=true]')).waitFor({ state: 'attached' });
}

test('a room that one wants to hear nothing of shows it, and counts quietly', async () => {
  await tellMe(anna, 'Nothing');
  await anna.sidebar('garden').getByRole('img', { name: 'Muted' }).waitFor();
  await anna.goTo('/rooms/general');
  await ben.say('the beans are up');
  await badge(anna, 'garden').getByText('1 unread message').waitFor();
  assert.equal(await isLoud(anna, 'garden'), false);
  await ben.say('@anna, look');
  await badge(anna, 'garden').getByText('2 unread messages').waitFor();
  await title(anna, 'general – Salon');
  assert.doesNotMatch(await anna.page.locator('link[rel=icon]').getAttribute('href'), /unread/);
});

test('with mentions only, a mention is counted and the rest is quiet', async () => {
  await anna.goTo('/rooms/garden');
  await tellMe(anna, 'Mentions only');
  await anna.sidebar('garden').getByRole('img', { name: 'Only mentions are told' }).waitFor();
  await anna.goTo('/rooms/general');
  await ben.say('and the peas');
  await badge(anna, 'garden').getByText('1 unread message').waitFor();
  assert.equal(await isLoud(anna, 'garden'), false);
  await ben.say('@anna come and see');
  await badge(anna, 'garden').getByText('@1').waitFor();
  await badge(anna, 'garden').getByText('1 mention, 2 unread messages').waitFor();
  await title(anna, '(1) general – Salon');
  assert.equal(await isLoud(anna, 'garden'), true);
});

test('all this is so after reloading too, until it is read', async () => {
  await anna.page.reload();
  await anna.isOnline();
  await badge(anna, 'garden').getByText('@1').waitFor();
  await title(anna, '(1) general – Salon');
  await anna.sidebar('garden').click();
  await title(anna, 'garden – Salon');
  await badge(anna, 'garden').waitFor({ state: 'hidden' });
});

test('everyone who is called by @room is called', async () => {
  await anna.goTo('/rooms/general');
  await ben.say('@room tea is ready');
  await badge(anna, 'garden').getByText('@1').waitFor();
});

test('the choice is made by keyboard, and the other tabs know it', async () => {
  const other = await anna.openPage('/rooms/general');
  await anna.isOnline(other);
  await anna.goTo('/rooms/garden');
  await anna.inConversation('garden');
  await anna.page.locator('#room-menu > button').focus();
  await anna.page.keyboard.press('Enter');
  const every = anna.page.locator('[data-notify=all]');
  while (!(await every.evaluate((it) => it === document.activeElement))) await anna.page.keyboard.press('ArrowDown');
  await anna.page.keyboard.press('Enter');
  for (const page of [anna.page, other]) await anna.sidebar('garden', page).locator('.side-notify').waitFor({ state: 'hidden' });
  await other.close();
});

test('of a direct one hears all or nothing', async () => {
  await anna.goTo('/private/ben');
  await anna.inConversation('ben');
  await anna.page.click('#room-menu > button');
  assert.deepEqual(await anna.page.locator('#room-menu .dropdown-item:visible').allInnerTexts(), ['Every message', 'Nothing']);
  await anna.page.keyboard.press('Escape');
  await tellMe(anna, 'Nothing');
  await anna.goTo('/rooms/general');
  await ben.goTo('/private/anna');
  await ben.inConversation('anna');
  await ben.say('psst');
  await badge(anna, 'ben').getByText('1 unread message').waitFor();
  await title(anna, 'general – Salon');
  await anna.bell(0);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
