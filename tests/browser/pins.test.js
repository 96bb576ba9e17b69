// Pinned messages: marked where they stand, listed where everyone finds them again, for all at once.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, cleo;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  ben = await salon.person('ben');
  await ben.createRoom('garden');
  await anna.join('garden');
  cleo = await salon.person('cleo', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await cleo.join('garden');
  await ben.say('The key is under the pot');
  await anna.say('Sowing day is **Saturday**');
  await ben.say('Bring gloves');
  for (const person of [anna, ben, cleo]) await person.sees('Bring gloves');
});
after(() => salon.stop());

const tool = (person, text, name) => person.message(text).getByRole('button', { name, exact: true });
const mark = (person, text) => person.message(text).locator('.pin-mark');

async function openList({ page }) {
  await page.getByRole('button', { name: 'Pinned messages' }).click();
  await page.locator('#dialog-pins[open]').waitFor();
}
const listed = ({ page }) => page.locator('#pins-list .message-body').allTextContents();

test('where nothing is pinned, the list says what it is for', async () => {
  await openList(ben);
  await ben.page.getByText('Nothing is pinned here yet').waitFor();
  await ben.page.keyboard.press('Escape');
  await ben.page.locator('#dialog-pins').waitFor({ state: 'hidden' });
});

test('with the mouse: a pinned message is marked for everyone', async () => {
  await ben.message('under the pot').hover();
  await tool(ben, 'under the pot', 'Pin').click();
  await mark(ben, 'under the pot').getByText('Pinned by you').waitFor();
  await mark(anna, 'under the pot').getByText('Pinned by ben').waitFor();
  await tool(ben, 'under the pot', 'Unpin').waitFor();
});

test('with a key, one’s own message; not somebody else’s, unless one runs the room', async () => {
  await anna.message('Sowing day').focus();
  await anna.page.keyboard.press('i');
  await mark(ben, 'Sowing day').getByText('Pinned by anna').waitFor();
  // anna made the first account: she administers the server; cleo is a member like any other
  await cleo.message('Bring gloves').tap();
  await cleo.message('Bring gloves').locator('.tools:visible').waitFor();
  assert.equal(await tool(cleo, 'Bring gloves', 'Pin').isVisible(), false);
});

test('in a hand: one’s own is pinned by touching it, and the list is in the menu of the room', async () => {
  const { page } = cleo;
  await cleo.say('I bring soup');
  await cleo.sees('I bring soup');
  await cleo.message('I bring soup').tap();
  await tool(cleo, 'I bring soup', 'Pin').tap();
  await mark(anna, 'I bring soup').getByText('Pinned by cleo').waitFor();
  await page.tap('#room-menu > button');
  await page.locator('#room-menu [data-do=pins]').tap();
  await page.locator('#pins-list .pinned').nth(2).waitFor();
  assert.deepEqual(await listed(cleo), ['I bring soup', 'Sowing day is Saturday', 'The key is under the pot']);
  assert.equal(await page.locator('#pins-list [data-unpin]:visible').count(), 1, 'only one’s own can be taken down');
  await page.keyboard.press('Escape');
});

test('the list follows what others do while it is open', async () => {
  await openList(anna);
  await anna.page.locator('#pins-list .pinned').nth(2).waitFor();
  assert.equal(await anna.page.locator('#pins-list strong', { hasText: 'Saturday' }).count(), 1, 'it shows as it was written');
  await ben.message('Bring gloves').focus();
  await ben.page.keyboard.press('i');
  await anna.page.locator('#pins-list .pinned', { hasText: 'Bring gloves' }).waitFor();
  const [first] = await ben.api('GET', '/api/conversations/garden/messages');
  await ben.api('PATCH', `/api/messages/${first.id}`, { content: 'The key is with anna' });
  await anna.page.locator('#pins-list .pinned', { hasText: 'with anna' }).waitFor();
  await ben.message('Bring gloves').focus();
  await ben.page.keyboard.press('Delete');
  await ben.confirm();
  await anna.page.locator('#pins-list .pinned', { hasText: 'Bring gloves' }).waitFor({ state: 'detached' });
  await anna.page.getByRole('button', { name: 'Unpin the message from cleo' }).click();
  await anna.page.locator('#pins-list .pinned', { hasText: 'soup' }).waitFor({ state: 'detached' });
  await mark(cleo, 'I bring soup').waitFor({ state: 'detached' });
});

test('an entry opens the message where it was said, however far that is', async () => {
  await anna.postMany('garden', 130);
  await anna.page.reload();
  await anna.message('message 130').waitFor();
  await openList(anna);
  await anna.page.locator('#pins-list a', { hasText: 'ben' }).click();
  await anna.page.locator('#dialog-pins').waitFor({ state: 'hidden' });
  await anna.page.waitForFunction(() => document.activeElement?.textContent.includes('The key is with anna'));
  assert.equal(new URL(anna.page.url()).pathname, '/rooms/garden');
});

test('what was pinned while one was away is there afterwards', async () => {
  await ben.page.reload();
  await ben.message('message 130').waitFor();
  ben.mayLose = true;
  await ben.context.setOffline(true);
  await ben.page.getByText('You are offline').waitFor();
  await anna.goTo('/rooms/garden');
  await anna.message('message 129').focus();
  await anna.page.keyboard.press('i');
  await mark(anna, 'message 129').waitFor();
  await ben.context.setOffline(false);
  await mark(ben, 'message 129').getByText('Pinned by anna').waitFor();
});

test('in a direct, either of the two pins what either said', async () => {
  await ben.goTo('/private/anna');
  await ben.say('My number is 12');
  await ben.sees('My number');
  await anna.goTo('/private/ben');
  await anna.message('My number').hover();
  await tool(anna, 'My number', 'Pin').click();
  await mark(ben, 'My number').getByText('Pinned by anna').waitFor();
  await openList(ben);
  await ben.page.getByRole('button', { name: 'Unpin the message from ben' }).click();
  await ben.page.getByText('Nothing is pinned here yet').waitFor();
  await mark(anna, 'My number').waitFor({ state: 'detached' });
  await tool(anna, 'My number', 'Pin').waitFor();
});

test('what cannot be pinned says so, and is not marked', async () => {
  anna.expectRefusal(409);
  const messages = await anna.api('GET', '/api/conversations/garden/messages?limit=100');
  for (const { id } of messages.slice(0, 98)) await anna.api('PUT', `/api/messages/${id}/pin`);
  await anna.goTo('/rooms/garden');
  await anna.say('One too many');
  await anna.sees('One too many');
  await anna.message('One too many').focus();
  await anna.page.keyboard.press('i');
  await anna.page.getByText('It cannot be pinned').waitFor();
  await mark(anna, 'One too many').waitFor({ state: 'detached' });
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
