// Files: chosen, pasted, dropped; on their way and stopped; with words and without; shown to those who may see them.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Salon } from './salon.js';
import { noise, picture, png, wav, webm } from './media.js';

const MOST = 3 * 1024 * 1024;
const SENDING = '**/api/conversations/*/attachments';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start('--max-upload', String(MOST));
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  ben = await salon.person('ben');
  await ben.join('garden');
  for (const person of [anna, ben]) person.mayLose = true;
});
after(() => salon.stop());

const text = (name, words = 'some words') => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });
const choose = (person, ...files) => person.page.setInputFiles('#attach-input', files);
const uploads = (person) => person.page.locator('#uploads .upload');
const upload = (person, name) => uploads(person).filter({ hasText: name });
const ready = (person, name) => upload(person, name).and(person.page.locator('.is-done')).waitFor();
const send = (person) => person.page.press('#composer-text', 'Enter');
const row = (person, name) => person.page.locator('#rows .message[data-seq]', { has: person.page.locator(`[title*="${name}"], [aria-label*="${name}"]`) });
const nothingChosen = (person) => uploads(person).first().waitFor({ state: 'detached' });

/** Lets nothing through until it is called again. */
async function hold({ page }, pattern) {
  const { promise, resolve } = (() => {
    let resolve;
    return { promise: new Promise((done) => (resolve = done)), resolve: () => resolve() };
  })();
  await page.route(pattern, async (route) => {
    await promise;
    await route.continue().catch(() => {}); // it may have been canceled
  });
  return async () => {
    resolve();
    await page.unroute(pattern);
  };
}

const drag = (person, type, target) =>
  person.page.evaluate(([type, target]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['dropped words'], 'dropped.txt', { type: 'text/plain' }));
    const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer });
    return document.querySelector(target).dispatchEvent(event);
  }, [type, target]);

test('files are chosen with the button, seen before they go, and come with the words', async () => {
  const { page } = anna;
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  const chooser = await asked;
  assert.ok(chooser.isMultiple());
  await chooser.setFiles([picture('hills.png', 1200, 800), text('list.txt')]);
  await ready(anna, 'hills.png');
  await ready(anna, 'list.txt');
  await upload(anna, 'hills.png').locator('img[src^="blob:"]').waitFor();
  assert.match(await upload(anna, 'list.txt').innerText(), /10 bytes/);
  await page.locator('#uploads-say', { hasText: 'uploaded' }).waitFor({ state: 'attached' });
  await anna.say('What I saw');
  await nothingChosen(anna);
  for (const person of [anna, ben]) {
    await person.sees('What I saw');
    await person.message('What I saw').locator('.picture.is-there img[alt="hills.png"]').waitFor();
    await person.message('What I saw').locator('.file', { hasText: 'list.txt' }).waitFor();
  }
  const [stored] = await ben.api('GET', '/api/conversations/garden/messages');
  assert.deepEqual(stored.attachments.map(({ filename }) => filename), ['hills.png', 'list.txt']);
});

test('they are still there after a reload', async () => {
  await ben.page.reload();
  await ben.message('What I saw').locator('.picture.is-there').waitFor();
  await ben.message('What I saw').locator('.file', { hasText: 'list.txt' }).waitFor();
});

test('a picture is pasted, and needs no words', async () => {
  const base64 = png(300, 200, 1).toString('base64');
  await anna.page.focus('#composer-text');
  await anna.page.evaluate((base64) => {
    const clipboardData = new DataTransfer();
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    clipboardData.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }));
    document.activeElement.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
  }, base64);
  await ready(anna, 'pasted.png');
  await send(anna);
  for (const person of [anna, ben]) await row(person, 'pasted.png').locator('.is-there').waitFor();
  const stored = await ben.api('GET', '/api/conversations/garden/messages');
  assert.equal(stored.at(-1).content, '');
});

test('text that comes with a picture of itself is pasted as text', async () => {
  const taken = await anna.page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'a cell');
    clipboardData.setData('text/html', '<b>a cell</b>');
    clipboardData.items.add(new File(['x'], 'cell.png', { type: 'image/png' }));
    const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData });
    return !document.querySelector('#composer-text').dispatchEvent(event);
  });
  assert.equal(taken, false);
  assert.equal(await uploads(anna).count(), 0);
});

