// How people look: a picture chosen in the settings, seen by everyone at once and everywhere; initials for who has none.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, cleo;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  ben = await salon.person('ben');
  await anna.createRoom('garden');
  await ben.join('garden');
  cleo = await salon.person('cleo', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, colorScheme: 'dark' });
  await cleo.join('garden');
  await anna.say('The roses are out');
  for (const person of [ben, cleo]) await person.sees('The roses are out');
});
after(() => salon.stop());

/** A picture as a browser makes it: a disc in a colour, larger than any avatar. */
async function drawn({ page }, { colour = 'orange', type = 'image/png', clear = false } = {}) {
  const base64 = await page.evaluate(([colour, type, clear]) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 640, height: 400 });
    const pen = canvas.getContext('2d');
    if (!clear) pen.fillRect(0, 0, 640, 400);
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(320, 200, 180, 0, 7);
    pen.fill();
    return canvas.toDataURL(type).split(',')[1];
  }, [colour, type, clear]);
  return { name: 'me', mimeType: type, buffer: Buffer.from(base64, 'base64') };
}

const dialog = ({ page }) => page.locator('#dialog-settings');
const button = (person, name) => dialog(person).getByRole('button', { name, exact: true });
const loaded = 'img.is-loaded';
const isPictured = (scope, person = anna) => scope.locator(`.avatar ${loaded}`).and(person.page.locator('[src^="/api/users/"]')).first().waitFor();

async function openSettings({ page }) {
  if (!(await page.locator('#me-button').isVisible())) {
    await page.tap('[aria-controls=sidebar]');
    await page.locator('#sidebar.show:not(.showing)').waitFor();
  }
  await page.click('#me-button');
  await page.click('.sidebar [data-do=settings]');
  await page.locator('#dialog-settings[open]').waitFor();
}

const choose = async (person, file, field = '#avatar-file') => person.page.locator(field).setInputFiles(file);

test('a picture is chosen, looked at, and used; everybody sees it at once', async () => {
  await openSettings(anna);
  assert.equal(await dialog(anna).locator('.avatar-huge').textContent(), 'A');
  assert.equal(await button(anna, 'Remove the picture').isVisible(), false);
  const choosing = anna.page.waitForEvent('filechooser');
  await button(anna, 'Choose a picture').focus();
  await anna.page.keyboard.press('Enter');
  await (await choosing).setFiles(await drawn(anna));
  await dialog(anna).locator(`.avatar-huge ${loaded}[src^="blob:"]`).waitFor();
  await button(anna, 'Use this picture').and(anna.page.locator(':focus')).waitFor();
  await anna.isAccessible('a picture about to be used');
  await anna.page.keyboard.press('Enter');
  await anna.page.getByText('Everyone sees your new picture').waitFor();
  await button(anna, 'Choose a picture').and(anna.page.locator(':focus')).waitFor();
  await isPictured(dialog(anna));
  await anna.screenshot('avatar-settings');
  await isPictured(ben.message('The roses are out'), ben);
  await isPictured(ben.page.locator('#members li', { hasText: 'anna' }), ben);
  await isPictured(cleo.message('The roses are out'), cleo);
  await anna.page.keyboard.press('Escape');
  await isPictured(anna.page.locator('#me-button'));
  await ben.isAccessible('a room with a picture', ben.page);
  await ben.screenshot('avatar-room');
});

test('it stands for her wherever she stands: on her card, at a direct, in what was found, in what is told', async () => {
  await ben.act('anna', 'Message');
  await ben.say('hello anna');
  await ben.sees('hello anna');
  await isPictured(ben.page.locator('#directs li', { hasText: 'anna' }), ben);
  await isPictured(await ben.card('anna'), ben);
  await ben.goTo('/search?q=roses');
  await isPictured(ben.page.locator('#hits li').first(), ben);
  await anna.act('ben', 'Add as a friend');
  await ben.goTo('/notifications');
  await isPictured(ben.page.locator('#notifications li', { hasText: 'anna' }).first(), ben);
});

