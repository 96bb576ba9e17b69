// Answering a message: what is answered stands over the answer, and leads there.

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
  await anna.say('Shall we sow beans?');
  await ben.sees('Shall we sow beans?');
});
after(() => salon.stop());

test('an answer shows whom and what it answers, to everyone', async () => {
  await ben.message('Shall we sow').focus();
  await ben.page.keyboard.press('a');
  await ben.page.getByText('Replying to anna: Shall we sow beans?').waitFor();
  assert.equal(await ben.page.evaluate(() => document.activeElement.id), 'composer-text');
  await ben.say('Next week');
  await ben.page.locator('#composer-replying').waitFor({ state: 'hidden' });
  for (const person of [anna, ben]) {
    const quote = person.message('Next week').locator('.quote');
    assert.match((await quote.innerText()).replace(/\s+/g, ' '), /anna Shall we sow beans\?/);
  }
});

test('what is answered is told by its words, without marks', async () => {
  await anna.say('**Beans**:\n- `borlotti`\n- :tada:');
  await ben.message('borlotti').focus();
  await ben.page.keyboard.press('a');
  await ben.page.getByText('Replying to anna: Beans: borlotti 🎉', { exact: true }).waitFor();
  await ben.say('The first');
  await anna.message('The first').locator('.quote-text', { hasText: /^Beans: borlotti 🎉$/ }).waitFor();
});

test('it can be given up, and what is written next answers nothing', async () => {
  await anna.message('Next week').hover();
  await anna.message('Next week').getByRole('button', { name: 'Reply', exact: true }).click();
  await anna.page.locator('#composer-replying').waitFor();
  await anna.page.keyboard.press('Escape');
  await anna.page.locator('#composer-replying').waitFor({ state: 'hidden' });
  await anna.say('Or in May');
  await ben.sees('Or in May');
  assert.equal(await ben.message('Or in May').locator('.quote').count(), 0);
});

test('it stays with its draft over another room and a reload; what is deleted meanwhile is not answered', async () => {
  const bar = anna.page.locator('#composer-replying');
  await anna.message('Next week').focus();
  await anna.page.keyboard.press('a');
  await anna.page.keyboard.type('half a thought');
  await anna.sidebar('general').click();
  await anna.inConversation('general');
  await bar.waitFor({ state: 'hidden' });
  await anna.sidebar('garden').click();
  await bar.getByText('Replying to ben: Next week').waitFor();
  await anna.page.reload();
  await bar.getByText('Replying to ben: Next week').waitFor();
  await anna.page.press('#composer-text', 'Enter');
  await ben.message('half a thought').locator('.quote', { hasText: 'Next week' }).waitFor();
  await ben.say('never mind this');
  await anna.message('never mind this').focus();
  await anna.page.keyboard.press('a');
  await bar.getByText('Replying to ben: never mind this').waitFor();
  const stored = await ben.api('GET', '/api/conversations/garden/messages');
  await ben.api('DELETE', `/api/messages/${stored.at(-1).id}`);
  await bar.waitFor({ state: 'hidden' });
});

test('it follows what was answered: edited, deleted, and far above', async () => {
  const [first] = await anna.api('GET', '/api/conversations/garden/messages');
  await anna.api('PATCH', `/api/messages/${first.id}`, { content: 'Shall we sow peas?' });
  await ben.message('Next week').locator('.quote', { hasText: 'Shall we sow peas?' }).waitFor();
  for (let number = 0; number < 120; number += 1) {
    await anna.api('POST', '/api/conversations/garden/messages', { content: `row ${number}` });
  }
  await anna.api('POST', '/api/conversations/garden/messages', { content: 'At last', reply_to: first.id });
  await ben.page.reload();
  await ben.message('At last').locator('.quote', { hasText: 'An earlier message' }).click();
  await ben.page.locator('.message[data-seq="1"]', { hasText: 'Shall we sow peas?' }).waitFor();
  assert.equal(new URL(ben.page.url()).search, '?at=1');
  await anna.api('DELETE', `/api/messages/${first.id}`);
  await ben.message('Next week').locator('.quote', { hasText: 'deleted' }).waitFor();
});

test('an answer that is written while offline is sent as one', async () => {
  await ben.goTo('/rooms/garden');
  await ben.message('At last').waitFor();
  ben.mayLose = true;
  await ben.context.setOffline(true);
  await ben.page.getByText('You are offline').waitFor();
  await ben.message('At last').focus();
  await ben.page.keyboard.press('a');
  await ben.say('Indeed');
  await ben.page.locator('.is-pending .quote', { hasText: 'At last' }).waitFor();
  await ben.context.setOffline(false);
  await anna.goTo('/rooms/garden');
  await anna.message('Indeed').locator('.quote', { hasText: 'At last' }).waitFor();
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
