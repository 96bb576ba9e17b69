// Blocking someone: what it does is said before, what it does is done at once, and it can be undone.

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
  await ben.say('said before');
  await cleo.say('by cleo');
  await anna.goTo('/private/ben');
  await anna.inConversation('ben');
  await anna.say('hello ben');
  await anna.sees('hello ben');
  await ben.api('PUT', '/api/users/anna/friend');
  await anna.api('PUT', '/api/users/ben/friend');
});
after(() => salon.stop());

const avatarOf = ({ page }, name) => page.locator('.sidebar .side-link', { hasText: name }).locator('.avatar');

test('what a block does is explained before it is done', async () => {
  await anna.goTo('/rooms/garden');
  await anna.sees('said before');
  await anna.sees('by cleo');
  await ben.goTo('/private/anna');
  await ben.inConversation('anna');
  await anna.page.click('#members .person[data-username=ben]');
  await anna.page.locator('#dialog-person').getByRole('button', { name: 'Block ben' }).click();
  const confirm = anna.page.locator('#dialog-confirm');
  await confirm.getByRole('heading', { name: 'Block ben?' }).waitFor();
  for (const part of ['write to', 'friendship ends', 'In rooms you no longer see', 'is not told', 'unblock at any time']) {
    assert.ok((await confirm.innerText()).includes(part), part);
  }
  await confirm.getByRole('button', { name: 'Cancel' }).click();
  await anna.page.locator('#dialog-person').getByRole('button', { name: 'Block ben' }).waitFor();
});

test('a block silences the other in rooms, without reloading', async () => {
  await anna.page.locator('#dialog-person').getByRole('button', { name: 'Block ben' }).click();
  await anna.confirm();
  await anna.page.locator('#dialog-person').getByText('You have blocked ben').waitFor();
  await anna.page.locator('#dialog-person [data-close]').click();
  await anna.message('said before').waitFor({ state: 'detached' });
  await anna.sees('by cleo');
  await cleo.goTo('/rooms/garden');
  await ben.goTo('/rooms/garden');
  await ben.say('said while blocked');
  await cleo.sees('said while blocked');
  await cleo.say('do you hear him?');
  await anna.sees('do you hear him?');
  assert.equal(await anna.message('said while blocked').count(), 0);
  await anna.page.reload();
  await anna.sees('do you hear him?');
  assert.equal(await anna.message('said').count(), 0);
});

test('each shows the other as offline, and the friendship is over', async () => {
  await avatarOf(anna, 'ben').and(anna.page.locator('[data-presence=offline]')).waitFor();
  await avatarOf(ben, 'anna').and(ben.page.locator('[data-presence=offline]')).waitFor();
  assert.deepEqual((await ben.api('GET', '/api/me/friends')).friends, []);
});

test('in private a notice stands where one would write, also after reloading', async () => {
  await anna.goTo('/private/ben');
  await anna.sees('hello ben');
  await anna.page.getByText('You have blocked ben: neither of you can write here.').waitFor();
  assert.equal(await anna.page.locator('#composer').isVisible(), false);
});

test('who is blocked is not told; what they write is not taken', async () => {
  await ben.goTo('/private/anna');
  await ben.inConversation('anna');
  await ben.say('can you read this?');
  await ben.page.locator('.is-failed', { hasText: 'can you read this?' }).waitFor();
  await ben.page.locator('.is-failed').getByRole('button', { name: 'Discard' }).click();
  await ben.say('or that?');
  await ben.page.locator('.is-failed', { hasText: 'or that?' }).waitFor();
  assert.doesNotMatch(await ben.page.innerText('body'), /blocked/);
});

test('the settings list who is blocked, and lead out of it', async () => {
  await anna.page.click('#me-button');
  await anna.page.click('.sidebar [data-do=settings]');
  const row = anna.page.locator('#blocks li', { hasText: 'ben' });
  await row.getByRole('button', { name: 'Unblock ben' }).click();
  await anna.page.locator('#dialog-confirm').getByRole('button', { name: 'Cancel' }).click();
  await row.waitFor();
  await anna.page.locator('#dialog-settings [data-close]').click();
});

test('an unblock brings back the composer, presence and what was said in rooms', async () => {
  await anna.page.locator('#composer-blocked').getByRole('button', { name: 'Unblock' }).click();
  await anna.confirm();
  await anna.page.locator('#composer').waitFor();
  await ben.page.locator('.is-failed').getByRole('button', { name: 'Retry' }).click();
  await anna.sees('or that?');
  await avatarOf(anna, 'ben').and(anna.page.locator('[data-presence=online]')).waitFor();
  await avatarOf(ben, 'anna').and(ben.page.locator('[data-presence=online]')).waitFor();
  await anna.say('I am back');
  await ben.sees('I am back');
  await ben.say('welcome');
  await anna.sees('welcome');
  await anna.goTo('/rooms/garden');
  await anna.sees('said before');
  await anna.sees('said while blocked');
});

test('another tab follows', async () => {
  const tab = await anna.openPage('/private/ben');
  await tab.locator('#composer').waitFor();
  await anna.act('ben', 'Block');
  await anna.confirm();
  await tab.locator('#composer-blocked').waitFor();
  await anna.page.locator('#dialog-person').getByRole('button', { name: 'Unblock ben' }).click();
  await anna.confirm();
  await tab.locator('#composer').waitFor();
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
