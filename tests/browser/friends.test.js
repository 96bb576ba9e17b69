// Asking someone to be a friend, and what comes of it, on both sides as it happens.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { PASSWORD, Salon } from './salon.js';

let salon, anna, ben, cleo;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  ben = await salon.person('ben');
  cleo = await salon.person('cleo');
  await ben.join('garden');
});
after(() => salon.stop());

const rowOf = ({ page }, list, name) => page.locator(`#friends-${list} li`, { hasText: name });
const badgeOf = ({ page }) => page.locator('#friends-badge');

test('one is asked from one’s card in a room, and hears of it at once', async () => {
  await anna.goTo('/rooms/garden');
  await ben.goTo('/friends');
  await ben.page.getByText('No friends here yet').waitFor();
  await anna.page.click('#members .person[data-username=ben]');
  const card = anna.page.locator('#dialog-person');
  await card.getByRole('button', { name: 'Add as a friend ben' }).click();
  await card.getByText('You asked ben to be friends').waitFor();
  await rowOf(ben, 'incoming', 'anna').waitFor();
  assert.match(await badgeOf(ben).innerText(), /^1\s+Requests to you$/);
  await ben.bell(1);
});

test('who asked can take it back', async () => {
  await anna.page.locator('#dialog-person').getByRole('button', { name: 'Withdraw the request ben' }).click();
  await rowOf(ben, 'incoming', 'anna').waitFor({ state: 'detached' });
  await badgeOf(ben).waitFor({ state: 'hidden' });
  await anna.page.locator('#dialog-person').getByRole('button', { name: 'Add as a friend ben' }).waitFor();
});

test('who is asked can refuse', async () => {
  await anna.act('ben', 'Add as a friend');
  await anna.goTo('/friends');
  await rowOf(anna, 'outgoing', 'ben').waitFor();
  await rowOf(ben, 'incoming', 'anna').getByRole('button', { name: 'Refuse anna' }).click();
  await rowOf(ben, 'incoming', 'anna').waitFor({ state: 'detached' });
  await rowOf(anna, 'outgoing', 'ben').waitFor({ state: 'detached' });
});

test('who is asked can accept, and both are friends', async () => {
  await anna.act('ben', 'Add as a friend');
  await anna.goTo('/friends');
  await rowOf(ben, 'incoming', 'anna').getByRole('button', { name: 'Accept anna' }).click();
  await rowOf(ben, 'friends', 'anna').getByText('online').waitFor();
  await rowOf(anna, 'friends', 'ben').getByText('online').waitFor();
  await anna.bell(1);
});

test('two who ask each other are friends', async () => {
  await ben.act('cleo', 'Add as a friend');
  await cleo.page.reload();
  await badgeOf(cleo).waitFor();
  await cleo.act('ben', 'Accept');
  await cleo.page.locator('#dialog-person').getByText('are friends').waitFor();
  await ben.goTo('/friends');
  await rowOf(ben, 'friends', 'cleo').waitFor();
});

test('someone is found by name and asked', async () => {
  await anna.goTo('/friends');
  await anna.page.getByRole('button', { name: 'Add a friend' }).click();
  await anna.page.fill('#dialog-add_friend [name=username]', 'cle');
  await anna.page.locator('#dialog-add_friend .person', { hasText: 'cleo' }).click();
  await rowOf(anna, 'outgoing', 'cleo').waitFor();
});

test('a name that nobody has is refused in the form', async () => {
  anna.expectRefusal(404);
  await anna.page.getByRole('button', { name: 'Add a friend' }).click();
  await anna.page.fill('#dialog-add_friend [name=username]', 'nobody.at.all');
  await anna.page.press('#dialog-add_friend [name=username]', 'Enter');
  await anna.page.locator('#dialog-add_friend .form-error:not([hidden])').waitFor();
  await anna.page.click('#dialog-add_friend [data-close]');
});

test('everyone is listed, and those who are online by themselves', async () => {
  await anna.page.getByRole('link', { name: 'Everyone' }).click();
  const rows = anna.page.locator('#everyone-list li');
  await rows.filter({ hasText: 'cleo' }).waitFor();
  assert.equal(await rows.count(), 2);
  await anna.page.locator('#everyone-online').check();
  await rows.filter({ hasText: 'ben' }).waitFor();
  await cleo.context.close();
  await rows.filter({ hasText: 'cleo' }).waitFor({ state: 'detached' });
  assert.deepEqual(await rows.locator('.person-name').allTextContents(), ['ben']);
});

test('what happened while one was away is there when one is back', async () => {
  await anna.goTo('/friends');
  await rowOf(anna, 'friends', 'ben').waitFor();
  anna.mayLose = true;
  await anna.context.setOffline(true);
  await anna.page.getByText('You are offline').waitFor();
  await ben.act('anna', 'End the friendship');
  await ben.confirm();
  await ben.page.locator('#dialog-person').getByRole('button', { name: 'Add as a friend anna' }).click();
  await ben.page.locator('#dialog-person').getByText('You asked anna to be friends').waitFor();
  await anna.context.setOffline(false);
  await rowOf(anna, 'incoming', 'ben').waitFor();
  await rowOf(anna, 'friends', 'ben').waitFor({ state: 'detached' });
  await anna.page.reload();
  await rowOf(anna, 'incoming', 'ben').waitFor();
});

test('of more than a hundred everyone can be seen, and who shows has their name', async () => {
  for (let n = 0; n < 110; n += 1) {
    const body = JSON.stringify({ username: `guest${n}`, password: PASSWORD, display_name: `Guest No ${n}` });
    await fetch(`${salon.url}/api/auth/register`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  }
  await anna.api('POST', '/api/conversations', { username: 'guest99' });
  await anna.goTo('/friends?everyone');
  await anna.sidebar('Guest No 99').waitFor();
  const rows = anna.page.locator('#everyone-list li');
  await rows.nth(98).waitFor();
  const more = anna.page.getByRole('button', { name: 'Show more' });
  await more.click();
  await rows.nth(111).waitFor(); // with ben and cleo, without oneself
  await more.waitFor({ state: 'hidden' });
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
