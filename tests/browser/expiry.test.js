// Invitations that nobody answers, and connections lost while one waits.

import { after, before, test } from 'node:test';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start('--invitation-wait', '3');
  anna = await salon.person('anna');
  ben = await salon.person('ben');
});
after(() => salon.stop());

const cardOf = ({ page }, words) => page.locator('.card-item', { hasText: words });

async function invite() {
  await anna.act('ben', 'Invite to play');
  await anna.page.locator('#dialog-invite').getByRole('button', { name: 'Invite', exact: true }).click();
}

test('an invitation that is not answered ends by itself', async () => {
  await invite();
  await cardOf(ben, 'anna invites you').waitFor();
  await cardOf(ben, 'invitation from anna has expired').waitFor();
  await cardOf(anna, 'ben did not answer in time').waitFor();
  await cardOf(ben, 'expired').getByRole('button', { name: 'Close' }).click();
  await ben.page.locator('#cards').waitFor({ state: 'hidden' });
});

test('what ended while one was away does not come back', async () => {
  await invite();
  await cardOf(ben, 'anna invites you').waitFor();
  ben.mayLose = true;
  await ben.context.setOffline(true);
  await ben.page.getByText('You are offline').waitFor();
  await cardOf(anna, /is over|in time/).waitFor();
  await ben.context.setOffline(false);
  await ben.isOnline();
  await cardOf(ben, 'anna invites you').waitFor({ state: 'detached' });
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
