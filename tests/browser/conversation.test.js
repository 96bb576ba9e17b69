// Two people talk: what each sees of the other, as it happens.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
});
after(() => salon.stop());

test('the first person to come is welcomed as the administrator', async () => {
  anna = await salon.visitor();
  await anna.page.goto('/');
  await anna.page.getByRole('heading', { name: 'Welcome to your new Salon' }).waitFor();
  assert.equal(new URL(anna.page.url()).pathname, '/register');
  await anna.register('anna');
  assert.equal((await anna.api('GET', '/api/me')).role, 'admin');
});

test('a room is made, found and joined', async () => {
  await anna.createRoom('garden', { topic: 'Seeds and soil' });
  ben = await salon.person('ben');
  await ben.page.click('.sidebar [data-do=discover]');
  await ben.page.click('#discover-list button[aria-label="Join garden"]');
  await ben.inConversation('garden');
  await anna.page.locator('#members .person', { hasText: 'ben' }).waitFor();
});

test('what one says the other sees at once, and both see it once', async () => {
  await anna.say('Good morning');
  await ben.sees('Good morning');
  await ben.say('Good morning, Anna');
  await anna.sees('Good morning, Anna');
  await ben.say('two\nlines');
  await anna.sees('two');
  for (const person of [anna, ben]) {
    assert.deepEqual(await person.texts(), ['Good morning', 'Good morning, Anna', await person.message('two').locator('.message-body').textContent()]);
    assert.equal(await person.page.locator('.is-pending').count(), 0);
  }
});

test('a screen reader hears what others say, and not what one says oneself', async () => {
  await ben.say('Listen to this');
  await anna.page.waitForFunction(() => document.querySelector('#announcer').textContent === 'ben: Listen to this');
  await anna.say('I heard');
  await anna.sees('I heard');
  assert.equal(await anna.page.locator('#announcer').textContent(), 'ben: Listen to this');
});

test('HTML that is typed is shown, not run', async () => {
  await ben.say('<img src=x onerror=alert(1)><b>bold</b>');
  await anna.sees('<b>bold</b>');
  assert.equal(await anna.page.locator('#rows img, #rows b').count(), 0);
});

test('what is written from the right is laid out from there, block by block', async () => {
  await ben.say('שלום.\n\n- אחד\n- שניים\n\nand from the left');
  const body = anna.message('and from the left').locator('.message-body');
  await body.locator('ul').waitFor();
  assert.deepEqual(
    await body.locator('> *').evaluateAll((blocks) => blocks.map((block) => getComputedStyle(block).direction)), ['rtl', 'rtl', 'ltr']);
  const [list, entry] = await Promise.all(['ul', 'li >> nth=0'].map((part) => body.locator(part).boundingBox()));
  assert.ok(list.x + list.width - entry.x - entry.width > 10, 'the marks have their room on the right');
  await ben.page.fill('#composer-text', 'שלום');
  assert.equal(await ben.page.locator('#composer-text').evaluate((field) => getComputedStyle(field).direction), 'rtl');
  await ben.page.fill('#composer-text', '');
});

test('someone who types is seen typing', async () => {
  await ben.page.locator('#composer-text').pressSequentially('hm');
  await anna.page.getByText('ben is typing…').waitFor();
  await ben.page.fill('#composer-text', '');
  await anna.page.waitForFunction(() => document.querySelector('#typing').textContent === '');
});

test('someone who types elsewhere is marked in the list', async () => {
  await anna.goTo('/rooms/general');
  await anna.inConversation('general');
  await ben.page.locator('#composer-text').pressSequentially('well');
  await anna.sidebar('garden').locator('.side-typing').waitFor();
  await ben.page.fill('#composer-text', '');
  await anna.sidebar('garden').locator('.side-typing').waitFor({ state: 'hidden' });
  await anna.sidebar('garden').click();
  await anna.inConversation('garden');
});

test('an edit and a deletion reach everyone', async () => {
  await ben.say('a speling mistake');
  await anna.sees('a speling mistake');
  await ben.message('a speling mistake').hover();
  await ben.page.click('[data-tool=edit]:visible');
  await ben.page.waitForSelector('.composer.editing');
  assert.equal(await ben.page.inputValue('#composer-text'), 'a speling mistake');
  await ben.say('a spelling mistake');
  await anna.sees('a spelling mistake');
  assert.match(await anna.message('a spelling mistake').locator('.edited').getAttribute('title'), /^Edited /);

  await ben.message('a spelling mistake').hover();
  await ben.page.click('[data-tool=confirmDelete]:visible');
  await ben.page.click('#confirm-yes');
  await anna.page.locator('.is-deleted', { hasText: 'Message deleted' }).waitFor();
  assert.equal(await anna.message('spelling').count(), 0);
});

