// Liking what others said: the heart, its count, and who it was.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, cleo;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  [ben, cleo] = [await salon.person('ben'), await salon.person('cleo')];
  for (const person of [ben, cleo]) await person.join('garden');
  await anna.say('The first beans are up');
  for (const person of [anna, ben, cleo]) await person.sees('The first beans');
});
after(() => salon.stop());

const likeOf = (person, page) => person.message('The first beans', page).locator('.like');
const shows = (person, count, page) => likeOf(person, page).filter({ hasText: new RegExp(`^${count}$`) }).waitFor();

test('a like is counted at once, for everyone', async () => {
  await ben.message('The first beans').hover();
  await likeOf(ben).click();
  assert.equal(await likeOf(ben).getAttribute('aria-pressed'), 'true');
  for (const person of [anna, ben, cleo]) await shows(person, 1);
  assert.equal(await likeOf(cleo).getAttribute('aria-pressed'), 'false');
});

test('the author sees who likes it, and cannot like it', async () => {
  assert.equal(await likeOf(anna).evaluate((element) => element.tagName), 'SPAN');
  assert.equal(await likeOf(anna).getAttribute('aria-label'), 'Liked by ben');
  anna.expectRefusal(403);
  const [message] = await anna.api('GET', '/api/conversations/garden/messages');
  assert.equal((await anna.api('PUT', `/api/messages/${message.id}/reactions/like`)).error.code, 'forbidden');
  await anna.message('The first beans').focus();
  await anna.page.keyboard.press('h');
  await shows(anna, 1);
});

test('the key does what the button does', async () => {
  await cleo.message('The first beans').focus();
  await cleo.page.keyboard.press('h');
  for (const person of [anna, ben, cleo]) await shows(person, 2);
  await anna.page.locator('.like[aria-label="Liked by ben and cleo"]').waitFor();
});

test('a first like moves nothing', async () => {
  const boxOf = async () => anna.message('one more').locator('.message-body').boundingBox();
  await anna.say('one more');
  await anna.sees('one more');
  await ben.sees('one more');
  const before = await boxOf();
  await ben.message('one more').hover();
  await ben.message('one more').locator('.like').click();
  await anna.message('one more').locator('.like', { hasText: '1' }).waitFor();
  assert.deepEqual(await boxOf(), before);
});

test('it stays through an edit, and when everything is loaded again', async () => {
  const [message] = await anna.api('GET', '/api/conversations/garden/messages');
  await anna.api('PATCH', `/api/messages/${message.id}`, { content: 'The first beans are up!' });
  await ben.sees('are up!');
  await shows(ben, 2);
  assert.equal(await likeOf(ben).getAttribute('aria-pressed'), 'true');
  await ben.page.reload();
  await shows(ben, 2);
  assert.equal(await likeOf(ben).getAttribute('aria-pressed'), 'true');
});

test('taking it back reaches everyone, also who was away', async () => {
  cleo.mayLose = true;
  await cleo.context.setOffline(true);
  await cleo.page.getByText('You are offline').waitFor();
  await ben.message('The first beans').hover();
  await likeOf(ben).click();
  await shows(anna, 1);
  await cleo.context.setOffline(false);
  await shows(cleo, 1);
  assert.equal(await likeOf(cleo).getAttribute('aria-pressed'), 'true');
  await anna.page.locator('.like[aria-label="Liked by cleo"]').waitFor();
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
