// Salon as an application of its own: what installs it, its newer versions, what is shared with it.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, page;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna', { serviceWorkers: 'allow' });
  ben = await salon.person('ben');
  page = anna.page;
  await anna.createRoom('garden');
  await anna.isInstalled();
});
after(() => salon.stop());

test('the browser finds nothing that would keep it from installing', async () => {
  const session = await anna.context.newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // a private window installs nothing, whatever the page is
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'), []);
  const { errors, data } = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  const manifest = JSON.parse(data);
  assert.deepEqual([manifest.name, manifest.display, manifest.start_url, manifest.scope], ['Salon', 'standalone', '/', '/']);
  for (const { src, sizes, type } of manifest.icons) {
    const found = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return { type: (await fetch(src)).headers.get('Content-Type'), sizes: `${image.naturalWidth}x${image.naturalHeight}` };
    }, src);
    assert.equal(found.type, type, src);
    if (sizes !== 'any') assert.equal(found.sizes, sizes, src);
  }
  for (const { url } of manifest.shortcuts) {
    await anna.goTo(url);
    await page.locator('#pane-missing').waitFor({ state: 'hidden' });
  }
});

test('the worker keeps every file of the page, once, and no answer of the API', async () => {
  const { kept, pages, caches: names } = await page.evaluate(async () => {
    const names = await caches.keys();
    const cache = await caches.open(names[0]);
    const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    const html = await (await cache.match('/')).text();
    return { caches: names, kept, pages: [...html.matchAll(/(?:src|href)="(\/~[^"]+)"/g)].map(([, path]) => path) };
  });
  assert.equal(names.length, 1);
  assert.ok(pages.length > 30);
  for (const path of pages) assert.ok(kept.includes(path), path);
  assert.equal(new Set(kept).size, kept.length);
  for (const name of ['i18n/en.json', 'i18n/fr.json', 'vendor/icons.svg', 'app/views/settings.js']) {
    assert.ok(kept.some((path) => path.startsWith('/~') && path.endsWith(`/${name}`)), name);
  }
  for (const path of kept) assert.ok(path === '/' || path.startsWith('/~'), path);
});

test('what another application shares becomes a message where one wants it', async () => {
  await anna.goTo('/rooms/general');
  await page.fill('#composer-text', 'Look:');
  await page.goto('/share?title=Roses&text=They%20bloom&url=https%3A%2F%2Froses.example%2F');
  await anna.isOnline();
  const dialog = page.locator('#dialog-switcher');
  await dialog.getByText('They bloom').waitFor();
  await anna.screenshot('share');
  await dialog.getByRole('option', { name: 'garden' }).click();
  await anna.inConversation('garden');
  assert.equal(await page.inputValue('#composer-text'), 'Roses\nThey bloom\nhttps://roses.example/');
  await page.fill('#composer-text', '');
  await page.goto('/share?text=and%20more');
  await dialog.getByRole('option', { name: 'general' }).click();
  await anna.inConversation('general');
  assert.equal(await page.inputValue('#composer-text'), 'Look:\nand more');
  await page.reload();
  await anna.inConversation('general');
  assert.equal(await dialog.isVisible(), false);
});

test('files are shared as well', async () => {
  await anna.goTo('/rooms/general');
  await anna.inConversation('general');
  await page.fill('#composer-text', '');
  await Promise.all([page.waitForEvent('framenavigated'), page.evaluate(() => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action: '/share', enctype: 'multipart/form-data' });
    const field = (type, name) => form.appendChild(Object.assign(document.createElement('input'), { type, name }));
    field('text', 'title').value = 'From the garden';
    const files = new DataTransfer();
    files.items.add(new File(['as sharp as ever'], 'épines.txt', { type: 'text/plain' }));
    files.items.add(new File(['and red'], 'petals.txt', { type: 'text/plain' }));
    field('file', 'file').files = files.files;
    document.body.append(form);
    form.submit();
  })]);
  const dialog = page.locator('#dialog-switcher');
  await dialog.getByText('épines.txt and petals.txt').waitFor();
  assert.equal(await page.evaluate(() => caches.has('salon shared')), false, 'they are taken once');
  await dialog.getByRole('option', { name: 'garden' }).click();
  await anna.inConversation('garden');
  assert.equal(await page.inputValue('#composer-text'), 'From the garden');
  await page.locator('#composer-text').press('Enter');
  const said = page.locator('#rows .message', { hasText: 'From the garden' });
  await said.getByText('épines.txt').waitFor();
  await said.getByText('petals.txt').waitFor();
});

test('a new version is announced, and used when one says so, with what was typed', async () => {
  // the policy of the page lets nobody but the page itself name a worker
  const carol = await salon.person('carol', { serviceWorkers: 'allow', bypassCSP: true });
  const here = carol.page;
  await carol.isInstalled();
  await carol.join('garden');
  await here.fill('#composer-text', 'half a');
  const other = await carol.openPage('/rooms/general');
  await carol.isOnline(other);
  assert.equal(await here.locator('#news').isVisible(), false);
  // another script at the same place is what a newer server has
  await here.evaluate(() => navigator.serviceWorker.register('/sw.js?newer'));
  await here.locator('#news').waitFor();
  await carol.screenshot('news');
  await carol.isAccessible('a new version');
  const loaded = here.waitForEvent('load');
  await here.getByRole('button', { name: 'Use it now' }).click();
  await loaded;
  await carol.inConversation('garden');
  assert.equal(await here.inputValue('#composer-text'), 'half a');
  await other.locator('#news').waitFor();
});

test('without a service worker everything else is as it is', async () => {
  await ben.page.click('#me-button');
  await ben.page.click('.sidebar [data-do=settings]');
  await ben.page.getByText('This browser cannot, at this address').waitFor();
  assert.ok(await ben.page.locator('#telling-push').isDisabled());
  assert.equal(await ben.page.evaluate(async () => (await caches.keys()).length), 0);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
