// The same in Firefox: one walk through what people do most, from the first account to a server that dies and comes
// back. All else is told in Chromium by the other stories.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';
import { picture } from './media.js';

let salon, anna, ben, page;

before(async () => {
  salon = await Salon.startIn('firefox');
});
after(() => salon.stop());

/** Layout, scroll events and resize observers have had their turn. */
const painted = (person) => person.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
const atEnd = (person) => person.page.locator('#timeline')
  .evaluate(({ scrollTop, scrollHeight, clientHeight }) => scrollTop > 0 && scrollHeight - scrollTop - clientHeight < 3);

test('the first account is led through its first steps', async () => {
  anna = await salon.visitor();
  page = anna.page;
  assert.match(await page.evaluate(() => navigator.userAgent), /Firefox/);
  await page.goto('/');
  await page.getByRole('heading', { name: 'Welcome to your new Salon' }).waitFor();
  await anna.register('anna');
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
  await page.locator('[data-section=start]').getByLabel('Name of the community').fill('The Allotment');
  await page.locator('[data-section=start]').getByRole('button', { name: 'Save' }).click();
  await page.locator('.sidebar .server-name', { hasText: 'The Allotment' }).waitFor();
});

test('a room is made, found and joined by someone else', async () => {
  await anna.createRoom('garden', { topic: 'Seeds and soil' });
  ben = await salon.person('ben');
  await ben.page.click('.sidebar [data-do=discover]');
  await ben.page.click('#discover-list button[aria-label="Join garden"]');
  await ben.inConversation('garden');
  await page.locator('#members .person', { hasText: 'ben' }).waitFor();
});

test('what one says the other sees at once, with its Markdown; and is seen typing', async () => {
  await anna.say('Sow **beans** in `May`\n- climbing\n- dwarf');
  await ben.sees('Sow beans in May');
  const said = ben.message('Sow beans in May');
  assert.equal(await said.locator('strong').textContent(), 'beans');
  assert.equal(await said.locator('code').textContent(), 'May');
  assert.deepEqual(await said.locator('li').allTextContents(), ['climbing', 'dwarf']);
  await ben.page.locator('#composer-text').pressSequentially('hm');
  await page.getByText('ben is typing…').waitFor();
  await ben.say('In April!');
  await anna.sees('In April!');
});

test('an answer is begun with the mouse', async () => {
  await anna.message('In April!').hover();
  await anna.message('In April!').getByRole('button', { name: 'Reply', exact: true }).click();
  await page.locator('#composer-replying').waitFor();
  await anna.say('So early');
  await ben.message('So early').locator('.quote', { hasText: 'In April!' }).waitFor();
});

test('an edit reaches everyone', async () => {
  await anna.say('A god morning');
  await anna.sees('A god morning');
  await page.press('#composer-text', 'ArrowUp');
  await page.waitForSelector('.composer.editing');
  assert.equal(await page.inputValue('#composer-text'), 'A god morning');
  await anna.say('A good morning');
  await ben.sees('A good morning');
  await ben.message('A good morning').locator('.edited').waitFor();
});

test('a reaction is chosen by keyboard, and answered with a click', async () => {
  await ben.message('A good morning').focus();
  await ben.page.keyboard.press('r');
  await ben.page.locator('.reaction-menu button').first().waitFor();
  await ben.page.keyboard.press('ArrowRight');
  await ben.page.keyboard.press('Enter');
  for (const person of [anna, ben]) await person.message('A good morning').locator('.reactions button').getByText('1').waitFor();
  await anna.message('A good morning').locator('.reactions button').first().click();
  await ben.message('A good morning').locator('.reactions button').getByText('2').waitFor();
});

test('a picture is uploaded, comes into view by itself, and is looked at large', async () => {
  await anna.attach(picture('hills.png', 1200, 800));
  await anna.say('What I saw');
  const shown = ben.message('What I saw').locator('.picture.is-there');
  await shown.locator('img[alt="hills.png"]').waitFor();
  await painted(ben);
  assert.ok(await atEnd(ben), 'the latest is in view');
  await shown.focus();
  await ben.page.keyboard.press('Enter');
  const dialog = ben.page.getByRole('dialog', { name: 'hills.png' });
  await dialog.locator('img[alt="hills.png"]').waitFor();
  await ben.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('a long message grows line by line, and the latest stay in view above it', async () => {
  const field = page.locator('#composer-text');
  const one = await field.evaluate((it) => it.clientHeight);
  await field.focus();
  for (const line of ['Peas', 'Leeks', 'Kale']) {
    await page.keyboard.type(line);
    await page.keyboard.press('Shift+Enter');
  }
  await page.keyboard.type('and salad');
  await page.waitForFunction((one) => document.querySelector('#composer-text').clientHeight > 3 * one / 2, one);
  await page.reload();
  await anna.sees('What I saw');
  await anna.isOnline();
  assert.equal(await field.inputValue(), 'Peas\nLeeks\nKale\nand salad');
  await page.keyboard.type('!');
  await page.waitForFunction(() => document.querySelector('#composer-text').value.endsWith('!'));
  await painted(anna);
  assert.ok(await atEnd(anna), 'the latest is in view');
  await page.keyboard.press('Enter');
  await ben.sees('and salad!');
});

test('a file is dropped', async () => {
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['dropped words'], 'dropped.txt', { type: 'text/plain' }));
    for (const type of ['dragover', 'drop']) {
      document.querySelector('#timeline').dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
    }
  });
  await page.locator('#uploads .upload.is-done').waitFor();
  await anna.say('A list');
  await ben.message('A list').locator('.file', { hasText: 'dropped.txt' }).waitFor();
});

