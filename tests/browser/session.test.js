// Where one is signed in, and what happens when that ends; addresses; several tabs of one person.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { PASSWORD, Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  ben = await salon.person('ben');
  await ben.join('garden');
});
after(() => salon.stop());

test('a wrong password is refused in words', async () => {
  const cleo = await salon.visitor();
  cleo.expectRefusal(401);
  await cleo.page.goto('/login');
  await cleo.page.fill('[name=username]', 'anna');
  await cleo.page.fill('[name=password]', 'not the password');
  await cleo.page.click('#auth-submit');
  await cleo.page.getByText('Wrong username or password.').waitFor();
});

test('what is wrong with a new account is said beside its field', async () => {
  const cleo = await salon.visitor();
  cleo.expectRefusal(422, 409);
  await cleo.page.goto('/register');
  await cleo.page.fill('[name=username]', 'a b');
  await cleo.page.fill('[name=password]', 'short');
  await cleo.page.click('#auth-submit');
  await cleo.page.waitForSelector('#auth-username[aria-invalid=true], #auth-password[aria-invalid=true]');
  await cleo.page.fill('[name=username]', 'ANNA');
  await cleo.page.fill('[name=password]', PASSWORD);
  await cleo.page.click('#auth-submit');
  await cleo.page.getByText(/This username is taken|letters, digits/).first().waitFor();
});

test('a link to a room leads there after signing in', async () => {
  const elsewhere = await salon.visitor();
  await elsewhere.page.goto('/rooms/garden');
  await elsewhere.page.waitForURL('**/login');
  await elsewhere.signIn('anna');
  await elsewhere.inConversation('garden');
  assert.equal(new URL(elsewhere.page.url()).pathname, '/rooms/garden');
  await elsewhere.context.close();
});

test('every address can be reloaded, and back goes back', async () => {
  const { page } = anna;
  await anna.goTo('/private/ben');
  await anna.inConversation('ben');
  await anna.sidebar('garden').click();
  await anna.inConversation('garden');
  await page.reload();
  await anna.inConversation('garden');
  await page.goBack();
  await anna.inConversation('ben');
  await anna.goTo('/');
  await anna.inConversation('ben');
  anna.expectRefusal(404);
  await anna.page.goto('/nowhere/at/all');
  await anna.goTo('/private/nobody-here');
  await page.getByText('There is nobody by that name').waitFor();
});

test('two tabs agree on what is read', async () => {
  await anna.goTo('/rooms/general');
  const second = await anna.openPage('/rooms/general');
  await anna.inConversation('general', second);
  await ben.say('who reads this?');
  for (const page of [anna.page, second]) await anna.sidebar('garden', page).getByText('1 unread message').waitFor();
  await anna.sidebar('garden', second).click();
  await anna.inConversation('garden', second);
  await anna.sidebar('garden').getByText('1 unread message').waitFor({ state: 'detached' });
  await anna.page.waitForFunction(() => document.title === 'general – Salon');
  await second.close();
});

test('tabs that renew the session at the same moment do not end it', async () => {
  const tabs = [anna.page, await anna.openPage('/rooms/garden'), await anna.openPage('/rooms/garden')];
  for (const tab of tabs) await anna.isOnline(tab);
  await anna.page.evaluate(() => localStorage.setItem('salon.refreshed_at', '0'));
  // One of them does it for all. What a tab has written the next may see a moment late, and renew once more with the
  // new cookie: what must not happen is that two use the same one, which would end the session.
  const answers = [];
  for (const tab of tabs) tab.on('response', (answer) => answer.url().endsWith('/api/auth/refresh') && answers.push(answer.status()));
  await Promise.all(tabs.map((tab) => tab.reload()));
  for (const tab of tabs) await anna.isOnline(tab);
  assert.ok(answers.length >= 1);
  assert.ok(answers.every((status) => status === 200), answers.join(' '));
  await anna.page.reload();
  await anna.isOnline();
  for (const tab of tabs.slice(1)) await tab.close();
});