test('nothing moves when it comes, and who has none keeps the initials', async () => {
  await ben.goTo('/rooms/garden');
  await ben.say('and the bees');
  await ben.sees('and the bees');
  const sizes = await ben.page.locator('#rows .message:not(.grouped) > .avatar').evaluateAll(
    (all) => all.map((one) => [one.offsetWidth, one.offsetHeight, one.textContent, Boolean(one.querySelector('img'))]));
  const [[width, height, letter, pictured], other] = [sizes[0], sizes.at(-1)];
  assert.deepEqual([letter, pictured], ['A', true]);
  assert.deepEqual(other, [width, height, 'B', false]);
});

test('another one takes its place; what cannot be shown is said, and nothing changes', async () => {
  const src = () => ben.message('The roses are out').locator('.avatar img').getAttribute('src');
  const before = await src();
  await anna.goTo('/rooms/garden');
  await openSettings(anna);
  anna.expectRefusal(415, 422);
  await choose(anna, { name: 'page.png', mimeType: 'image/png', buffer: Buffer.from('<!DOCTYPE html><script>alert(1)</script>') });
  await button(anna, 'Use this picture').click();
  await dialog(anna).getByText('This is no picture that can be shown').waitFor();
  await button(anna, 'Cancel').click();
  await dialog(anna).getByText('This is no picture that can be shown').waitFor({ state: 'hidden' });
  await choose(anna, { name: 'large.png', mimeType: 'image/png', buffer: Buffer.alloc(10 * 1024 * 1024 + 1) });
  await button(anna, 'Use this picture').click();
  await dialog(anna).getByText('This picture is too large').waitFor();
  assert.equal(await src(), before);
  await button(anna, 'Cancel').click();
  await choose(anna, await drawn(anna, { clear: true, colour: 'teal' }));
  await button(anna, 'Use this picture').click();
  await anna.page.getByText('Everyone sees your new picture').waitFor();
  await ben.page.waitForFunction(
    (before) => {
      const all = [...document.querySelectorAll('#rows .message .avatar img')];
      return all.length === 1 && all[0].getAttribute('src') !== before && all[0].matches('.is-loaded');
    }, before);
});

test('in a hand, by a camera, in the dark', async () => {
  await openSettings(cleo);
  assert.equal(await button(anna, 'Take a picture').isVisible(), false, 'a mouse has no camera');
  const taking = cleo.page.waitForEvent('filechooser');
  await button(cleo, 'Take a picture').tap();
  const chooser = await taking;
  assert.equal(await chooser.element().getAttribute('capture'), 'user');
  await chooser.setFiles(await drawn(cleo, { type: 'image/jpeg', colour: 'hotpink' }));
  await button(cleo, 'Use this picture').tap();
  await isPictured(dialog(cleo), cleo);
  for (const one of await dialog(cleo).locator('#avatar-form button:visible').all()) {
    const { height, width, x } = await one.boundingBox();
    assert.ok(height >= 44 && x + width <= 360, `${await one.textContent()} is ${height} high and ends at ${x + width}`);
  }
  await cleo.isAccessible('the settings in the dark');
  await cleo.screenshot('avatar-phone');
});

test('removed, the initials are back, in French as well', async () => {
  await anna.page.selectOption('#settings-locale', 'fr');
  await button(anna, 'Retirer l’image').click();
  await anna.page.getByText('La photo est retirée').waitFor();
  await button(anna, 'Choisir une image').and(anna.page.locator(':focus')).waitFor();
  await ben.page.waitForFunction(() => {
    const avatar = document.querySelector('#rows .message .avatar');
    return avatar.textContent === 'A' && !avatar.querySelector('img');
  });
  assert.equal(await button(anna, 'Retirer l’image').isVisible(), false);
});

test('no browser had anything to complain of', () => salon.checkPeople());
