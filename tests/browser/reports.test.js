// A message that somebody reports, and what administrators make of it.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, cleo;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  ben = await salon.person('ben');
  cleo = await salon.person('cleo');
  await ben.createRoom('attic', { is_private: true });
  await ben.api('PUT', `/api/conversations/attic/members/cleo`);
  for (const text of ['You are all fools', 'Really']) await ben.say(text);
  await ben.sees('Really');
  await cleo.goTo('/rooms/attic');
  await cleo.inConversation('attic');
});
after(() => salon.stop());

const row = (text) => anna.page.locator('[data-section=reports] .admin-row', { hasText: text });

async function report(text, reason) {
  await cleo.message(text).hover();
  await cleo.message(text).getByRole('button', { name: 'Report' }).click();
  const dialog = cleo.page.locator('#dialog-report');
  await dialog.getByText('They see nothing else of the conversation.').waitFor();
  if (reason) await dialog.getByLabel('What is wrong with it?').fill(reason);
  await cleo.isAccessible('the dialog of a report');
  await cleo.screenshot('report-dialog');
  await dialog.getByRole('button', { name: 'Report', exact: true }).click();
}

test('somebody reports a message, once', async () => {
  await ben.message('Really').hover();
  assert.equal(await ben.message('Really').getByRole('button', { name: 'Report' }).isVisible(), false);
  await report('You are all fools', 'An insult');
  await cleo.page.getByText('Thank you. The administrators will look at it.').waitFor();
  cleo.expectRefusal(409);
  await report('You are all fools');
  await cleo.page.locator('#dialog-report').getByText('You have reported this message already').waitFor();
  await cleo.page.keyboard.press('Escape');
  await report('Really');
  await cleo.page.locator('#dialog-report').waitFor({ state: 'hidden' });
});

test('administrators are notified and see that message, and no other', async () => {
  await anna.bell(2);
  await anna.goTo('/notifications');
  await anna.page.getByText('cleo reported a message of ben in attic.').first().click();
  await anna.page.waitForURL('**/admin/reports');
  await row('You are all fools').getByText('Reason: An insult').waitFor();
  await row('You are all fools').getByText(/in attic .* reported by @cleo/).waitFor();
  await anna.isAccessible('the list of reports');
  await anna.screenshot('reports');
});

test('the message is deleted, its author banned, the report resolved and found again', async () => {
  await row('You are all fools').getByRole('button', { name: 'Delete' }).click();
  await anna.confirm();
  await row('You are all fools').getByText('Deleted', { exact: true }).waitFor();
  await cleo.page.getByText('You are all fools').waitFor({ state: 'detached' });
  await row('You are all fools').getByRole('button', { name: 'Resolve' }).click();
  await row('You are all fools').waitFor({ state: 'detached' });
  await row('Really').getByRole('button', { name: 'Ban' }).click();
  await anna.page.waitForFunction(() => document.querySelector('#dialog-ban [name=username]')?.value === 'ben');
  await anna.page.locator('#dialog-ban').getByRole('button', { name: 'Ban', exact: true }).click();
  await anna.page.locator('.notices', { hasText: 'banned' }).waitFor();
  await anna.page.locator('[name=which]').selectOption('resolved');
  await row('You are all fools').getByText('resolved by @anna').waitFor();
  await row('You are all fools').getByRole('button', { name: 'Open again' }).click();
  await anna.page.locator('[name=which]').selectOption('');
  await row('You are all fools').waitFor();
});