test('writing to one person alone, and going there and back with Ctrl K and some letters', async () => {
  await ben.page.click('#members .person[data-username=anna]');
  await ben.page.locator('#dialog-person').getByRole('button', { name: 'Message anna' }).click();
  await ben.inConversation('anna');
  await ben.say('Only for you');
  await anna.sidebar('ben').getByText('1 unread message').waitFor();
  await page.keyboard.press('Control+k');
  await page.waitForFunction(() => document.activeElement.id === 'switcher-q');
  await page.keyboard.type('be');
  await page.locator('[role=option][aria-selected=true]', { hasText: 'ben' }).waitFor();
  await page.keyboard.press('Enter');
  await anna.inConversation('ben');
  await anna.sees('Only for you');
  await page.waitForFunction(() => document.activeElement.id === 'composer-text');
  await page.keyboard.type('Yes?');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('I listen');
  await page.keyboard.press('Enter');
  await ben.sees('I listen');
  await page.goBack();
  await anna.inConversation('garden');
});

test('reading back: older messages come when scrolling up, and what is read stays where it is', async () => {
  await page.evaluate(async () => {
    for (let n = 1; n <= 120; n += 1) {
      const body = JSON.stringify({ content: `message ${n}` });
      await fetch('/api/conversations/general/messages', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    }
  });
  await anna.goTo('/rooms/general');
  await anna.sees('message 120');
  const first = await page.locator('#rows [data-seq]').first().getAttribute('data-seq');
  const top = await page.evaluate((first) => {
    const timeline = document.querySelector('#timeline');
    timeline.scrollTop = 40;
    return document.querySelector(`[data-seq="${first}"] .message-body`).getBoundingClientRect().top;
  }, first);
  await page.waitForFunction((first) => document.querySelector('#rows [data-seq]').dataset.seq !== first, first);
  const moved = await page.locator(`[data-seq="${first}"] .message-body`).evaluate((it) => it.getBoundingClientRect().top);
  assert.ok(Math.abs(moved - top) < 2, `it moved by ${moved - top}`);
});

test('what was said is found, and opens in its place', async () => {
  await page.getByRole('link', { name: 'Search messages' }).click();
  await page.fill('#search-q', 'BEAN');
  await page.getByText('1 message', { exact: true }).waitFor();
  assert.equal(await page.locator('#hits mark').innerText(), 'bean');
  await page.locator('#hits li a').click();
  await anna.inConversation('garden');
  await page.locator('.message.is-target', { hasText: 'Sow beans' }).waitFor();
});

test('it is dark when one likes it dark, and French when one speaks it', async () => {
  await page.click('#me-button');
  await page.click('.sidebar [data-do=settings]');
  await page.selectOption('#settings-theme', 'dark');
  await page.waitForFunction(() => document.documentElement.dataset.bsTheme === 'dark');
  await page.selectOption('#settings-locale', 'fr');
  await page.keyboard.press('Escape');
  await page.locator('.day', { hasText: 'Aujourd’hui' }).waitFor();
  await page.reload();
  await anna.sees('A good morning');
  await page.locator('.day', { hasText: 'Aujourd’hui' }).waitFor();
  assert.equal(await page.getAttribute('html', 'data-bs-theme'), 'dark');
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
});

test('a server that is killed and started again is found by itself; what was typed meanwhile is sent, once', async () => {
  for (const person of [anna, ben]) person.mayLose = true;
  await ben.sidebar('garden').click();
  await ben.inConversation('garden');
  await salon.kill();
  await page.locator('#banner').waitFor();
  await anna.say('typed while away');
  await page.locator('.is-pending', { hasText: 'typed while away' }).waitFor();
  await salon.restart();
  for (const person of [anna, ben]) {
    await person.isOnline();
    await person.page.locator('#banner').waitFor({ state: 'hidden' });
    await person.sees('typed while away');
    assert.equal(await person.message('typed while away').count(), 1);
  }
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
