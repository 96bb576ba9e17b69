// What comes to a browser and when: the first sight at once, the rest when it is first opened, and what is said when that
// cannot be had.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, page;
const asked = [];

before(async () => {
  salon = await Salon.start();
  anna = await salon.visitor();
  page = anna.page;
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await anna.register('anna');
  await anna.createRoom('garden');
});
after(() => salon.stop());

const askedFor = (file) => asked.filter((path) => path.endsWith(file));
const openSettings = async () => {
  await page.click('#me-button');
  await page.click('.sidebar [data-do=settings]');
};

test('every file comes under the address of its version, and what is not in sight does not come', async () => {
  asked.length = 0;
  await anna.goTo('/rooms/garden');
  await anna.inConversation('garden');
  const files = asked.filter((path) => /\.(js|css|svg|json)$/.test(path));
  const versions = new Set(files.map((path) => path.split('/')[1]));
  assert.equal(versions.size, 1, [...versions].join(' '));
  assert.match([...versions][0], /^~[0-9a-f]{12}$/);
  for (const later of ['views/settings.js', 'views/emoji_picker.js', 'views/lightbox.js', 'views/friends.js']) assert.deepEqual(askedFor(later), []);
});

test('without a connection, what was never opened says that it cannot be had, and opens when it can', async () => {
  anna.mayLose = true;
  await anna.context.setOffline(true);
  await openSettings();
  await page.locator('#alerts', { hasText: 'The server cannot be reached.' }).waitFor();
  assert.equal(await page.locator('#dialog-settings').isVisible(), false);
  await page.locator('#emoji-button').click();
  await page.click('[data-place=friends]');
  await page.locator('#pane-missing', { hasText: 'The server cannot be reached.' }).waitFor();

  await anna.context.setOffline(false);
  await anna.isOnline();
  await openSettings();
  await page.locator('#dialog-settings').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('#dialog-settings').waitFor({ state: 'hidden' });
  await page.click('[data-place=tournaments]');
  await page.locator('#pane-tournaments').waitFor();
  await page.click('[data-place=friends]');
  await page.locator('#pane-friends').waitFor();
  anna.mayLose = false;
});

test('what was opened once opens without the server', async () => {
  await anna.goTo('/rooms/garden');
  await openSettings();
  await page.locator('#dialog-settings').waitFor();
  await page.keyboard.press('Escape');
  anna.mayLose = true;
  await anna.context.setOffline(true);
  await openSettings();
  await page.locator('#dialog-settings').waitFor();
  await page.keyboard.press('Escape');
  await anna.context.setOffline(false);
  await anna.isOnline();
  anna.mayLose = false;
});

test('a server that has been renewed has no old files any more, and one is told to reload', async () => {
  await anna.goTo('/rooms/garden');
  anna.expectRefusal(404);
  await page.route(/\/~[^/]+\//, (route) => route.fulfill({ status: 404 }));
  await openSettings();
  await page.locator('#alerts', { hasText: 'Reload the page' }).waitFor();
  await page.unroute(/\/~[^/]+\//);
});

test('a menu opens over its button, by mouse and by keys, and goes again', async () => {
  await anna.goTo('/rooms/garden');
  const menu = page.locator('.sidebar-foot .dropdown-menu');
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  await page.click('#me-button');
  await menu.waitFor();
  assert.equal(await page.getAttribute('#me-button', 'aria-expanded'), 'true');
  const [over, button] = [await menu.boundingBox(), await page.locator('#me-button').boundingBox()];
  assert.ok(over.y >= 0 && over.y + over.height <= button.y, 'wholly in sight, over the button');
  await anna.screenshot('menu-me');
  await page.click('#middle-name');
  await menu.waitFor({ state: 'hidden' });
  await page.focus('#me-button');
  await page.keyboard.press('ArrowDown');
  await menu.waitFor();
  const first = await focused();
  await page.keyboard.press('ArrowUp');
  assert.match(await focused(), /Sign out/);
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), first);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate(() => document.activeElement.id), 'me-button');
  await page.keyboard.press('Enter');
  await menu.waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await menu.waitFor({ state: 'hidden' });
  const room = page.locator('#room-menu .dropdown-menu');
  await page.click('#room-menu button');
  await room.waitFor();
  const { x, width } = await room.boundingBox();
  assert.ok(x >= 0 && x + width <= 1280);
  await anna.screenshot('menu-room');
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
