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

test('the owner of a room makes a hook, and what a program posts by it shows under its name', async () => {
  await anna.api('POST', '/api/conversations', { name: 'builds' });
  await page.goto('/rooms/builds');
  await page.getByRole('button', { name: 'Conversation menu' }).click();
  await page.getByRole('button', { name: 'Room settings' }).click();
  await page.getByRole('button', { name: 'Integrations…' }).click();
  const dialog = page.locator('#dialog-hooks');
  await dialog.getByText('This room has no hooks.').waitFor();
  await dialog.getByLabel('Name of the hook').fill('Weather');
  await dialog.getByRole('button', { name: 'Make a hook' }).click();
  const shown = dialog.getByLabel('Copy the address now');
  await shown.waitFor();
  const address = new URL(await shown.inputValue());
  assert.match(address.pathname, /^\/hooks\/[\w-]{43}$/);
  const sent = await ask(address.pathname, null, {
    text: '<https://example.org/frost|Frost> tonight', attachments: [{ title: 'Beds', fields: [{ title: 'low', value: '-2 °C' }] }],
  });
  assert.equal(await sent.text(), 'ok');
  await dialog.locator('.admin-row', { hasText: '@weather-hook' }).waitFor();
  for (let open = 0; open < 2; open += 1) await page.keyboard.press('Escape');
  const message = page.locator('.message', { hasText: 'Frost' });
  await message.getByRole('button', { name: 'Weather' }).waitFor();
  assert.equal(await message.locator('.bot-badge').textContent(), 'Bot');
  assert.equal(await message.locator('a', { hasText: 'Frost' }).getAttribute('href'), 'https://example.org/frost');
  await message.locator('blockquote', { hasText: 'low: -2 °C' }).waitFor();
});

test('a hook that is deleted takes nothing any more, and what it said stays', async () => {
  await page.getByRole('button', { name: 'Conversation menu' }).click();
  await page.getByRole('button', { name: 'Room settings' }).click();
  await page.getByRole('button', { name: 'Integrations…' }).click();
  const dialog = page.locator('#dialog-hooks');
  await dialog.getByRole('button', { name: 'Delete Weather' }).click();
  await anna.confirm();
  await dialog.getByText('This room has no hooks.').waitFor();
  for (let open = 0; open < 2; open += 1) await page.keyboard.press('Escape');
  await page.locator('.message', { hasText: 'Frost' }).getByText('Weather').waitFor();
});

test('a slash lists what a message can do: say what one does, set the topic, bring somebody in', async () => {
  const ben = await salon.person('ben');
  await page.goto('/rooms/builds');
  const text = page.locator('#composer-text');
  await text.fill('/');
  await page.getByRole('option', { name: '/topic text set the topic of the room' }).waitFor();
  await text.fill('/to');
  await page.keyboard.press('Tab');
  await page.keyboard.type('What breaks');
  await page.keyboard.press('Enter');
  await page.locator('.middle-head', { hasText: 'What breaks' }).waitFor();
  await text.fill('/me waters *the* beds');
  await page.keyboard.press('Enter');
  await page.locator('.message em', { hasText: 'waters *the* beds' }).waitFor();
  await text.fill('/shrug well');
  await page.keyboard.press('Enter');
  await page.locator('.message', { hasText: 'well ¯\\_(ツ)_/¯' }).waitFor();
  await text.fill('/invite @ben');
  await page.keyboard.press('Enter');
  await ben.sidebar('builds').waitFor();
  await text.fill('/etc/hosts is a file');
  await page.keyboard.press('Enter');
  await page.locator('.message', { hasText: '/etc/hosts is a file' }).waitFor();
  await text.fill('/help');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: '/help show this list' }).waitFor();
});

