// In a hand: one column, the lists slide in, fingers find what they aim at.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, page;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  page = anna.page;
  await anna.createRoom('garden');
  await anna.createRoom('kitchen');
});
after(() => salon.stop());

const openSidebar = async () => {
  await page.tap('[aria-controls=sidebar]');
  await page.locator('#sidebar.show:not(.showing)').waitFor();
};
const isClosed = () => page.waitForFunction(() => !document.querySelector('#sidebar.show, .offcanvas-backdrop'));

test('the list slides in and keeps the focus; Escape closes it and gives the focus back', async () => {
  assert.equal(await page.locator('#sidebar').isVisible(), false);
  await openSidebar();
  for (let n = 0; n < 25; n += 1) {
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('#sidebar').contains(document.activeElement)), 'the focus stays in the list');
  }
  await page.keyboard.press('Escape');
  await isClosed();
  await page.waitForFunction(() => document.activeElement.getAttribute('aria-controls') === 'sidebar');
});

test('a touch beside the list closes it', async () => {
  await openSidebar();
  await page.touchscreen.tap(350, 400);
  await isClosed();
});

test('choosing a room closes the list', async () => {
  await openSidebar();
  await anna.sidebar('garden').tap();
  await anna.inConversation('garden');
  await isClosed();
});

test('what is touched is at least 44 pixels high, and fields do not make the page zoom', async () => {
  await anna.say('a message');
  await anna.sees('a message');
  await anna.message('a message').tap();
  await page.locator('.tools:visible').waitFor();
  await openSidebar();
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button, .side-link, .icon-button, input, textarea')]
      .filter((element) => element.checkVisibility())
      .map((element) => ({ element, rect: element.getBoundingClientRect() }))
      .filter(({ rect }) => rect.height > 0 && rect.height < 43.5)
      .map(({ element, rect }) => `${element.outerHTML.slice(0, 90)} ${rect.height}`));
  assert.deepEqual(small, []);
  assert.equal(await page.locator('#composer-text').evaluate((it) => getComputedStyle(it).fontSize), '16px');
  await page.keyboard.press('Escape');
  await isClosed();
});

test('it fits into 320 pixels', async () => {
  await page.setViewportSize({ width: 320, height: 568 });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320));
  await page.locator('.send').waitFor();
  await anna.screenshot('room-light-320');
});

test('who is here slides in from the other side', async () => {
  await page.tap('[aria-controls=people]');
  await page.locator('#people.show:not(.showing)').waitFor();
  await page.locator('#members .person', { hasText: 'anna' }).waitFor();
  await page.locator('#people [data-bs-dismiss]').tap();
  await page.waitForFunction(() => !document.querySelector('#people.show, .offcanvas-backdrop'));
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
