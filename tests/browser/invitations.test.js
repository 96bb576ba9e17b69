// Inviting someone to play: the invitation with its time, each way it can end, and the game that comes of it.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, cleo;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  [ben, cleo] = [await salon.person('ben'), await salon.person('cleo')];
  // a tab that stays: an invitation ends when the last one is gone
  for (const person of [anna, ben]) await person.isOnline(await person.openPage('/friends'));
});
after(() => salon.stop());

const cardOf = ({ page }, words) => page.locator('.card-item', { hasText: words });
const button = (person, words, name) => cardOf(person, words).getByRole('button', { name });
const noCards = ({ page }) => page.locator('#cards').waitFor({ state: 'hidden' });

async function invite(person, username, options = async () => {}) {
  await person.act(username, 'Invite to play');
  const form = person.page.locator('#dialog-invite');
  await options(form);
  await form.getByRole('button', { name: 'Invite', exact: true }).click();
}

test('an invitation appears on both sides with what was chosen and the time that is left', async () => {
  await ben.goTo('/friends');
  await invite(anna, 'ben', async (form) => {
    await form.getByRole('heading', { name: 'Invite ben to play' }).waitFor();
    await form.getByText('Fast', { exact: true }).click();
    await form.getByLabel('Points to win').fill('7');
    await form.getByLabel('Minutes').fill('1');
    await form.getByLabel('Ranked').check();
  });
  await cardOf(anna, 'You invited ben').waitFor();
  await anna.page.locator('#dialog-person').waitFor({ state: 'hidden' });
  const card = cardOf(ben, 'anna invites you to play');
  await card.getByText('Fast · 7 points · 1 minute · ranked').waitFor();
  assert.match(await card.locator('.countdown').innerText(), /^(1:00|0:5\d)$/);
  const first = await card.locator('.countdown').innerText();
  await ben.page.waitForFunction((first) => document.querySelector('.countdown').textContent !== first, first);
  assert.equal(await ben.page.locator('#announcer').textContent(), 'anna invites you to play');
});

test('who has no time for it puts it aside, and finds it again', async () => {
  await button(ben, 'anna invites', 'Close').click();
  await noCards(ben);
  await ben.page.click('.sidebar .bell');
  await ben.page.locator('#notifications li', { hasText: 'anna invited you to play' }).first().click();
  await ben.page.waitForFunction(() => document.activeElement.dataset.card === 'accept');
});

test('it is still there after reloading, as long as another tab keeps one here', async () => {
  for (const person of [anna, ben]) await person.page.reload();
  await cardOf(anna, 'You invited ben').waitFor();
  await cardOf(ben, 'anna invites you to play').waitFor();
});

test('nobody is invited twice at a time', async () => {
  await invite(anna, 'ben');
  await anna.page.locator('#dialog-invite .form-error:not([hidden])').waitFor();
  assert.match(await anna.page.locator('#dialog-invite .form-error').innerText(), /invitation/);
  await anna.page.locator('#dialog-invite [data-close]').first().click();
  await anna.page.locator('#dialog-person [data-close]').click();
});

test('who invited can take it back', async () => {
  await button(anna, 'You invited ben', 'Withdraw').click();
  await noCards(anna);
  await cardOf(ben, 'anna withdrew the invitation').waitFor();
  await button(ben, 'anna withdrew', 'Close').click();
  await noCards(ben);
});

test('who is invited can decline', async () => {
  await invite(anna, 'ben');
  await button(ben, 'anna invites', 'Decline').click();
  await noCards(ben);
  await cardOf(anna, 'ben declined').waitFor();
  await button(anna, 'ben declined', 'Close').click();
  await noCards(anna);
});

test('what is out of bounds is said beside its field', async () => {
  await invite(anna, 'ben', (form) => form.getByLabel('Points to win').fill('21'));
  await anna.page.locator('#invite-score[aria-invalid=true]').waitFor();
  assert.equal(await anna.page.locator('#dialog-invite').isVisible(), true);
  await anna.page.locator('#dialog-invite [data-close]').first().click();
  await anna.page.locator('#dialog-person [data-close]').click();
});

test('an invitation ends when who invited goes away', async () => {
  await invite(cleo, 'ben');
  await cardOf(ben, 'cleo invites').waitFor();
  await cleo.context.close();
  await button(ben, 'cleo is no longer here', 'Close').click();
  await noCards(ben);
});

test('when it is sent, the focus is where the person was chosen', async () => {
  await anna.goTo('/rooms/general');
  await anna.page.click('#members .person[data-username=ben]');
  await anna.page.getByRole('button', { name: 'Invite to play ben' }).click();
  await anna.page.locator('#dialog-invite').getByRole('button', { name: 'Invite', exact: true }).click();
  await anna.page.waitForFunction(() => document.activeElement.dataset.username === 'ben');
  await button(anna, 'You invited ben', 'Withdraw').click();
  await button(ben, 'anna withdrew', 'Close').click();
});

test('accepted, it is a game, and both tabs of each know it', async () => {
  const tab = await ben.openPage('/friends');
  await ben.isOnline(tab);
  await invite(anna, 'ben');
  await tab.locator('.card-item', { hasText: 'anna invites' }).waitFor();
  await button(ben, 'anna invites', 'Accept').click();
  for (const page of [anna.page, ben.page, tab]) {
    await page.locator('.card-item').getByRole('link', { name: 'Go to the game' }).waitFor();
    assert.equal(await page.locator('.card-item').count(), 1);
  }
  await tab.close();
  await anna.page.reload();
  await cardOf(anna, 'You are playing with ben').waitFor();
});

test('nobody can be invited out of a game', async () => {
  const dora = await salon.person('dora');
  await invite(dora, 'ben');
  await dora.page.locator('#dialog-invite .form-error:not([hidden])').waitFor();
});

test('a game has a page, for its players alone', async () => {
  await cardOf(anna, 'You are playing').getByRole('link').click();
  await anna.page.locator('#pane-game').getByText('On now', { exact: true }).waitFor();
  await noCards(anna);
  await anna.page.reload();
  await anna.page.locator('#finish-form').waitFor();
  const path = new URL(anna.page.url()).pathname;
  assert.match(path, /^\/games\/[0-9a-f-]{36}$/);
  const dora = salon.people.at(-1);
  dora.expectRefusal(404);
  await dora.page.goto(path);
  await dora.page.locator('#pane-missing').waitFor();
});

test('either player enters the result, and both see it', async () => {
  const path = new URL(anna.page.url()).pathname;
  await ben.goTo(path);
  const end = ben.page.getByRole('button', { name: 'End the game' });
  await end.click();
  await ben.page.getByText('Choose who won').waitFor();
  await ben.page.locator('#finish-form').getByLabel('ben', { exact: true }).check();
  await ben.page.getByLabel('Points of anna').fill('8');
  await end.click();
  await ben.page.getByText('Enter the points of both').waitFor();
  await ben.page.getByLabel('Points of ben').fill('7');
  await end.click();
  await ben.page.getByText('These points do not fit').waitFor();
  await ben.page.getByLabel('Points of anna').fill('4');
  await end.click();
  await ben.page.getByText('You won!').waitFor();
  await anna.page.getByText('ben won.').waitFor();
  assert.deepEqual(await anna.page.locator('.player-score').allTextContents(), ['4', '7']);
  for (const person of [anna, ben]) {
    await person.page.reload();
    await person.page.locator('#game-result').filter({ hasText: 'won' }).waitFor();
    assert.equal(await person.page.locator('#finish-form').isVisible(), false);
    await noCards(person);
  }
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
