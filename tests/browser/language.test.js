// French and English, light and dark, roomy and compact: as the browser asks, until the person chooses.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, claire, page;

before(async () => {
  salon = await Salon.start();
});
after(() => salon.stop());

test('a French browser is greeted in French', async () => {
  claire = await salon.visitor({ locale: 'fr-FR', colorScheme: 'dark' });
  page = claire.page;
  await page.goto('/');
  await page.getByRole('heading', { name: 'Bienvenue dans votre nouveau Salon' }).waitFor();
  assert.equal(await page.getAttribute('html', 'lang'), 'fr');
  assert.equal(await page.title(), 'Créer un compte – Salon');
  assert.equal(await page.getAttribute('html', 'data-bs-theme'), 'dark');
});

test('refusals are in French too', async () => {
  claire.expectRefusal(422);
  await page.fill('[name=username]', 'claire');
  await page.fill('[name=password]', 'court');
  await page.click('#auth-submit');
  await page.getByText('De 8 à 256 caractères.').waitFor();
});

test('the language changes at once, without losing what is being written', async () => {
  await claire.register('claire');
  await claire.createRoom('jardin');
  await claire.say('bonjour');
  await claire.sees('bonjour');
  await page.locator('.day', { hasText: 'Aujourd’hui' }).waitFor();
  await page.fill('#composer-text', 'pas encore envoyé');
  await page.click('#me-button');
  await page.click('.sidebar [data-do=settings]');
  await page.selectOption('#settings-locale', 'en');
  await page.getByRole('heading', { name: 'Profile and settings' }).waitFor();
  await page.locator('.day', { hasText: 'Today' }).waitFor();
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await page.waitForFunction(async () => (await (await fetch('/api/me')).json()).locale === 'en');
  await page.keyboard.press('Escape');
  assert.equal(await page.inputValue('#composer-text'), 'pas encore envoyé');
});

test('the language goes with the account, the theme with the browser', async () => {
  const elsewhere = await salon.visitor({ locale: 'fr-FR' });
  await elsewhere.page.goto('/login');
  await elsewhere.signIn('claire');
  await elsewhere.page.waitForFunction(() => document.documentElement.lang === 'en');
  await elsewhere.isOnline();

  await page.click('#me-button');
  await page.click('.sidebar [data-do=settings]');
  await page.selectOption('#settings-theme', 'light');
  assert.equal(await page.getAttribute('html', 'data-bs-theme'), 'light');
  await page.reload();
  assert.equal(await page.getAttribute('html', 'data-bs-theme'), 'light');
  assert.equal(await elsewhere.page.getAttribute('html', 'data-bs-theme'), 'light');
});

test('how close together things stand is chosen for each device, and holds before anything is drawn', async () => {
  const height = () => page.locator('#rows .message').first().evaluate((it) => it.getBoundingClientRect().height);
  await claire.goTo('/rooms/jardin');
  await claire.sees('bonjour');
  const roomy = await height();
  await page.click('#me-button');
  await page.click('.sidebar [data-do=settings]');
  await page.selectOption('#settings-density', 'compact');
  await page.reload();
  await claire.sees('bonjour');
  assert.ok((await height()) < roomy, 'a message takes less room');
  assert.equal(await page.getAttribute('html', 'data-density'), 'compact');
  await page.click('#me-button');
  await page.click('.sidebar [data-do=settings]');
  await page.selectOption('#settings-density', 'roomy');
  await page.keyboard.press('Escape');
  assert.equal(await height(), roomy);
});

test('a language is a file for the first sight and one for the rest: with another pair there is another language', async () => {
  const reader = await salon.visitor({ locale: 'eo' });
  const french = await (await fetch(`${salon.url}/i18n/fr.json`)).json();
  const later = await (await fetch(`${salon.url}/words/fr.json`)).json();
  // as the server writes it into the page
  await reader.page.addInitScript(() => {
    const name = () => document.documentElement && (document.documentElement.dataset.languages = 'en fr eo');
    new MutationObserver(name).observe(document, { childList: true });
  });
  await reader.page.route('**/i18n/eo.json', (route) => route.fulfill({ json: { ...french, 'auth.sign_in': 'Ensaluti' } }));
  await reader.page.route('**/words/eo.json', (route) => route.fulfill({ json: later }));
  await reader.page.goto('/');
  await reader.page.getByRole('button', { name: 'Ensaluti' }).waitFor();
  await reader.page.getByRole('button', { name: 'English' }).waitFor();
  await reader.signIn('claire');
  await reader.isOnline();
  await reader.page.click('#me-button');
  await reader.page.click('.sidebar [data-do=settings]');
  await reader.page.selectOption('#settings-locale', 'eo');
  assert.deepEqual(await reader.page.locator('#settings-locale option').allInnerTexts(), ['English', 'Français', 'Esperanto']);
  await reader.page.waitForFunction(async () => (await (await fetch('/api/me')).json()).locale === 'eo');
  await reader.context.close();
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