test('a file is dropped where it says so, and beside it nothing happens', async () => {
  const target = anna.page.locator('#drop');
  await drag(anna, 'dragover', '#timeline');
  await target.getByText('Drop to send to garden').waitFor();
  assert.equal(await drag(anna, 'dragover', '.sidebar'), false, 'the page stays');
  await target.waitFor({ state: 'hidden' });
  await drag(anna, 'drop', '.sidebar');
  assert.equal(await uploads(anna).count(), 0);
  await drag(anna, 'dragover', '#timeline');
  await drag(anna, 'drop', '#timeline');
  await target.waitFor({ state: 'hidden' });
  await ready(anna, 'dropped.txt');
  await anna.say('From a folder');
  await ben.message('From a folder').locator('.file', { hasText: 'dropped.txt' }).waitFor();
});

test('what is on its way says how far it is, and can be stopped', async () => {
  const line = await anna.context.newCDPSession(anna.page);
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 });
  await choose(anna, { name: 'slow.bin', mimeType: '', buffer: noise(2_000_000) });
  await upload(anna, 'slow.bin').getByText(/^[1-9]\d?% · 1\.91 MB$/).waitFor();
  const bar = upload(anna, 'slow.bin').getByRole('progressbar', { name: 'slow.bin' });
  assert.ok(await bar.evaluate(({ value }) => value > 0 && value < 100));
  await anna.page.getByRole('button', { name: 'Cancel slow.bin' }).click();
  await nothingChosen(anna);
  assert.equal(await anna.page.evaluate(() => document.activeElement.id), 'composer-text');
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await line.detach();
});

test('what is too large, or too many, is refused before anything is sent', async () => {
  let asked = 0;
  await anna.page.route(SENDING, (route) => {
    asked += 1;
    return route.continue();
  });
  await choose(anna, { name: 'huge.bin', mimeType: '', buffer: Buffer.alloc(MOST + 1) }, text('small.txt'));
  await anna.page.getByText('Too large: huge.bin. A file may have 3 MB at most.').waitFor();
  await ready(anna, 'small.txt');
  assert.equal(asked, 1);
  await choose(anna, ...Array.from({ length: 11 }, (_, n) => text(`${n}.txt`)));
  await anna.page.getByText('A message takes 10 files at most').waitFor();
  await anna.page.waitForFunction(() => document.querySelectorAll('.upload.is-done').length === 10);
  assert.equal(asked, 10);
  await anna.page.unroute(SENDING);
  await anna.say('Ten of them');
  await ben.message('Ten of them').locator('.file').nth(9).waitFor();
});

test('what is removed is forgotten by the server too', async () => {
  const answered = anna.page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/attachments'));
  await choose(anna, text('regret.txt'));
  const { url } = await (await answered).json();
  await ready(anna, 'regret.txt');
  const gone = anna.page.waitForResponse((answer) => answer.request().method() === 'DELETE');
  await anna.page.getByRole('button', { name: 'Remove regret.txt' }).focus();
  await anna.page.keyboard.press('Enter');
  assert.equal((await gone).status(), 204);
  await nothingChosen(anna);
  anna.expectRefusal(404);
  assert.equal((await anna.api('GET', url)).error.code, 'not_found');
});

test('what was chosen waits in its conversation, and comes up meanwhile', async () => {
  await anna.createRoom('pond');
  await anna.sidebar('garden').click();
  await anna.inConversation('garden');
  const letGo = await hold(anna, SENDING);
  await choose(anna, text('waits.txt'));
  await anna.sidebar('pond').click();
  await anna.inConversation('pond');
  await nothingChosen(anna);
  await letGo();
  await anna.sidebar('garden').click();
  await ready(anna, 'waits.txt');
  await anna.page.getByRole('button', { name: 'Remove waits.txt' }).click();
});

