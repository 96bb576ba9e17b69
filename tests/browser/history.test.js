// Reading back: any length, without losing one's place.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

const COUNT = 600;
let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('archive');
  await anna.postMany('archive', COUNT, (n) => `message ${n}${n % 7 ? '' : ` ${'with more words '.repeat(12)}`}`);
  ben = await salon.person('ben');
});
after(() => salon.stop());

const firstSeq = (page) => page.locator('#rows [data-seq]').first().getAttribute('data-seq').then(Number);
const lastSeq = (page) => page.locator('#rows [data-seq]').last().getAttribute('data-seq').then(Number);

/** Where the text of a message stands in the window. */
const topOf = (page, seq) =>
  page.locator(`[data-seq="${seq}"] .message-body`).evaluate((element) => element.getBoundingClientRect().top);

test('a room opens at its latest messages', async () => {
  await anna.goTo('/rooms/archive');
  await anna.message(`message ${COUNT}`).waitFor();
  const gap = await anna.page.locator('#timeline').evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight);
  assert.ok(gap < 3);
});

test('older messages come when scrolling up, and what is being read stays where it is', async () => {
  const { page } = anna;
  for (let pages = 0; pages < 4; pages += 1) {
    const before = await firstSeq(page);
    // At the top edge, in one task: remember where the first message is, before the older ones can come.
    const top = await page.evaluate((seq) => {
      const timeline = document.querySelector('#timeline');
      timeline.scrollTop = 40;
      return document.querySelector(`[data-seq="${seq}"] .message-body`).getBoundingClientRect().top;
    }, before);
    await page.waitForFunction((seq) => Number(document.querySelector('#rows [data-seq]').dataset.seq) < seq, before);
    const now = await topOf(page, before);
    assert.ok(Math.abs(now - top) <= 2, `message ${before} moved from ${top} to ${now}`);
  }
});

test('a new message does not move someone who reads further up; a pill leads to it', async () => {
  const { page } = anna;
  const seq = await firstSeq(page);
  const top = await topOf(page, seq);
  await ben.join('archive');
  await ben.say('something new');
  await page.getByRole('button', { name: '1 new message' }).waitFor();
  assert.ok(Math.abs((await topOf(page, seq)) - top) <= 2);
  await page.getByRole('button', { name: '1 new message' }).click();
  await anna.sees('something new');
  await page.locator('#jump').waitFor({ state: 'hidden' });
  await page.waitForFunction(() => document.title === 'archive – Salon');
});

test('the beginning is reached, and the page never holds more than some hundreds of rows', async () => {
  const { page } = anna;
  let most = 0;
  while ((await firstSeq(page)) > 1) {
    const before = await firstSeq(page);
    await page.evaluate(() => (document.querySelector('#timeline').scrollTop = 0));
    await page.waitForFunction((seq) => Number(document.querySelector('#rows [data-seq]').dataset.seq) < seq, before);
    most = Math.max(most, await page.locator('#rows .message').count());
  }
  await page.locator('.start').waitFor();
  assert.ok(most <= 200, `${most} rows`);
  assert.ok((await lastSeq(page)) < COUNT);
});

test('and scrolling down again comes back to the end', async () => {
  const { page } = anna;
  for (let before; (before = await lastSeq(page)) < COUNT + 1;) {
    await page.evaluate(() => (document.querySelector('#timeline').scrollTop = 1e6));
    await page.waitForFunction((seq) => Number([...document.querySelectorAll('#rows [data-seq]')].at(-1).dataset.seq) > seq, before);
    assert.ok((await topOf(page, before)) > -50, `one is still at message ${before}, not past it`);
  }
  await page.evaluate(() => (document.querySelector('#timeline').scrollTop = 1e6));
  await page.locator('#jump').waitFor({ state: 'hidden' });
  await anna.say('back at the end');
  await anna.sees('back at the end');
});

test('a link to a message opens it among its neighbours', async () => {
  await ben.goTo('/rooms/archive?at=123');
  await ben.page.waitForFunction(() => document.activeElement?.dataset?.seq === '123');
  assert.ok((await firstSeq(ben.page)) < 123);
  assert.ok((await lastSeq(ben.page)) > 123);
  await ben.page.click('#jump');
  await ben.sees('back at the end');
});

test('where much is unread it opens at the first of it, and only what was shown is read', async () => {
  await ben.goTo('/rooms/general');
  await anna.postMany('archive', 120, (n) => `unread ${n}`);
  const mark = async () => (await ben.api('GET', '/api/conversations/archive')).last_read_seq;
  const before = await mark();
  await ben.sidebar('archive').click();
  await ben.page.locator('#rows .divider + [data-seq]', { hasText: /unread 1$/ }).waitFor();
  await ben.page.locator('#jump').waitFor();
  await ben.page.waitForFunction(() => document.querySelector('#jump').textContent.match(/\d+/) < 120);
  assert.ok((await mark()) > before);
  assert.ok((await mark()) < before + 60);
  await ben.page.click('#jump');
  await ben.sees('unread 120');
  await ben.page.locator('#jump').waitFor({ state: 'hidden' });
});

test('days are set apart and one person’s words are grouped', async () => {
  await ben.page.locator('.day', { hasText: 'Today' }).first().waitFor();
  assert.ok(await ben.page.locator('.message.grouped').count() > 10);
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
