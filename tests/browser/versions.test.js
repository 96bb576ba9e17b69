// What a message said before it was edited, for who wrote it and who administers the server.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, cleo, message;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  ben = await salon.person('ben', { locale: 'fr-FR' });
  cleo = await salon.person('cleo');
  await cleo.createRoom('garden');
  await ben.page.goto('/rooms/garden');
  await ben.page.click('[data-do=join-preview]');
  await anna.join('garden');
  await ben.say('Sow on *Sunday*');
  await anna.sees('Sow on Sunday');
  [message] = await ben.api('GET', '/api/conversations/garden/messages');
  for (const content of ['Sow on Saturday', 'Sow on **Saturday**, @anna']) await ben.api('PATCH', `/api/messages/${message.id}`, { content });
  for (const person of [anna, ben, cleo]) await person.message('Saturday, @anna').waitFor();
});
after(() => salon.stop());

const said = ({ page }) => page.locator('#versions-list .message-body').allTextContents();

test('an administrator opens them at the mark of an edited message', async () => {
  await anna.message('Saturday').getByRole('button', { name: '(edited) Earlier versions' }).click();
  await anna.page.locator('#versions-list .version').nth(2).waitFor();
  assert.deepEqual(await said(anna), ['Sow on Sunday', 'Sow on Saturday', 'Sow on Saturday, @anna']);
  assert.equal(await anna.page.locator('#versions-list em').textContent(), 'Sunday', 'it shows as it was written');
  assert.equal(await anna.page.locator('.version.is-now').count(), 1);
  await anna.page.locator('.version.is-now').getByText('Now').waitFor();
});

test('one more edit is there at once', async () => {
  await ben.api('PATCH', `/api/messages/${message.id}`, { content: 'Sow on Monday' });
  await anna.page.locator('.version.is-now', { hasText: 'Sow on Monday' }).waitFor();
  assert.equal((await said(anna)).length, 4);
});

test('who wrote it sees them too, by key and in their language', async () => {
  await ben.message('Sow on Monday').focus();
  await ben.page.keyboard.press('v');
  await ben.page.getByRole('heading', { name: 'Versions précédentes' }).waitFor();
  await ben.page.locator('#versions-list .version').nth(3).waitFor();
  await ben.page.keyboard.press('Escape');
  await ben.page.locator('#dialog-versions').waitFor({ state: 'hidden' });
  await ben.message('Sow on Monday').hover();
  await ben.message('Sow on Monday').locator('[data-tool=versions]').click();
  await ben.page.locator('#versions-list .version').nth(3).waitFor();
});

test('nobody else does, whoever made the room', async () => {
  assert.equal(await cleo.message('Sow on Monday').getByRole('button', { name: 'Earlier versions' }).count(), 0);
  await cleo.message('Sow on Monday').getByText('(edited)').waitFor();
  await cleo.message('Sow on Monday').focus();
  await cleo.message('Sow on Monday').locator('.tools:visible').waitFor();
  assert.equal(await cleo.message('Sow on Monday').locator('[data-tool=versions]').isVisible(), false);
});

test('deleted, nothing is left of what it said', async () => {
  await ben.api('DELETE', `/api/messages/${message.id}`);
  await anna.page.locator('#versions-empty', { hasText: 'Message deleted' }).waitFor();
  assert.equal(await anna.page.locator('#versions-list .version').count(), 0);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
