// Being told of what is said while one looks elsewhere: by the system, by a sound, by the title; and being left alone.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, page;

/** What the system would show and play is written down instead; permission is asked for as browsers do. */
function writeDown() {
  globalThis.told = [];
  globalThis.asked = 0;
  globalThis.notes = 0;
  globalThis.Notification = class {
    constructor(title, options) {
      Object.assign(this, { title, ...options, closed: false });
      globalThis.told.push(this);
      localStorage.setItem('bodies', `${localStorage.getItem('bodies') ?? ''}${this.body}\n`); // of all tabs
    }
    close() {
      this.closed = true;
    }
    static get permission() {
      return localStorage.getItem('permission') ?? 'default';
    }
    static async requestPermission() {
      globalThis.asked += 1;
      localStorage.setItem('permission', 'granted');
    }
  };
  const Oscillator = globalThis.OscillatorNode;
  globalThis.OscillatorNode = class extends Oscillator {
    constructor(...given) {
      super(...given);
      globalThis.notes += 1;
    }
  };
}

before(async () => {
  salon = await Salon.start();
  ben = await salon.person('ben');
  await ben.createRoom('garden');
  anna = await salon.visitor();
  await anna.context.addInitScript(writeDown);
  page = anna.page;
  await anna.register('anna');
  await anna.join('garden');
});
after(() => salon.stop());

const told = (where = page) => where.evaluate(() => globalThis.told.map(({ title, body, tag, closed }) => ({ title, body, tag, closed })));
const isTold = (count, where = page) => where.waitForFunction((count) => globalThis.told.length === count, count);
const counted = (words, where = page) => where.waitForFunction((words) => document.title.startsWith(words), words);
const notes = (where = page) => where.evaluate(() => globalThis.notes);

const lookAway = (where = page) => where.evaluate(() => {
  document.hasFocus = () => false;
  dispatchEvent(new Event('blur'));
});
const lookBack = (where = page) => where.evaluate(() => {
  delete document.hasFocus;
  dispatchEvent(new Event('focus'));
});

test('nobody is asked, nothing pops up or sounds, before one has chosen it', async () => {
  await lookAway();
  await ben.say('the beans are up');
  await counted('(1)');
  await lookBack();
  assert.deepEqual(await told(), []);
  assert.equal(await notes(), 0);
  assert.equal(await page.evaluate(() => globalThis.asked), 0);
});

test('switched on, it asks once, and tells what comes while one looks elsewhere', async () => {
  await anna.inSettings(async () => {
    await page.getByRole('switch', { name: 'Notifications of the system' }).check();
    await page.getByText('While Salon is open in a tab').waitFor();
  });
  assert.equal(await page.evaluate(() => globalThis.asked), 1);
  await ben.say('in sight');
  await anna.sees('in sight');
  await lookAway();
  await ben.say('**out** of sight');
  await isTold(1);
  const [one] = await told();
  assert.equal(one.title, 'ben in garden');
  assert.match(one.body, /out/);
  assert.equal(one.tag, await anna.chatId('garden'));
});

test('reading takes it back', async () => {
  await lookBack();
  await page.waitForFunction(() => globalThis.told[0].closed);
});

test('another conversation than the open one is told, and choosing it leads to the message', async () => {
  await anna.goTo('/rooms/general');
  await anna.inConversation('general');
  await ben.say('here I am');
  await isTold(1);
  await page.evaluate(() => globalThis.told[0].onclick());
  await anna.inConversation('garden');
  await page.locator('.is-target', { hasText: 'here I am' }).waitFor();
});

test('of a room where mentions are enough, only they are told', async () => {
  await anna.api('PATCH', '/api/conversations/garden/notify', { notify: 'mentions' });
  await anna.goTo('/rooms/general');
  await ben.say('nothing much');
  await ben.say('@anna but this');
  await isTold(1);
  assert.match((await told())[0].body, /but this/);
  await anna.api('PATCH', '/api/conversations/garden/notify', { notify: 'all' });
});