test('an administrator makes a command: a bot answers it', async () => {
  await page.goto('/admin/commands');
  const section = page.locator('[data-section=commands]');
  await section.getByText('A bot answers. Make one under “Bots” first.').waitFor();
  assert.equal((await anna.api('POST', '/api/admin/bots', { username: 'dicer', display_name: 'Dicer' })).username, 'dicer');
  const wanted = { name: 'test', scopes: ['read', 'write'] };
  token = (await anna.api('POST', '/api/admin/bots/dicer/tokens', wanted)).token;
  await page.goto('/admin/commands');
  await section.getByText('There are no commands.').waitFor();
  anna.expectRefusal(422, 409);
  await section.getByLabel('Name').fill('Help');
  await section.getByLabel('What it does').fill('throw dice');
  await section.getByRole('button', { name: 'Make a command' }).click();
  await section.getByText('not a name that Salon uses itself').waitFor();
  await section.getByLabel('Name').fill('/roll');
  await section.getByLabel('What comes after it').fill('2d6');
  await section.getByLabel('Who answers').selectOption('Dicer (@dicer)');
  await section.getByRole('button', { name: 'Make a command' }).click();
  await row('commands', '/roll 2d6').getByText('throw dice · @dicer').waitFor();
  await section.getByLabel('Name').fill('roll');
  await section.getByLabel('What it does').fill('throw them again');
  await section.getByRole('button', { name: 'Make a command' }).click();
  await section.getByText('There is such a command already').waitFor();
  await section.getByLabel('Name').fill('weather');
  await section.getByLabel('Address to call').fill('https://weather.invalid/');
  await section.getByRole('button', { name: 'Make a command' }).click();
  await section.getByLabel('Copy the secret that signs the calls now').waitFor();
  await row('commands', '/weather').getByRole('button', { name: 'Edit /weather' }).click();
  assert.equal(await section.getByLabel('Name').isEditable(), false);
  assert.equal(await section.getByLabel('Address to call').inputValue(), 'https://weather.invalid/');
  await page.keyboard.press('Control+A'); // what it does has the focus
  await page.keyboard.type('say how it will be');
  await section.getByLabel('What comes after it').fill('a town');
  await section.getByLabel('Address to call').fill('');
  await page.keyboard.press('Enter');
  await row('commands', '/weather a town').getByText('say how it will be · @dicer').waitFor();
  assert.equal(await section.getByText('https://weather.invalid/').count(), 0);
  assert.equal(await section.getByLabel('Name').inputValue(), '');
  await row('commands', '/roll').getByRole('button', { name: 'Edit /roll' }).click();
  await anna.isAccessible('a command that is edited');
  await section.getByRole('button', { name: 'Cancel' }).click();
  await section.getByRole('button', { name: 'Make a command' }).waitFor();
  await row('commands', '/weather').getByRole('button', { name: 'Delete /weather' }).click();
  await anna.confirm();
  await row('commands', '/weather').waitFor({ state: 'detached' });
});

test('it is completed by keys, and where nobody answers what was typed stays', async () => {
  await page.goto('/rooms/general');
  const text = page.locator('#composer-text');
  anna.expectRefusal(424);
  await text.fill('/');
  const option = page.getByRole('option', { name: '/roll 2d6 throw dice' });
  await option.waitFor();
  await page.keyboard.press('ArrowUp');
  assert.equal(await option.getAttribute('aria-selected'), 'true');
  await page.keyboard.press('Tab');
  assert.equal(await text.inputValue(), '/roll ');
  await page.keyboard.type('3d6');
  await page.keyboard.press('Enter');
  await page.locator('#alerts').getByText('The program of this command does not answer.').waitFor();
  assert.equal(await text.inputValue(), '/roll 3d6');
  assert.deepEqual((await anna.texts()).filter((said) => said.includes('3d6')), [], 'and is not said');
  assert.equal(await text.isEditable(), true);
  // a command that there is not is said as it is, in whatever letters
  await text.fill('/rolling stones');
  await page.keyboard.press('Enter');
  await anna.sees('/rolling stones');
});

