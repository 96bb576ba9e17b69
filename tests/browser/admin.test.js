// Running the community: the first steps of who made the first account, and all that administrators do afterwards.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { PASSWORD, Salon } from './salon.js';

let salon, anna, ben, page, invitation;

before(async () => {
  salon = await Salon.start();
});
after(() => salon.stop());

const section = (tab) => page.locator(`[data-section=${tab}]`);
const row = (tab, name) => section(tab).locator('.admin-row', { hasText: name });
const notice = (text) => page.locator('.notices', { hasText: text }).waitFor();

/** Who is signed out elsewhere learns of it; the browser notes the refused call. */
const isOutside = async (person) => {
  await person.page.locator('#auth-submit').waitFor();
};

test('the first account is led through its first steps: a name, who may join', async () => {
  anna = await salon.person('anna');
  page = anna.page;
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
  const start = section('start');
  await start.getByLabel('Name of the community').fill('The Allotment');
  await start.getByLabel('Who is invited').check();
  await start.getByRole('button', { name: 'Save' }).click();
  await notice('Saved.');
  await page.locator('.sidebar .server-name', { hasText: 'The Allotment' }).waitFor();
  assert.match(await page.title(), /The Allotment$/);
});

test('an invitation is made there, as a link and as a picture for telephones', async () => {
  await anna.api('POST', '/api/conversations', { name: 'garden' });
  await section('start').getByLabel('Into the room').selectOption('garden');
  await section('start').getByRole('button', { name: 'Make an invitation' }).click();
  const dialog = page.locator('#dialog-link');
  await dialog.getByRole('heading', { name: 'An invitation' }).waitFor();
  invitation = await dialog.getByLabel('Link', { exact: true }).inputValue();
  assert.match(invitation, /^http:\/\/127\.0\.0\.1:\d+\/register\?invitation=/);
  await page.waitForFunction(() => document.querySelector('.qr')?.naturalWidth > 0);
  await page.keyboard.press('Escape');
});

test('without an invitation nobody comes in, and the page says why', async () => {
  const stranger = await salon.visitor();
  stranger.expectRefusal(403, 422);
  await stranger.page.goto('/register');
  await stranger.page.locator('.brand-large', { hasText: 'The Allotment' }).waitFor();
  await stranger.page.fill('[name=username]', 'zed');
  await stranger.page.fill('[name=password]', PASSWORD);
  await stranger.page.click('#auth-submit');
  await stranger.page.getByText('An invitation is needed here.').waitFor();
});

test('who follows the link is told who invites, and starts in the room it leads to', async () => {
  ben = await salon.visitor();
  ben.name = 'ben';
  await ben.page.goto(invitation);
  await ben.page.getByText('anna invites you. You will start in the room garden.').waitFor();
  await ben.page.fill('[name=username]', 'ben');
  await ben.page.fill('[name=password]', PASSWORD);
  await ben.page.click('#auth-submit');
  await ben.page.waitForSelector('#inside:not([hidden])');
  await ben.isOnline();
  await ben.sidebar('garden').waitFor();
  await page.goto('/admin/invitations');
  await row('invitations', 'garden').getByText('1 of 10 have come').waitFor();
});

test('an invitation that was withdrawn leads nowhere, and says so', async () => {
  await row('invitations', 'garden').getByRole('button', { name: 'Withdraw' }).click();
  await row('invitations', 'garden').waitFor({ state: 'detached' });
  const late = await salon.visitor();
  late.expectRefusal(404);
  await late.page.goto(invitation);
  await late.page.getByText('This invitation does not work any more.').waitFor();
});

