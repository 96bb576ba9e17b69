// Finding what was said: from the sidebar, from a conversation, from the switcher, and by keyboard alone.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  ben = await salon.person('ben');
  await ben.join('garden');
  for (const said of ['Un été sans pluie', 'Beans <b>climb</b>', 'Peas do not']) await anna.say(said);
  await ben.api('POST', '/api/conversations/garden/messages', { content: 'The beans are ripe' });
  await ben.api('POST', '/api/conversations/general/messages', { content: 'Who likes beans?' });
});
after(() => salon.stop());

const hits = (person) => person.page.locator('#hits li');

test('words are found without capitals and accents, in all conversations, newest first', async () => {
  await anna.page.getByRole('link', { name: 'Search messages' }).click();
  await anna.page.locator('#search-help').waitFor();
  await anna.page.fill('#search-q', 'BEAN');
  await anna.page.getByText('3 messages', { exact: true }).waitFor();
  assert.match(await hits(anna).nth(0).innerText(), /ben in general[\s\S]*Who likes beans\?/);
  assert.match(await hits(anna).nth(2).innerText(), /anna in garden[\s\S]*Beans <b>climb<\/b>/);
  assert.equal(await hits(anna).nth(2).locator('mark').innerText(), 'Bean');
  assert.equal(new URL(anna.page.url()).search, '?q=BEAN');
  await anna.page.fill('#search-q', 'ete');
  await anna.page.getByText('1 message', { exact: true }).waitFor();
  assert.equal(await hits(anna).locator('mark').innerText(), 'été');
});

test('what is found opens in its place, and the way back leads to what was found', async () => {
  await hits(anna).locator('a').click();
  await anna.inConversation('garden');
  await anna.page.locator('.message.is-target', { hasText: 'Un été sans pluie' }).waitFor();
  await anna.page.goBack();
  await anna.page.getByText('1 message', { exact: true }).waitFor();
  assert.equal(await anna.page.inputValue('#search-q'), 'ete');
});

test('a search begins in a conversation, and looks only there', async () => {
  await anna.goTo('/rooms/garden');
  await anna.page.locator('#search-button').click();
  await anna.page.waitForURL(/search/);
  assert.equal(await anna.page.inputValue('#search-q'), 'in:garden ');
  await anna.page.keyboard.type('beans from:ben');
  await anna.page.getByText('1 message', { exact: true }).waitFor();
  assert.match(await hits(anna).innerText(), /The beans are ripe/);
});

test('the keyboard is enough: from anywhere, down into the results and to the message', async () => {
  await ben.goTo('/rooms/garden');
  await ben.page.keyboard.press('Control+Shift+f');
  await ben.page.waitForURL(/search/);
  await ben.page.keyboard.type('beans');
  await ben.page.getByText('3 messages', { exact: true }).waitFor();
  await ben.page.keyboard.press('ArrowDown');
  await ben.page.keyboard.press('ArrowDown');
  await ben.page.keyboard.press('Enter');
  await ben.page.locator('.message.is-target', { hasText: 'The beans are ripe' }).waitFor();
});

test('letters that are no conversation look among the messages', async () => {
  await ben.page.keyboard.press('Control+k');
  await ben.page.fill('#switcher-q', 'climb');
  await ben.page.getByRole('link', { name: 'Search messages for “climb”' }).waitFor();
  await ben.page.keyboard.press('Enter');
  await ben.page.getByText('1 message', { exact: true }).waitFor();
  assert.equal(await ben.page.inputValue('#search-q'), 'climb');
});

test('nothing found is said, and more is shown when it is asked for', async () => {
  await ben.page.fill('#search-q', 'turnip');
  await ben.page.getByText('No message in your conversations says this.').waitFor();
  for (let number = 0; number < 35; number += 1) {
    await anna.api('POST', '/api/conversations/garden/messages', { content: `turnip ${number}` });
  }
  await ben.page.fill('#search-q', 'turnip ');
  await ben.page.getByText('The newest 30 messages').waitFor();
  await ben.page.getByRole('button', { name: 'Show older ones' }).click();
  await ben.page.getByText('35 messages', { exact: true }).waitFor();
  assert.match(await hits(ben).last().innerText(), /turnip 0/);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
