// Saying something with an emoji, and calling someone by name: by mouse and by keyboard.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  ben = await salon.person('ben.miller');
  await ben.join('garden');
  await anna.say('The roses are out');
  await ben.sees('The roses are out');
});
after(() => salon.stop());

const reaction = (person, emoji) => person.message('The roses are out').locator('.reactions button', { hasText: emoji });

test('a reaction is chosen by keyboard, and everyone sees it at once', async () => {
  await ben.message('The roses are out').focus();
  await ben.page.keyboard.press('r');
  await ben.page.locator('.reaction-menu button').first().waitFor();
  await ben.page.keyboard.press('ArrowRight');
  await ben.page.keyboard.press('ArrowRight');
  await ben.page.keyboard.press('Enter');
  for (const person of [anna, ben]) await reaction(person, '🎉').getByText('1').waitFor();
  assert.equal(await reaction(ben, '🎉').getAttribute('aria-pressed'), 'true');
  assert.equal(await reaction(anna, '🎉').getAttribute('aria-pressed'), 'false');
  assert.equal(await reaction(anna, '🎉').getAttribute('title'), 'ben.miller');
});

test('pressing one that is there adds one’s own, and pressing again takes it back', async () => {
  await reaction(anna, '🎉').click();
  await reaction(ben, '🎉').getByText('2').waitFor();
  await anna.page.reload();
  await reaction(anna, '🎉').getByText('2').waitFor();
  await reaction(anna, '🎉').click();
  await reaction(ben, '🎉').getByText('1').waitFor();
  await reaction(ben, '🎉').click();
  for (const person of [anna, ben]) await reaction(person, '🎉').waitFor({ state: 'detached' });
});

test('the menu goes by Escape and gives the focus back', async () => {
  await ben.message('The roses are out').focus();
  await ben.page.keyboard.press('r');
  await ben.page.locator('.reaction-menu').waitFor();
  await ben.page.keyboard.press('Escape');
  await ben.page.locator('.reaction-menu').waitFor({ state: 'detached' });
  assert.equal(await ben.page.evaluate(() => document.activeElement.matches('.message')), true);
});

test('a name is completed after @ while it is typed, without sending', async () => {
  const text = anna.page.locator('#composer-text');
  await text.fill('');
  await text.pressSequentially('Look, @be');
  const option = anna.page.locator('#completion [role=option]');
  await option.getByText('@ben.miller').waitFor();
  assert.equal(await option.count(), 1);
  await text.press('Enter');
  assert.equal(await text.inputValue(), 'Look, @ben.miller ');
  await option.waitFor({ state: 'detached' });
  await text.pressSequentially('and @');
  await option.getByText('Everyone in this room').waitFor();
  await text.press('ArrowDown');
  assert.equal(await text.getAttribute('aria-activedescendant'), 'complete-room');
  await text.press('Escape');
  await anna.page.locator('#completion').waitFor({ state: 'hidden' });
  await text.press('Backspace');
  await text.pressSequentially('me');
  await text.press('Enter');
  await anna.sees('Look,');
  assert.equal(await anna.message('Look,').locator('.mention').innerText(), '@ben.miller');
  await ben.bell(0); // it is in sight, and so it is read
});

test('an address is not taken for a name', async () => {
  const text = anna.page.locator('#composer-text');
  await text.pressSequentially('write to me@be');
  assert.equal(await anna.page.locator('#completion').isVisible(), false);
  await text.fill('');
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