test('who forgot their password is handed a link, which works once', async () => {
  await page.goto('/admin/people');
  await row('people', 'ben').getByRole('button', { name: 'Manage ben' }).click();
  await page.locator('#dialog-account').getByRole('button', { name: 'Make a sign-in link' }).click();
  await page.getByRole('heading', { name: 'A sign-in link' }).waitFor();
  const link = await page.locator('#dialog-link').getByLabel('Link', { exact: true }).inputValue();
  await page.waitForFunction(() => document.querySelector('.qr')?.naturalWidth > 0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  const elsewhere = await salon.visitor();
  await elsewhere.page.goto(link);
  await elsewhere.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  await elsewhere.page.fill('[name=password]', 'another long password');
  await elsewhere.page.click('#auth-submit');
  await elsewhere.isOnline();
  await elsewhere.sidebar('garden').waitFor();
  ben.expectRefusal(401);
  await isOutside(ben); // a new password ends the sessions there were

  const again = await salon.visitor();
  again.expectRefusal(401);
  await again.page.goto(link);
  await again.page.click('#auth-submit');
  await again.page.getByText('This link does not work any more.').waitFor();
  ben = elsewhere;
  ben.name = 'ben';
});

test('a new name shows on every page at once, and where Salon is installed from', async () => {
  await anna.api('PATCH', '/api/admin/server', { name: 'The Orchard' });
  for (const person of [anna, ben]) await person.page.locator('.sidebar .server-name', { hasText: 'The Orchard' }).waitFor({ state: 'attached' });
  await ben.page.waitForFunction(() => document.title.endsWith('The Orchard'));
  const manifest = await (await fetch(`${salon.url}/manifest.webmanifest`)).json();
  assert.equal(manifest.name, 'The Orchard');
  await anna.api('PATCH', '/api/admin/server', { name: 'The Allotment' });
  await page.locator('.sidebar .server-name', { hasText: 'The Allotment' }).waitFor({ state: 'attached' });
});

test('an account is disabled, and enabled again', async () => {
  ben.expectRefusal(401, 403);
  await row('people', 'ben').getByRole('button', { name: 'Manage ben' }).click();
  const dialog = page.locator('#dialog-account');
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await anna.confirm();
  await dialog.getByText('Signed in nowhere.').waitFor();
  await isOutside(ben);
  await ben.page.fill('[name=username]', 'ben');
  await ben.page.fill('[name=password]', 'another long password');
  await ben.page.click('#auth-submit');
  await ben.page.getByText('This account is disabled.').waitFor();
  await dialog.getByRole('button', { name: 'Enable' }).click();
  await dialog.getByRole('button', { name: 'Disable' }).waitFor();
  await ben.page.click('#auth-submit');
  await ben.page.waitForSelector('#inside:not([hidden])');
  await ben.isOnline();
});

test('another administrator is made and unmade; the last one stays', async () => {
  const dialog = page.locator('#dialog-account');
  await dialog.getByRole('button', { name: 'Make administrator' }).click();
  await anna.confirm();
  await dialog.getByText('Administrator', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'No longer administrator' }).click();
  await anna.confirm();
  await dialog.getByText('Member', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  anna.expectRefusal(409);
  await row('people', 'anna').getByRole('button', { name: 'Manage anna' }).click();
  await dialog.getByRole('button', { name: 'No longer administrator' }).click();
  await anna.confirm();
  await page.locator('#alerts').getByText('Somebody has to be the administrator.').waitFor();
  await page.keyboard.press('Escape');
});

test('somebody is banned, is told why, and may come again', async () => {
  await page.goto('/admin/bans');
  await section('bans').getByRole('button', { name: 'Ban' }).click();
  const form = page.locator('#dialog-ban');
  await form.getByLabel('Username').fill('@ben');
  await form.getByLabel('Reason').fill('Trampled the beans');
  await form.getByRole('button', { name: 'Ban' }).click();
  await row('bans', '@ben').getByText(/Trampled the beans/).waitFor();
  await isOutside(ben);
  await ben.page.fill('[name=username]', 'ben');
  await ben.page.fill('[name=password]', 'another long password');
  await ben.page.click('#auth-submit');
  await ben.page.getByText(/Trampled the beans/).waitFor();
  await row('bans', '@ben').getByRole('button', { name: 'Lift the ban' }).click();
  await section('bans').getByText('Nobody is banned.').waitFor();
  await ben.page.click('#auth-submit');
  await ben.page.waitForSelector('#inside:not([hidden])');
  await ben.isOnline();
});

test('rooms are handed over and deleted, private ones too', async () => {
  await ben.api('POST', '/api/conversations', { name: 'shed', is_private: true });
  await page.goto('/admin/rooms');
  await section('rooms').getByLabel('Filter rooms').fill('she');
  await row('rooms', 'garden').waitFor({ state: 'detached' });
  await row('rooms', 'shed').getByText('owned by @ben').waitFor();
  await section('rooms').getByLabel('Filter rooms').fill('');
  await row('rooms', 'garden').getByRole('button', { name: 'Hand over' }).click();
  const dialog = page.locator('#dialog-hand_over');
  anna.expectRefusal(404);
  await dialog.getByLabel('New owner').fill('nobody');
  await dialog.getByRole('button', { name: 'Hand over' }).click();
  await dialog.getByText('There is nobody of that name.').waitFor();
  await dialog.getByLabel('New owner').fill('ben');
  await dialog.getByRole('button', { name: 'Hand over' }).click();
  await row('rooms', 'garden').getByText('owned by @ben').waitFor();
  await row('rooms', 'shed').getByRole('button', { name: 'Delete the room' }).click();
  await anna.confirm();
  await row('rooms', 'shed').waitFor({ state: 'detached' });
  await ben.sidebar('shed').waitFor({ state: 'detached' });
});

test('a backup is taken away as a file', async () => {
  await page.goto('/admin');
  await section('overview').getByText('People online').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download][href="/api/admin/backup"]')]);
  assert.match(download.suggestedFilename(), /^salon-\d{4}-\d\d-\d\d\.db$/);
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(0, 15).toString(), 'SQLite format 3');
});

test('all of it is in the log', async () => {
  await page.goto('/admin/audit');
  for (const said of ['Backup taken', 'Room deleted', 'Room handed over: garden', 'Banned: ben', 'Sign-in link used: ben', 'Settings changed']) {
    await row('audit', said).first().waitFor();
  }
});

test('who is no administrator is offered none of it, and finds nothing there', async () => {
  await ben.goTo('/admin');
  await ben.page.locator('#pane-missing').waitFor();
  await ben.page.click('#me-button');
  await ben.page.locator('.sidebar [data-do=settings]').waitFor();
  assert.equal(await ben.page.locator('#admin-item').isVisible(), false);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