test('of several tabs one tells, and none while one of them shows it', async () => {
  await anna.goTo('/rooms/general');
  const other = await anna.openPage('/rooms/general');
  await anna.isOnline(other);
  for (const tab of [page, other]) await lookAway(tab);
  for (let n = 1; n <= 3; n += 1) await ben.say(`once ${n}`);
  for (const tab of [page, other]) await counted('(', tab);
  const all = () => page.evaluate(() => localStorage.getItem('bodies'));
  const isToldSomewhere = (words) => page.waitForFunction((words) => localStorage.getItem('bodies').includes(words), words);
  for (let n = 1; n <= 3; n += 1) await isToldSomewhere(`once ${n}`);
  assert.equal((await all()).match(/once/g).length, 3);
  await other.goto('/rooms/garden');
  await anna.inConversation('garden', other);
  await lookBack(other);
  await ben.say('seen there');
  await anna.sees('seen there', other);
  await lookAway(other);
  await ben.say('not seen there');
  await isToldSomewhere('not seen there');
  assert.doesNotMatch(await all(), /^seen there/m);
  await other.close();
  await lookBack();
});

test('a sound is a choice of its own, heard when it is made', async () => {
  await anna.goTo('/rooms/general');
  await anna.inSettings(async () => {
    await page.getByRole('switch', { name: /^Sound/ }).check();
    await page.waitForFunction(() => globalThis.notes === 2);
    await page.getByRole('switch', { name: 'Notifications of the system' }).uncheck();
  });
});

test('quiet for an hour: the counts stay, nothing else; and it ends by itself', async () => {
  await anna.inSettings(async () => {
    await page.getByRole('switch', { name: 'Notifications of the system' }).check();
    await page.getByRole('button', { name: 'For 1 hour' }).click();
    await page.getByText('Quiet until').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.quiet), 'end');
  });
  await page.locator('.sidebar .bell[aria-label*="Quiet now"] use[href="#icon-bell-slash"]').waitFor({ state: 'attached' });
  const before = await notes();
  const count = (await told()).length;
  await ben.say('shh');
  await anna.sidebar('garden').getByText('2 unread messages').waitFor();
  await counted('(2)');
  assert.equal((await told()).length, count);
  assert.equal(await notes(), before);
  await page.clock.setFixedTime(Date.now() + 61 * 60 * 1000);
  await page.locator('.sidebar .bell use[href="#icon-bell"]').waitFor({ state: 'attached' });
  await ben.say('awake again');
  await isTold(count + 1);
});

test('every night between two times, over midnight too', async () => {
  await anna.inSettings(async () => {
    await page.getByRole('switch', { name: 'Do not disturb' }).check();
    await page.getByLabel('From', { exact: true }).fill('21:30');
    await page.getByLabel('To', { exact: true }).fill('06:00');
  });
  const bell = (name) => page.locator(`.sidebar .bell use[href="#icon-${name}"]`).waitFor({ state: 'attached' });
  const nextAt = (hours, minutes) => new Date(new Date().setDate(new Date().getDate() + 2)).setHours(hours, minutes, 0, 0);
  for (const [hours, minutes, sign] of [[21, 29, 'bell'], [21, 30, 'bell-slash'], [2, 0, 'bell-slash'], [6, 0, 'bell'], [12, 0, 'bell']]) {
    await page.clock.setFixedTime(nextAt(hours, minutes));
    await bell(sign);
  }
  await page.reload();
  await anna.isOnline();
  await anna.inSettings(async () => {
    assert.equal(await page.inputValue('#telling-from'), '21:30');
    assert.equal(await page.getByRole('switch', { name: /^Sound/ }).isChecked(), true);
  });
});

test('where the browser forbids it, it says so', async () => {
  await page.evaluate(() => localStorage.setItem('permission', 'denied'));
  await anna.inSettings(async () => {
    await page.getByText('Your browser forbids them here').waitFor();
    assert.equal(await page.getByRole('switch', { name: 'Notifications of the system' }).isDisabled(), true);
  });
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