test('an answer for the asker alone shows to nobody else, until it is dismissed; one for all is a message', async () => {
  const ben = salon.people.find(({ name }) => name === 'ben');
  await ben.goTo('/rooms/general');
  const asked = [];
  await salon.program(token, (one) => {
    asked.push(one);
    return { text: `**9** of ${one.text}`, response_type: one.text === '2d6' ? 'ephemeral' : 'in_channel' };
  });
  const text = page.locator('#composer-text');
  await text.fill('/Roll 2d6');
  await page.keyboard.press('Enter');
  const whisper = page.locator('.whisper', { hasText: '9 of 2d6' });
  await whisper.getByText('Only you see this.').waitFor();
  assert.equal(await text.inputValue(), '');
  assert.equal(await whisper.locator('.bot-badge').textContent(), 'Bot');
  assert.equal(await whisper.getByRole('button', { name: 'Dicer', exact: true }).count(), 1);
  await page.locator('#announcer', { hasText: 'of 2d6 Only you see this.' }).waitFor({ state: 'attached' });
  assert.deepEqual(asked.map(({ name, text: typed, username, room }) => [name, typed, username, room]), [['roll', '2d6', 'anna', 'general']]);
  await anna.isAccessible('an answer for the asker alone');
  await text.fill('/roll 1d20');
  await page.keyboard.press('Enter');
  await anna.sees('9 of 1d20');
  await ben.sees('9 of 1d20');
  assert.equal(await ben.page.locator('.whisper').count(), 0);
  assert.equal((await anna.texts()).at(-1).trim(), '9 of 1d20', 'it stands where it was heard');
  await whisper.getByRole('button', { name: 'Dismiss' }).click();
  await whisper.waitFor({ state: 'detached' });
  await anna.postMany('general', 30);
  await anna.sees('message 30');
  await page.locator('#timeline').evaluate((box) => { box.scrollTop = 0; });
  await page.locator('#jump').waitFor();
  await text.fill('/roll 2d6');
  await page.keyboard.press('Enter');
  await page.locator('#jump').waitFor({ state: 'hidden' });
  await whisper.waitFor();
  assert.ok(await whisper.evaluate((row) => row.getBoundingClientRect().bottom <= document.querySelector('#timeline').getBoundingClientRect().bottom));
  await page.reload();
  await anna.sees('message 30');
  assert.equal(await whisper.count(), 0, 'and it is kept nowhere');
});

test('a room tells a program what is said there, and shows why it does not', async () => {
  await page.goto('/rooms/builds');
  await page.getByRole('button', { name: 'Conversation menu' }).click();
  await page.getByRole('button', { name: 'Room settings' }).click();
  await page.getByRole('button', { name: 'Integrations…' }).click();
  const dialog = page.locator('#dialog-hooks');
  anna.expectRefusal(422);
  await dialog.getByLabel('What it does').selectOption('Tells a program what is said here');
  await dialog.getByLabel('Name of the hook').fill('Echo');
  await dialog.getByLabel('Address to tell').fill('http://192.168.1.1/');
  await dialog.getByLabel('Only messages that begin with').fill('!echo, !say');
  await dialog.getByRole('button', { name: 'Make a hook' }).click();
  await dialog.getByText('must be an address of the web').waitFor();
  await dialog.getByLabel('Address to tell').fill('https://echo.invalid/told');
  await dialog.getByRole('button', { name: 'Make a hook' }).click();
  await dialog.getByLabel('Copy the secret that signs now').waitFor();
  await dialog.locator('.admin-row', { hasText: 'https://echo.invalid/told · !echo !say' }).getByText('Out').waitFor();
  await dialog.locator('.admin-row', { hasText: 'Echo' }).getByRole('button', { name: /Delete/ }).click();
  await anna.confirm();
  await dialog.getByText('This room has no hooks.').waitFor();
});