test('what is uploaded and not sent is still there after a reload', async () => {
  await choose(anna, picture('kept.png', 300, 200, 5), text('kept.txt'));
  await ready(anna, 'kept.png');
  await ready(anna, 'kept.txt');
  await anna.page.reload();
  await ready(anna, 'kept.txt');
  await upload(anna, 'kept.png').locator('img[src^="/api/attachments/"]').waitFor();
  await anna.say('Kept');
  await ben.message('Kept').locator('.file', { hasText: 'kept.txt' }).waitFor();
  await anna.sees('Kept');
  await anna.page.reload();
  await anna.sees('Kept');
  assert.equal(await uploads(anna).count(), 0);
});

test('what one tab sends is no draft in another any more', async () => {
  await anna.message('Kept').focus();
  await anna.page.keyboard.press('a');
  await anna.page.keyboard.type('From one of two ta');
  await choose(anna, text('tabs.txt'));
  await ready(anna, 'tabs.txt');
  const second = await anna.openPage('/rooms/garden');
  const file = second.locator('#uploads .upload', { hasText: 'tabs.txt' });
  await file.waitFor();
  await second.locator('#composer-replying').waitFor();
  assert.equal(await second.inputValue('#composer-text'), 'From one of two ta');
  await anna.page.focus('#composer-text');
  await anna.page.keyboard.type('bs');
  await send(anna);
  await anna.sees('From one of two tabs', second);
  await file.waitFor({ state: 'detached' });
  await second.locator('#composer-replying').waitFor({ state: 'hidden' });
  assert.equal(await second.inputValue('#composer-text'), '');
  await second.close();
  await anna.page.reload();
  await anna.sees('From one of two tabs');
  assert.equal(await uploads(anna).count(), 0);
});