test('whoever leaves while they edit comes to what they were writing elsewhere', async () => {
  const { page } = anna;
  await anna.sidebar('general').click();
  await page.fill('#composer-text', 'a draft');
  await anna.sidebar('garden').click();
  await anna.message('I heard').focus();
  await page.keyboard.press('e');
  await page.waitForSelector('.composer.editing');
  await anna.sidebar('general').click();
  await page.locator('#composer-editing').waitFor({ state: 'hidden' });
  assert.equal(await page.locator('.composer.editing').count(), 0);
  assert.equal(await page.inputValue('#composer-text'), 'a draft');
  await page.fill('#composer-text', '');
  await anna.sidebar('garden').click();
  await anna.inConversation('garden');
});

test('one cannot edit what another person said, but an administrator may delete it', async () => {
  await ben.say('by ben');
  await anna.sees('by ben');
  await anna.message('by ben').hover();
  await anna.page.locator('[data-tool=confirmDelete]:visible').waitFor();
  assert.equal(await anna.message('by ben').locator('[data-tool=edit]').isVisible(), false);
});

test('messages elsewhere are counted in the list and in the title', async () => {
  await anna.goTo('/rooms/general');
  await anna.inConversation('general');
  await ben.say('one');
  await ben.say('two');
  await anna.sidebar('garden').getByText('2 unread messages').waitFor();
  await anna.page.waitForFunction(() => document.title === '(2) general – Salon');
  assert.match(await anna.page.locator('link[rel=icon]').getAttribute('href'), /unread/);
  await anna.sidebar('garden').click();
  await anna.inConversation('garden');
  await anna.page.locator('.divider').waitFor();
  await anna.page.waitForFunction(() => document.title === 'garden – Salon');
});

test('who answers from another device has read what there was', async () => {
  await anna.sidebar('general').click();
  await anna.inConversation('general');
  await ben.say('are you there?');
  await anna.sidebar('garden').getByText('1 unread message').waitFor();
  await anna.api('POST', '/api/conversations/garden/messages', { content: 'on my phone' });
  await anna.sidebar('garden').getByText('1 unread message').waitFor({ state: 'detached' });
  await anna.sidebar('garden').click();
  await anna.sees('on my phone');
  assert.equal(await anna.page.locator('.divider').count(), 0);
});

test('what is seen while the server hears of something else is read as well', async () => {
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  const asked = anna.page.waitForRequest('**/read');
  await anna.page.route('**/read', async (route) => {
    const response = await route.fetch(); // the server's frame about it comes before this answer
    await held;
    await route.fulfill({ response });
  });
  await ben.say('the first of two');
  await asked;
  await ben.say('the second of two');
  await anna.sees('the second of two');
  letGo();
  await ben.message('the second of two').locator('.message-foot', { hasText: 'Read' }).waitFor();
  await anna.page.unroute('**/read');
});

test('an own message says when someone has read it', async () => {
  await anna.say('have you read this?');
  await anna.page.locator('.message-foot', { hasText: 'Read' }).waitFor();
});

test('a direct is opened from a name, and the other person finds it', async () => {
  await anna.page.click('#members .person[data-username=ben]');
  await anna.page.locator('#dialog-person').getByRole('button', { name: 'Message ben' }).click();
  await anna.inConversation('ben');
  assert.equal(new URL(anna.page.url()).pathname, '/private/ben');
  await anna.say('just between us');
  await ben.sidebar('anna').click();
  await ben.sees('just between us');
  await ben.sidebar('anna').getByText('online').waitFor({ state: 'attached' });
});

test('a person goes offline when their last tab is closed', async () => {
  const cleo = await salon.person('cleo');
  await cleo.goTo('/rooms/general');
  await anna.goTo('/rooms/general');
  await anna.page.locator('#members .person', { hasText: 'cleo' }).locator('.avatar[data-presence=online]').waitFor();
  await cleo.context.close();
  await anna.page.locator('#members .person', { hasText: 'cleo' }).locator('.avatar[data-presence=offline]').waitFor();
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
