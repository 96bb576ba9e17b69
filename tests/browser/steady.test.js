// Nothing moves by itself: a page that comes, with whatever is in it, stands where it stood when it was first drawn.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { png } from './media.js';
import { Salon } from './salon.js';

const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const PLACES = {
  '/': '#pane-conversation', '/rooms/garden': '#pane-conversation', '/private/ben': '#pane-conversation', '/friends': '#pane-friends',
  '/notifications': '#pane-notifications', '/search?q=roses': '#pane-search', '/tournaments': '#pane-tournaments', '/admin/people': '#pane-admin',
  '/create_room': '#pane-create_room',
};

let salon, anna;

/** What moved though nobody did anything, and how far: what browsers count as layout shift. */
function watchShifts() {
  globalThis.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
      const what = sources.map(({ node }) => (node?.id ? `#${node.id}` : node?.className || node?.nodeName)).join(' ');
      if (!hadRecentInput) globalThis.shifts.push({ value, what });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

const settled = (page) => page.evaluate(async () => {
  await document.fonts.ready;
  for (let frames = 0; frames < 10; frames += 1) await new Promise((done) => requestAnimationFrame(done));
  return globalThis.shifts;
});

/** Less than a hundredth of what is called good: a pixel here and there. */
function stoodStill(shifts, where) {
  const moved = shifts.reduce((sum, { value }) => sum + value, 0);
  assert.ok(moved < 0.001, `${where}: ${JSON.stringify(shifts)}`);
}

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden', { topic: 'What grows, and what does not' });
  const ben = await salon.person('ben');
  await ben.join('garden');
  await ben.postMany('garden', 30, (n) => `the roses of day ${n} ${'and their thorns '.repeat(n % 5)}\n\n\`\`\`\ncode ${n}\n\`\`\``);
  await ben.goTo('/rooms/garden');
  await ben.attach({ name: 'roses.png', mimeType: 'image/png', buffer: png(640, 480) });
  await ben.say('look at these roses @anna');
  await ben.goTo('/private/anna');
  await ben.say('are you there?');
  await ben.api('POST', '/api/tournaments', { name: 'Spring cup' });
  await ben.context.close();
});
after(() => salon.stop());

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const [path, pane] of Object.entries(PLACES)) {
    test(`nothing moves while ${path} comes (${size})`, async () => {
      const page = await anna.context.newPage();
      await page.setViewportSize(viewport);
      await page.addInitScript(watchShifts);
      await page.goto(path);
      await anna.isOnline(page);
      await page.locator(`${pane}:not([hidden])`).waitFor();
      if (pane === '#pane-conversation') await page.locator('#rows .message').first().waitFor();
      stoodStill(await settled(page), path);
      await page.close();
    });
  }
}

for (const path of ['/login', '/register', '/rooms/garden']) {
  test(`nothing moves while ${path} asks a stranger in`, async () => {
    const stranger = await salon.visitor();
    await stranger.page.addInitScript(watchShifts);
    await stranger.page.goto(path);
    await stranger.page.locator('#auth-submit').waitFor();
    stoodStill(await settled(stranger.page), path);
    await stranger.context.close();
  });
}

test('nothing in all this made a browser complain', () => salon.checkPeople());
