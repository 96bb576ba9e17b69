// A room in slow mode: set by who runs it, and what its members see of it.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  ben = await salon.person('ben');
  await Promise.all([anna, ben].map(async (person) => {
    await person.goTo('/rooms/general');
    await person.inConversation('general');
  }));
});
after(() => salon.stop());

const WAITS = /Slow mode: write again in [56]:\d\d:\d\d/;

async function slow(seconds) {
  await anna.page.click('#room-menu button');
  await anna.page.click('[data-do=room-settings]');
  await anna.page.selectOption('#dialog-room_settings [name=slow_mode]', seconds);
  await anna.screenshot(`slow-settings-${seconds}`);
  await anna.page.click('#dialog-room_settings [type=submit]');
  await anna.page.locator('#dialog-room_settings').waitFor({ state: 'hidden' });
}

test('the room that everyone is in can be slowed, but not renamed, hidden or deleted', async () => {
  await anna.page.click('#room-menu button');
  await anna.page.click('[data-do=room-settings]');
  const dialog = anna.page.locator('#dialog-room_settings');
  await dialog.getByLabel('Slow mode').waitFor();
  assert.equal(await dialog.getByLabel('Name').isEditable(), false);
  assert.equal(await dialog.getByText('Private').isVisible(), false);
  assert.equal(await dialog.getByRole('button', { name: 'Delete the room' }).isVisible(), false);
  await anna.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('a member waits, is told how long, and keeps what they write', async () => {
  await slow('21600');
  await ben.page.waitForFunction(() => fetch('/api/conversations/general').then((answer) => answer.json()).then((room) => room.slow_mode === 21600));
  await ben.say('first');
  await ben.page.getByText(WAITS).waitFor();
  await ben.say('second');
  assert.equal(await ben.page.inputValue('#composer-text'), 'second');
  assert.equal(await ben.page.locator('#composer .send').isDisabled(), true);
  await ben.screenshot('slow-composer');
  await ben.page.reload();
  await ben.page.getByText(WAITS).waitFor();
  assert.equal(await ben.page.inputValue('#composer-text'), 'second');
  for (const text of ['one', 'two']) {
    await anna.say(text);
    await ben.sees(text);
  }
});

test('what was said elsewhere counts as well', async () => {
  const cleo = await salon.person('cleo');
  await cleo.goTo('/rooms/general');
  await cleo.inConversation('general');
  await cleo.postMany('general', 1, () => 'from elsewhere');
  await cleo.page.getByText(WAITS).waitFor();
});

test('once the room is slow no more, what was written can be sent', async () => {
  await slow('0');
  await ben.page.locator('#composer-slow:empty').waitFor({ state: 'attached' });
  await ben.page.click('#composer .send');
  await anna.sees('second');
});
