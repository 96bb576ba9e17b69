// Emoji out of all there are: completed by a few letters, or chosen from a sheet, by hand and by keyboard.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, page, text;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  page = anna.page;
  text = page.locator('#composer-text');
  await anna.createRoom('garden');
  await anna.say('The roses are out');
  await anna.sees('The roses are out');
});
after(() => salon.stop());

const sheet = () => page.locator('#emoji-picker');
const isGone = () => sheet().waitFor({ state: 'hidden' });
const focused = (how) => page.waitForFunction((how) => document.activeElement.matches(how), how);
const focusedEmoji = () => page.evaluate(() => document.activeElement.dataset.emoji);
const heading = (name) => sheet().getByRole('heading', { name, exact: true });

test('a shortcode is completed after two letters, without sending', async () => {
  await text.fill('');
  await text.pressSequentially('Good morning :w');
  assert.equal(await page.locator('#completion').isVisible(), false);
  await text.pressSequentially('av');
  const option = page.locator('#completion [role=option]');
  await option.getByText(':wave:', { exact: true }).waitFor();
  assert.equal(await option.first().getAttribute('aria-selected'), 'true');
  await text.press('ArrowDown');
  assert.equal(await option.nth(1).getAttribute('aria-selected'), 'true');
  await text.press('ArrowUp');
  await text.press('Enter');
  assert.equal(await text.inputValue(), 'Good morning 👋 ');
  await page.locator('#completion').waitFor({ state: 'hidden' });
});

test('Escape leaves the letters alone, and a whole shortcode is the server’s', async () => {
  await text.fill('');
  await text.pressSequentially(':tad');
  await page.locator('#completion [role=option]').first().waitFor();
  await text.press('Escape');
  await page.locator('#completion').waitFor({ state: 'hidden' });
  await text.pressSequentially('a:');
  assert.equal(await page.locator('#completion').isVisible(), false);
  await text.press('Enter');
  await anna.sees('🎉');
  for (const words of ['see https://example', 'at 12:30', 'well :)']) {
    await text.fill('');
    await text.pressSequentially(words);
    assert.equal(await page.locator('#completion').isVisible(), false, words);
  }
  await text.fill('');
});

test('the sheet inserts at the caret, and what was used comes first next time', async () => {
  await text.fill('tea and cake');
  await text.press('Home');
  for (let n = 0; n < 3; n += 1) await text.press('ArrowRight');
  await page.click('#emoji-button');
  await focused('#emoji-q');
  assert.equal(await page.getAttribute('#emoji-button', 'aria-expanded'), 'true');
  await heading('Smileys and emotion').waitFor();
  await page.keyboard.type('teacup');
  await sheet().getByRole('button', { name: 'teacup without handle', exact: true }).click();
  await isGone();
  await focused('#composer-text');
  assert.equal(await text.inputValue(), 'tea🍵 and cake');
  await page.reload();
  await anna.inConversation('garden');
  await page.click('#emoji-button');
  await heading('Recently used').waitFor();
  assert.equal(await sheet().locator('.emoji').filter({ visible: true }).first().innerText(), '🍵');
  await page.keyboard.press('Escape');
  await isGone();
  await text.fill('');
});

test('the keys lead through the sheet and back to where one was', async () => {
  await text.focus();
  await page.keyboard.press('Tab');
  await focused('#emoji-button');
  await page.keyboard.press('Enter');
  await focused('#emoji-q');
  await heading('Food and drink').waitFor();
  await page.keyboard.press('ArrowDown');
  await focused('.emoji');
  const first = await focusedEmoji();
  assert.equal(first, '🍵');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focusedEmoji(), '😀');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focusedEmoji(), '😃');
  await page.keyboard.press('ArrowDown');
  const below = await focusedEmoji();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  assert.equal(await focusedEmoji(), below);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowUp');
  assert.equal(await focusedEmoji(), '😀');
  await page.keyboard.press('ArrowUp');
  assert.equal(await focusedEmoji(), first);
  await page.keyboard.press('Control+End');
  await focused('.emoji-group:last-child .emoji:last-child');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await focused('#emoji-q');
  await page.keyboard.press('Tab');
  await focused('#emoji-jump button');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  assert.equal(await focusedEmoji(), '🐵');
  await page.keyboard.type('rocket');
  await focused('#emoji-q');
  await heading('Found').waitFor();
  await page.keyboard.press('Escape');
  await isGone();
  await focused('#emoji-button');
  assert.equal(await text.inputValue(), '');
});

test('what nobody drew is not found', async () => {
  await page.click('#emoji-button');
  await page.keyboard.type('xyzzy');
  await sheet().getByText('No such emoji.').waitFor();
  await page.keyboard.press('Enter');
  await page.click('#middle-name');
  await isGone();
});

test('a message is answered with any of them', async () => {
  await anna.message('The roses are out').focus();
  await page.keyboard.press('r');
  await page.locator('.reaction-menu').getByRole('button', { name: 'Another emoji' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await focused('#emoji-q');
  await page.keyboard.type('rose');
  await sheet().getByRole('button', { name: 'rose', exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await isGone();
  await focused('.message');
  const reaction = anna.message('The roses are out').locator('.reactions button', { hasText: '🌹' });
  await reaction.getByText('1').waitFor();
});

test('the list is asked for once, and only when it is needed', async () => {
  const asked = [];
  page.on('request', (request) => request.url().endsWith('/api/emoji') && asked.push(request));
  await page.reload();
  await anna.inConversation('garden');
  assert.equal(asked.length, 0);
  for (let n = 0; n < 2; n += 1) {
    await page.click('#emoji-button');
    await heading('Flags').waitFor();
    await page.keyboard.press('Escape');
    await isGone();
  }
  assert.equal(asked.length, 1);
});

test('in a hand it is as wide as the page, over where one writes, and opens no keyboard', async () => {
  const ben = await salon.person('ben', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await ben.join('garden');
  await ben.page.tap('#emoji-button');
  const there = ben.page.locator('#emoji-picker');
  await there.getByRole('heading', { name: 'Smileys and emotion' }).waitFor();
  assert.equal(await ben.page.evaluate(() => document.activeElement.id), 'emoji-picker');
  const { sheet, composer, small } = await ben.page.evaluate(() => ({
    sheet: document.querySelector('#emoji-picker').getBoundingClientRect().toJSON(),
    composer: document.querySelector('#composer').getBoundingClientRect().toJSON(),
    small: [...document.querySelectorAll('#emoji-picker button')].map((it) => it.offsetHeight).filter((height) => height < 44),
  }));
  assert.ok(sheet.width > 340 && sheet.left >= 0 && sheet.right <= 360);
  assert.ok(sheet.bottom <= composer.top && sheet.top >= 0);
  assert.deepEqual(small, []);
  await there.getByRole('button', { name: 'grinning face', exact: true }).tap();
  await there.waitFor({ state: 'hidden' });
  assert.equal(await ben.page.inputValue('#composer-text'), '😀');
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