test('what moves by itself stands still for those who want no motion', async () => {
  const gif = Buffer.from('R0lGODlhAQABAPAAAP8AAAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
  await choose(anna, { name: 'blink.gif', mimeType: 'image/gif', buffer: gif });
  await ready(anna, 'blink.gif');
  await send(anna);
  await row(anna, 'blink.gif').locator('.is-there img[src^="data:image/png"]').waitFor();
  const dave = await salon.person('dave', { reducedMotion: 'no-preference' });
  await dave.join('garden');
  await row(dave, 'blink.gif').locator('.is-there img[src^="/api/"]').waitFor();
});

test('a message waits for its files, and goes by itself', async () => {
  const letGo = await hold(anna, SENDING);
  await choose(anna, text('first.txt'), text('second.txt'), text('third.txt'));
  await upload(anna, 'third.txt').getByText('Waiting for its turn').waitFor();
  await anna.page.getByRole('button', { name: 'Send once the files are uploaded' }).waitFor();
  await anna.say('All three');
  await anna.page.locator('#composer-waits', { hasText: 'It will be sent once the files are uploaded.' }).waitFor();
  assert.equal(await anna.message('All three').count(), 0);
  await letGo();
  await ben.message('All three').locator('.file').nth(2).waitFor();
  assert.equal(await anna.page.inputValue('#composer-text'), '');
  await anna.page.getByRole('button', { name: 'Send', exact: true }).waitFor();
});

test('it goes as well while one is elsewhere, or changes another message', async () => {
  const { page } = anna;
  for (const away of [true, false]) {
    const letGo = await hold(anna, SENDING);
    await choose(anna, text(`away-${away}.txt`));
    await anna.say(`Away: ${away}`);
    await page.locator('#composer-waits', { hasText: 'It will be sent' }).waitFor();
    if (away) await anna.sidebar('pond').click();
    else {
      await anna.message('All three').focus();
      await page.keyboard.press('e');
      await page.locator('.composer.editing').waitFor();
    }
    await letGo();
    await ben.message(`Away: ${away}`).locator('.file').waitFor();
    if (away) await anna.sidebar('garden').click();
    else await page.press('#composer-text', 'Escape');
    await anna.sees(`Away: ${away}`);
    assert.equal(await page.inputValue('#composer-text'), '');
    await nothingChosen(anna);
  }
});

test('what the server refuses says why, holds the message back, and is tried again', async () => {
  anna.expectRefusal(413);
  const full = { error: { code: 'too_large', message: 'full' } };
  await anna.page.route(SENDING, (route) => route.fulfill({ status: 413, json: full }));
  await choose(anna, text('again.txt'));
  await upload(anna, 'again.txt').getByText('No room left.').waitFor();
  await anna.page.locator('#composer-waits', { hasText: 'Retry or remove' }).waitFor();
  assert.ok(await anna.page.locator('.send').isDisabled());
  await anna.page.unroute(SENDING);
  await anna.page.getByRole('button', { name: 'Try again.txt again' }).click();
  await ready(anna, 'again.txt');
  await anna.say('In the end');
  await ben.message('In the end').locator('.file').waitFor();
});

test('a session that ran out is renewed on the way', async () => {
  anna.expectRefusal(401);
  let refused = false;
  await anna.page.route(SENDING, (route) => {
    if (refused) return route.continue();
    refused = true;
    return route.fulfill({ status: 401, json: { error: { code: 'unauthorized', message: 'no' } } });
  });
  await choose(anna, text('renewed.txt'));
  await ready(anna, 'renewed.txt');
  assert.ok(refused);
  await anna.page.unroute(SENDING);
  await anna.page.getByRole('button', { name: 'Remove renewed.txt' }).click();
});

test('without a network a file waits, and goes on when it is back', async () => {
  const letGo = await hold(anna, SENDING);
  await choose(anna, text('later.txt'));
  await upload(anna, 'later.txt').and(anna.page.locator('.is-sending')).waitFor();
  await anna.context.setOffline(true);
  await upload(anna, 'later.txt').getByText('Waiting for the connection').waitFor();
  await letGo();
  await anna.say('When it is back');
  await anna.context.setOffline(false);
  await ben.message('When it is back').locator('.file', { hasText: 'later.txt' }).waitFor();
  await anna.sees('When it is back');
  assert.equal(await anna.message('When it is back').count(), 1);
});

test('a message with a file that is sent while offline goes once, over a reload too', async () => {
  await choose(anna, picture('offline.png', 200, 100, 2));
  await ready(anna, 'offline.png');
  await anna.context.setOffline(true);
  await anna.page.getByText('You are offline').waitFor();
  await send(anna);
  await anna.page.locator('.is-pending .picture').waitFor();
  await anna.page.close();
  await anna.context.setOffline(false);
  anna.page = await anna.openPage('/rooms/garden');
  for (const person of [anna, ben]) {
    await row(person, 'offline.png').locator('.is-there').waitFor();
    assert.equal(await row(person, 'offline.png').count(), 1);
  }
});

test('a message whose file is gone says so, and can be discarded', async () => {
  const answered = anna.page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('/attachments'));
  await choose(anna, text('gone.txt'));
  const { url } = await (await answered).json();
  await ready(anna, 'gone.txt');
  await anna.api('DELETE', url);
  await anna.say('With nothing');
  const failed = anna.page.locator('.is-failed', { hasText: 'is not there any more' });
  await failed.getByRole('button', { name: 'Discard' }).click();
  await failed.waitFor({ state: 'detached' });
});

test('a card gives back the same bytes', async () => {
  const bytes = noise(300_000, 7);
  await choose(anna, { name: 'noise é.bin', mimeType: '', buffer: bytes });
  await ready(anna, 'noise');
  await anna.say('Bytes');
  const saved = ben.page.waitForEvent('download');
  await ben.message('Bytes').getByRole('link', { name: 'Download noise é.bin, 293 kB' }).click();
  const download = await saved;
  assert.equal(download.suggestedFilename(), 'noise é.bin');
  assert.ok(bytes.equals(await readFile(await download.path())));
  assert.equal(new URL(ben.page.url()).pathname, '/rooms/garden');
});

