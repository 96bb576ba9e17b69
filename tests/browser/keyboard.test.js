// Everything with the keyboard alone; and what is written is not lost.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { PASSWORD, Salon } from './salon.js';

let salon, anna, page;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  page = anna.page;
  await anna.createRoom('kitchen');
  await anna.createRoom('garden');
});
after(() => salon.stop());

const focusedId = () => page.evaluate(() => document.activeElement.id);
const isFocused = (id) => page.waitForFunction((id) => document.activeElement.id === id, id);

test('signing in', async () => {
  await page.click('#me-button');
  await page.click('[data-do=sign-out]');
  await isFocused('auth-username');
  await page.keyboard.type('anna');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await anna.isOnline();
  await anna.inConversation('garden');
});

test('the first stop leads past the list', async () => {
  await page.reload();
  await anna.isOnline();
  await anna.inConversation('garden');
  await isFocused('composer-text');
  const atSkipLink = () => page.evaluate(() => document.activeElement.className === 'skip-link');
  for (let stops = 0; stops < 40 && !(await atSkipLink()); stops += 1) await page.keyboard.press('Shift+Tab');
  assert.ok(await atSkipLink());
  await page.keyboard.press('Enter');
  await isFocused('composer-text');
});

test('going to another room with Ctrl K and some of its letters', async () => {
  await page.keyboard.press('Control+k');
  await isFocused('switcher-q');
  await page.keyboard.type('kit');
  await page.locator('[role=option][aria-selected=true]', { hasText: 'kitchen' }).waitFor();
  await page.keyboard.press('Enter');
  await anna.inConversation('kitchen');
  await isFocused('composer-text');
});

test('Enter sends, Shift Enter breaks the line, an empty message is not sent', async () => {
  await page.keyboard.press('Enter');
  await page.keyboard.type('first line');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second line');
  assert.equal(await page.inputValue('#composer-text'), 'first line\nsecond line');
  await page.keyboard.press('Enter');
  await anna.sees('second line');
  assert.equal(await page.locator('#rows .message').count(), 1);
});

test('an Enter that ends a composition sends nothing', async () => {
  const session = await anna.context.newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: '日本', selectionStart: 2, selectionEnd: 2 });
  await page.evaluate(() => document.querySelector('#composer-text')
    .dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })));
  await session.send('Input.insertText', { text: '日本' });
  assert.equal(await page.inputValue('#composer-text'), '日本');
  assert.equal(await page.locator('#rows .message').count(), 1);
  await page.fill('#composer-text', '');
});

test('↑ in an empty message edits the last one; Escape leaves it as it was', async () => {
  await anna.say('to be changed');
  await anna.sees('to be changed');
  await page.keyboard.press('ArrowUp');
  await page.waitForSelector('.composer.editing');
  assert.equal(await page.inputValue('#composer-text'), 'to be changed');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.composer:not(.editing)');
  assert.equal(await page.inputValue('#composer-text'), '');
  await page.keyboard.press('ArrowUp');
  await page.waitForSelector('.composer.editing');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('changed');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.composer:not(.editing)');
  await anna.message('changed').locator('.edited').waitFor();
});

test('walking through the messages and deleting one', async () => {
  await page.keyboard.press('Shift+Tab');
  while ((await focusedId()) !== 'timeline') await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(() => document.activeElement.matches('.message') && document.activeElement.textContent.includes('changed'));
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(() => document.activeElement.textContent.includes('second line'));
  await page.keyboard.press('Delete');
  await page.waitForSelector('#dialog-confirm[open]');
  await page.keyboard.press('Tab');
  await isFocused('confirm-yes');
  await page.keyboard.press('Enter');
  await page.locator('.is-deleted').waitFor();
});

test('a room that is renamed meanwhile does not take the focus away', async () => {
  await page.locator('.message').first().focus();
  await anna.api('PATCH', `/api/conversations/${await anna.chatId('kitchen')}`, { name: 'larder' });
  await anna.inConversation('larder');
  assert.ok(await page.evaluate(() => document.activeElement.matches('.message')));
  await anna.api('PATCH', `/api/conversations/${await anna.chatId('larder')}`, { name: 'kitchen' });
  await anna.inConversation('kitchen');
});

test('? shows the keys, Escape closes them, and the focus is where it was', async () => {
  await page.locator('#timeline').focus();
  await page.keyboard.press('?');
  await page.waitForSelector('#dialog-shortcuts[open]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('#dialog-shortcuts:not([open])', { state: 'attached' });
  await isFocused('timeline');
});

test('typing anywhere begins a message', async () => {
  await page.keyboard.type('hello');
  assert.equal(await page.inputValue('#composer-text'), 'hello');
});

test('a draft stays with its conversation and survives a reload', async () => {
  await page.fill('#composer-text', 'a thought for the kitchen');
  await page.keyboard.press('Alt+ArrowDown');
  await page.waitForFunction(() => document.querySelector('#middle-name').textContent !== 'kitchen');
  assert.equal(await page.inputValue('#composer-text'), '');
  await anna.goTo('/rooms/kitchen');
  await anna.inConversation('kitchen');
  assert.equal(await page.inputValue('#composer-text'), 'a thought for the kitchen');
  await page.keyboard.press('Enter');
  await anna.sees('a thought for the kitchen');
  await page.reload();
  await anna.inConversation('kitchen');
  assert.equal(await page.inputValue('#composer-text'), '');
});

test('from another place the keys lead to the first and the last conversation, and what opens is in sight', async () => {
  for (let n = 10; n < 60; n += 1) await anna.api('POST', '/api/conversations', { name: `shed ${n}` });
  for (const [key, name] of [['Alt+ArrowUp', 'shed 59'], ['Alt+ArrowDown', 'garden']]) {
    await anna.goTo('/friends');
    await anna.sidebar('shed 59').waitFor();
    await page.keyboard.press(key);
    await anna.inConversation(name);
    assert.ok(await anna.sidebar(name).evaluate((link) => {
      const { top, bottom } = link.getBoundingClientRect();
      const box = link.closest('.sidebar-lists').getBoundingClientRect();
      return top > box.top - 1 && bottom < box.bottom + 1;
    }));
  }
  await anna.goTo('/rooms/kitchen');
});

test('a message grows to eight lines, and says when it is too long', async () => {
  const height = () => page.locator('#composer-text').evaluate((it) => it.clientHeight);
  const one = await height();
  await page.fill('#composer-text', 'a\nb\nc');
  assert.ok((await height()) > one + 30);
  await page.fill('#composer-text', 'line\n'.repeat(40));
  assert.ok((await height()) <= one + 7 * 24 + 2);
  await page.fill('#composer-text', 'x'.repeat(3990));
  await page.getByText('10 characters left').waitFor();
  await page.fill('#composer-text', '😀'.repeat(4001));
  await page.getByText('1 character too many').waitFor();
  await page.keyboard.press('Enter');
  assert.equal((await page.inputValue('#composer-text')).length, 8002);
  await page.fill('#composer-text', '');
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