test('a session whose short half has run out is renewed without a word', async () => {
  anna.expectRefusal(401);
  await anna.goTo('/rooms/garden');
  await anna.inConversation('garden');
  const kept = (await anna.context.cookies()).filter(({ path }) => path === '/api/auth');
  assert.equal(kept.length, 1, 'only the refresh cookie is bound to /api/auth');
  await anna.context.clearCookies({ path: '/' });
  await anna.sidebar('general').click();
  await anna.inConversation('general');
  await anna.page.reload();
  await anna.isOnline();
  await anna.inConversation('general');
  await anna.goTo('/rooms/garden');
});

test('a session that is ended elsewhere ends here, politely', async () => {
  const elsewhere = await salon.visitor();
  await elsewhere.page.goto('/login');
  await elsewhere.signIn('anna');
  await elsewhere.isOnline();
  await anna.goTo('/rooms/garden');
  await anna.inConversation('garden');
  await anna.page.fill('#composer-text', 'half said');
  await elsewhere.page.click('#me-button');
  await elsewhere.page.click('[data-do=settings]');
  const others = elsewhere.page.locator('#sessions button:visible');
  while (await others.count() === 0) await elsewhere.page.locator('#sessions li').first().waitFor();
  for (let left = await others.count(); left > 0; left -= 1) {
    const answered = elsewhere.page.waitForResponse((answer) => answer.request().method() === 'GET' && answer.url().endsWith('/api/me/sessions'));
    await others.first().click();
    await answered;
    await elsewhere.page.waitForFunction((n) => [...document.querySelectorAll('#sessions button')].filter((it) => !it.hidden).length < n, left);
  }
  await anna.page.getByText('You were signed out.').waitFor();
  await anna.page.waitForURL('**/login');
  await anna.signIn('anna');
  await anna.inConversation('garden');
  assert.equal(await anna.page.inputValue('#composer-text'), 'half said');
});

test('the profile and the password can be changed', async () => {
  const { page } = anna;
  await page.click('#me-button');
  await page.click('[data-do=settings]');
  await page.fill('#profile-name', 'Anna of the Garden');
  await page.click('#profile-form [type=submit]');
  await page.locator('#me-button', { hasText: 'Anna of the Garden' }).waitFor();
  await ben.page.locator('#members', { hasText: 'Anna of the Garden' }).waitFor();
  await page.fill('#password-current', PASSWORD);
  await page.fill('#password-new', `${PASSWORD} too`);
  await page.click('#password-form [type=submit]');
  await page.getByText('The password is changed.').waitFor();
  await page.keyboard.press('Escape');
});

test('signing out in one tab signs out the other, and leaves nothing of what was written', async () => {
  await anna.goTo('/rooms/garden');
  await anna.page.setInputFiles('#attach-input', { name: 'mine.txt', mimeType: 'text/plain', buffer: Buffer.from('mine') });
  await anna.page.locator('#uploads .upload.is-done').waitFor();
  const written = () => anna.page.evaluate(() => Object.keys(localStorage).filter((key) => /^salon\.(draft|files)/.test(key)).length);
  assert.equal(await written(), 2);
  const second = await anna.openPage('/rooms/garden');
  await anna.isOnline(second);
  await anna.page.click('#me-button');
  await anna.page.click('[data-do=sign-out]');
  await anna.page.waitForURL('**/login');
  await second.waitForURL('**/login');
  assert.equal(await written(), 0);
  await second.close();
});

test('all of it works over plain http on a home network, where browsers offer less', async () => {
  const lan = salon.url.replace('127.0.0.1', 'salon.lan');
  const dora = await salon.visitor({ baseURL: lan });
  dora.url = lan;
  await dora.register('dora');
  assert.equal(await dora.page.evaluate(() => isSecureContext), false);
  await dora.join('garden');
  await dora.say('hello from the LAN');
  await dora.sees('hello from the LAN');
  await ben.sees('hello from the LAN');
  await dora.message('hello from the LAN').hover();
  await dora.page.click('[data-tool=copyText]:visible');
  await dora.page.getByText('Text copied.').waitFor();
  await dora.page.evaluate(() => localStorage.setItem('salon.refreshed_at', '0'));
  await dora.page.reload();
  await dora.isOnline();
  assert.ok(await dora.page.evaluate(() => Number(localStorage.getItem('salon.refreshed_at')) > 0));
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