test('films and sounds can be played where they are; what cannot is downloaded', async () => {
  const broken = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42'), noise(400, 3)]);
  await choose(anna, { name: 'film.webm', mimeType: 'video/webm', buffer: await webm(anna.page) },
    { name: 'note.wav', mimeType: 'audio/wav', buffer: wav() }, { name: 'broken.mp4', mimeType: 'video/mp4', buffer: broken });
  for (const name of ['film.webm', 'note.wav', 'broken.mp4']) await ready(anna, name);
  await anna.say('Moving');
  const message = ben.message('Moving');
  const readyToPlay = ([player]) => player.readyState >= 1;
  for (const [kind, name] of [['video', 'film.webm'], ['audio', 'note.wav']]) {
    const player = message.locator(`${kind}[controls][preload=metadata][aria-label="${name}"]`);
    await player.waitFor();
    await ben.page.waitForFunction(readyToPlay, [await player.elementHandle()]);
  }
  const unplayed = message.locator('.media', { hasText: 'broken.mp4' });
  await unplayed.getByText('This browser cannot play it.').waitFor();
  await unplayed.getByRole('link', { name: 'Download broken.mp4' }).waitFor();
});

test('nothing moves while pictures come', async () => {
  await choose(anna, picture('wide.png', 1600, 400), picture('tall.png', 300, 1200, 1));
  await ready(anna, 'wide.png');
  await ready(anna, 'tall.png');
  await anna.say('A grid');
  await choose(anna, picture('alone.png', 900, 700, 3));
  await ready(anna, 'alone.png');
  await anna.say('One picture');
  await anna.sees('One picture');
  const letGo = await hold(ben, '**/api/attachments/**');
  await ben.page.reload({ waitUntil: 'domcontentloaded' });
  await ben.message('One picture').locator('.picture').waitFor();
  const heights = () => ben.page.locator('#rows > *').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
  const place = () => ben.page.locator('#timeline').evaluate(({ scrollTop }) => scrollTop);
  const [before, at] = [await heights(), await place()];
  assert.ok(before.length > 10);
  await letGo();
  await ben.message('One picture').locator('.is-there').waitFor();
  await ben.message('A grid').locator('.is-there').nth(1).waitFor();
  assert.deepEqual(await heights(), before);
  assert.equal(await place(), at);
  const box = await ben.message('One picture').locator('.picture').boundingBox();
  assert.deepEqual([Math.round(box.width), Math.round(box.height)], [386, 300]);
});

test('a picture that does not come says so, and is tried again', async () => {
  await ben.page.route('**/api/attachments/**', (route) => route.abort());
  await ben.page.reload();
  const lost = ben.message('One picture').locator('.picture');
  await lost.getByText('alone.png cannot be shown').waitFor();
  ben.complaints = ben.complaints.filter((complaint) => !complaint.includes('ERR_FAILED'));
  await ben.page.unroute('**/api/attachments/**');
  await lost.click();
  await lost.and(ben.page.locator('.is-there')).waitFor();
  assert.equal(await ben.page.locator('#dialog-lightbox[open]').count(), 0);
});

test('by the keyboard, pictures are looked through and the focus comes back', async () => {
  const { page } = ben;
  await page.reload();
  const opener = ben.message('A grid').locator('.picture').first();
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'wide.png' });
  await dialog.getByText(/^anna, /).waitFor();
  await dialog.locator('img[alt="wide.png"]').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('dialog', { name: 'tall.png' }).waitFor();
  await page.keyboard.press('ArrowRight');
  const last = page.getByRole('dialog', { name: 'alone.png' });
  await last.waitFor();
  await page.keyboard.press('ArrowRight');
  assert.equal(await last.getByRole('button', { name: 'Next picture' }).count(), 0);
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('dialog', { name: 'tall.png' }).waitFor();
  const width = () => page.locator('#dialog-lightbox img').evaluate((image) => image.getBoundingClientRect().width);
  const whole = await width();
  await page.keyboard.press('+');
  assert.ok((await width()) > 2 * whole);
  await page.keyboard.press('-');
  assert.equal(await width(), whole);
  await page.locator('#dialog-lightbox img').click();
  assert.ok((await width()) > 2 * whole);
  const tab = page.getByRole('dialog').getByRole('link', { name: 'Open in a new tab' });
  assert.match(await tab.getAttribute('href'), /^\/api\/attachments\/[\da-f-]+$/);
  await page.keyboard.press('Escape');
  await page.locator('#dialog-lightbox').waitFor({ state: 'hidden' });
  assert.ok(await opener.evaluate((element) => element === document.activeElement));
});

