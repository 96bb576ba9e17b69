// Programs in the community: bots that an administrator makes, and messages that come from elsewhere.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, page, token;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  page = anna.page;
});
after(() => salon.stop());

const row = (tab, name) => page.locator(`[data-section=${tab}] .admin-row`, { hasText: name });

/** A request as a program makes it. */
const ask = (path, secret, body) => fetch(`${salon.url}${path}`, {
  method: body ? 'POST' : 'GET',
  headers: { ...(secret && { authorization: `Bearer ${secret}` }), 'content-type': 'application/json' },
  ...(body && { body: JSON.stringify(body) }),
});

test('a bot is made, and gets a token that is shown once', async () => {
  await page.goto('/admin/bots');
  const section = page.locator('[data-section=bots]');
  await section.getByText('There are no bots.').waitFor();
  await section.getByLabel('Username').fill('robo');
  await section.getByLabel('Shown as').fill('Robo the Helper');
  await section.getByRole('button', { name: 'Make a bot' }).click();
  await row('bots', 'Robo the Helper').getByRole('button', { name: 'Tokens Robo the Helper' }).click();
  const dialog = page.locator('#dialog-bot');
  await dialog.getByText('It has no token yet.').waitFor();
  await dialog.getByLabel('What the token is for').fill('the allotment');
  await dialog.getByRole('button', { name: 'Make a token' }).click();
  const shown = dialog.getByLabel('Copy the token now');
  await shown.waitFor();
  token = await shown.inputValue();
  assert.match(token, /^salon_bot_[\w-]{43}$/);
  await dialog.locator('.admin-row', { hasText: 'the allotment' }).getByText('read, write · never used').waitFor();
  await page.keyboard.press('Escape');
  await row('bots', 'Robo').getByRole('button', { name: /Tokens/ }).click();
  await dialog.locator('.admin-row').waitFor();
  assert.equal(await dialog.locator('.secret').isVisible(), false, 'and never again');
  await page.keyboard.press('Escape');
});

test('what a bot says is marked as a bot’s, and so is it among the people', async () => {
  await page.goto('/rooms/general');
  assert.equal((await ask('/api/conversations/general/messages', token, { content: 'I water at six.' })).status, 201);
  const message = page.locator('.message', { hasText: 'I water at six.' });
  await message.getByText('Robo the Helper').waitFor();
  assert.equal(await message.locator('.bot-badge').textContent(), 'Bot');
  await page.locator('#members .member', { hasText: 'Robo' }).locator('.bot-badge', { hasText: 'Bot' }).waitFor();
});

test('a token that is revoked opens nothing any more', async () => {
  await page.goto('/admin/bots');
  await row('bots', 'Robo').getByRole('button', { name: /Tokens/ }).click();
  const dialog = page.locator('#dialog-bot');
  await dialog.getByRole('button', { name: 'Revoke the allotment' }).click();
  await dialog.getByText('It has no token yet.').waitFor();
  assert.equal((await ask('/api/me', token)).status, 401);
  await page.keyboard.press('Escape');
  await row('bots', 'Robo').getByRole('button', { name: /Delete/ }).click();
  await anna.confirm();
  await page.locator('[data-section=bots]').getByText('There are no bots.').waitFor();
});
