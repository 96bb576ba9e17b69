// When many speak at a time: all of it shows, in order and once, one can go on writing, and who reads further up stays there.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

const MANY = 500;
let salon, anna, ben, page;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  page = anna.page;
  await anna.createRoom('fair');
  ben = await salon.person('ben');
  await ben.join('fair');
  ben.expectRefusal(404); // a sign for this bare page
  await ben.page.goto('/healthz'); // he has no client of his own now, and only sends
});
after(() => salon.stop());

/** All at once through one socket; done when the server has acknowledged the last. */
const flood = async (word, count) => {
  const chat_id = await anna.chatId('fair');
  return ben.page.evaluate(async ([chat_id, word, count]) => {
    const socket = new WebSocket(`ws://${location.host}/ws/events/`);
    await new Promise((resolve) => (socket.onmessage = resolve));
    await new Promise((resolve) => {
      let there = 0;
      socket.onmessage = ({ data }) => {
        const { action } = JSON.parse(data);
        if (action === 'new_message' && (there += 1) === count) resolve();
      };
      for (let n = 1; n <= count; n += 1) {
        const data = { content: `${word} ${n}`, chat_id, timestamp: new Date().toISOString() };
        socket.send(JSON.stringify({ action: 'new_message', data }));
      }
    });
    socket.close();
  }, [chat_id, word, count]);
};

const seqs = () => page.locator('#rows [data-seq]').evaluateAll((rows) => rows.map((row) => Number(row.dataset.seq)));

test('five hundred messages at once come in order, each once, and the end stays in sight', async () => {
  await anna.inConversation('fair');
  await page.focus('#composer-text');
  const flooding = flood('hurray', MANY);
  await page.keyboard.type('what is typed meanwhile');
  assert.equal(await page.inputValue('#composer-text'), 'what is typed meanwhile');
  await flooding;
  await anna.message(`hurray ${MANY}`).waitFor();
  const there = await seqs();
  assert.deepEqual(there, there.map((_, index) => there[0] + index), 'in order, without a gap');
  assert.equal(there.at(-1), MANY);
  assert.ok(there.length <= 200, `${there.length} rows`);
  const gap = await page.locator('#timeline').evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight);
  assert.ok(gap < 3, `${gap} pixels from the end`);
  await page.keyboard.press('Enter');
  await anna.sees('what is typed meanwhile');
});

test('who reads further up is not moved, and is told how many there are', async () => {
  const first = (await seqs())[0];
  await page.locator('#timeline').evaluate((it) => (it.scrollTop = 0));
  await page.waitForFunction((first) => Number(document.querySelector('#rows [data-seq]').dataset.seq) < first, first);
  const held = (await seqs()).at(10);
  const row = page.locator(`[data-seq="${held}"]`);
  await row.scrollIntoViewIfNeeded();
  const top = await row.locator('.message-body').evaluate((it) => it.getBoundingClientRect().top);
  await flood('again', 120);
  await page.getByRole('button', { name: '120 new messages' }).waitFor();
  const now = await row.locator('.message-body').evaluate((it) => it.getBoundingClientRect().top);
  assert.ok(Math.abs(now - top) <= 2, `from ${top} to ${now}`);
  assert.equal(await anna.message('again 120').count(), 0, 'what is not near the view is not in the page');
  await page.click('#jump');
  await anna.message('again 120').waitFor();
});

test('a page that nobody sees counts what comes', async () => {
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await flood('unseen', 30);
  await page.waitForFunction(() => document.title.startsWith('(30)'));
  await page.evaluate(() => {
    delete document.visibilityState;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.waitForFunction(() => !document.title.startsWith('('));
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