test('by touch, a swipe leads on, two taps look closer, a swipe down closes', async () => {
  const cleo = await salon.person('cleo', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await cleo.join('garden');
  const { page } = cleo;
  const grid = cleo.message('A grid').locator('.picture').first();
  await grid.tap();
  await page.getByRole('dialog', { name: 'wide.png' }).waitFor();
  const line = await cleo.context.newCDPSession(page);
  const swipe = async (x, y) => {
    await line.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: 180, y: 300 }] });
    await line.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: 180 + x, y: 300 + y }] });
    await line.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  await swipe(-120, 5);
  await page.getByRole('dialog', { name: 'tall.png' }).waitFor();
  await swipe(120, -5);
  await page.getByRole('dialog', { name: 'wide.png' }).waitFor();
  const image = page.locator('#dialog-lightbox img');
  const twice = () => Promise.all([page.touchscreen.tap(180, 400), page.touchscreen.tap(180, 400)]);
  await image.tap();
  assert.equal(await page.locator('.is-zoomed').count(), 0);
  await twice();
  await page.locator('.is-zoomed').waitFor();
  await twice();
  await page.locator('.is-zoomed').waitFor({ state: 'detached' });
  await swipe(5, 200);
  await page.locator('#dialog-lightbox').waitFor({ state: 'hidden' });
});

test('a message of files alone is named by them where there is no room for more', async () => {
  await row(ben, 'pasted.png').focus();
  await ben.page.keyboard.press('a');
  await ben.page.getByText('Replying to anna: 📎 pasted.png').waitFor();
  await ben.say('Nice');
  await anna.message('Nice').locator('.quote', { hasText: '📎 pasted.png' }).waitFor();
  await anna.message('Ten of them').focus();
  await anna.page.keyboard.press('c');
  await anna.page.getByText(/Text copied|does not allow copying/).waitFor();
});

test('while a message is changed nothing can be attached; words can be added to files, and taken away', async () => {
  await row(anna, 'pasted.png').focus();
  await anna.page.keyboard.press('e');
  await anna.page.locator('.composer.editing').waitFor();
  assert.equal(await anna.page.getByRole('button', { name: 'Attach files' }).count(), 0);
  await anna.say('Now with words');
  await row(ben, 'pasted.png').locator('.message-body', { hasText: 'Now with words' }).waitFor();
  await row(anna, 'pasted.png').locator('.message-body', { hasText: 'Now with words' }).waitFor();
  await row(anna, 'pasted.png').focus();
  await anna.page.keyboard.press('e');
  await anna.page.locator('.composer.editing').waitFor();
  await anna.say('');
  await row(anna, 'pasted.png').locator('.message-body', { hasText: 'Now with words' }).waitFor({ state: 'detached' });
  await row(anna, 'pasted.png').locator('.picture').waitFor();
});

test('a deleted message shows nothing of its files', async () => {
  const stored = await anna.api('GET', '/api/conversations/garden/messages');
  const message = stored.find(({ attachments }) => attachments[0]?.filename === 'pasted.png');
  await anna.api('DELETE', `/api/messages/${message.id}`);
  for (const person of [anna, ben]) {
    await person.page.locator(`.is-deleted[data-seq="${message.seq}"]`).waitFor();
    assert.equal(await person.page.locator(`[data-seq="${message.seq}"] .attachments > *`).count(), 0);
  }
});

test('who is not in the room gets nothing of it', async () => {
  const dora = await salon.person('dora');
  const [{ attachments }] = await anna.api('GET', '/api/conversations/garden/messages');
  dora.expectRefusal(404);
  for (const { url, thumbnail_url } of attachments) {
    for (const path of [url, thumbnail_url].filter(Boolean)) {
      assert.equal(await dora.page.evaluate(async (path) => (await fetch(path)).status, path), 404);
    }
  }
  assert.ok(attachments[0].thumbnail_url);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
