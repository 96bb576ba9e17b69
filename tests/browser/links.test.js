// A link to a message opens it in its context: for whom it is, and as long as there is something to open.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('archive');
  await anna.postMany('archive', 200);
  await anna.createRoom('vault', { is_private: true });
  await anna.postMany('vault', 3, (n) => `secret ${n}`);
  ben = await salon.person('ben');
  await anna.context.grantPermissions(['clipboard-read', 'clipboard-write']);
});
after(() => salon.stop());

/** Copies the link to a message, as anybody would. */
async function linkTo(person, text) {
  await person.message(text).first().focus();
  await person.page.keyboard.press('l');
  await person.page.getByText('Link copied.').waitFor();
  return person.page.evaluate(() => navigator.clipboard.readText());
}

const isAt = (person, text) => person.page.waitForFunction((text) => document.activeElement?.matches('.message')
  && document.activeElement.querySelector('.message-body').textContent === text, text);

let far, direct, secret;

test('who is not in the room is offered to join, and then is at the message', async () => {
  await anna.goTo('/rooms/archive?at=40');
  await isAt(anna, 'message 40');
  far = await linkTo(anna, 'message 40');
  await ben.page.goto(far);
  await ben.page.getByText('opens once you have joined').waitFor();
  await ben.page.click('[data-do=join-preview]');
  await isAt(ben, 'message 40');
  assert.equal(new URL(ben.page.url()).pathname + new URL(ben.page.url()).search, '/rooms/archive?at=40');
  await ben.page.reload();
  await isAt(ben, 'message 40');
});

test('it opens from the end of the room too, far from what is loaded', async () => {
  await ben.goTo('/rooms/archive');
  await ben.message('message 200').waitFor();
  await anna.api('POST', '/api/conversations/archive/messages', { content: `Look: ${far}` });
  await ben.message('Look:').locator('a').click();
  await isAt(ben, 'message 40');
  assert.equal(ben.context.pages().length, 1, 'in this page, not in another');
});

test('it still leads there once the room has another name', async () => {
  const id = await anna.chatId('archive');
  await anna.api('PATCH', `/api/conversations/${id}`, { name: 'attic' });
  await ben.goTo(far);
  await isAt(ben, 'message 40');
  assert.equal(new URL(ben.page.url()).pathname, '/rooms/attic');
});

test('a deleted message is shown as that, in its place', async () => {
  const [message] = await anna.api('GET', '/api/conversations/attic/messages?before=41&limit=1');
  await anna.api('DELETE', `/api/messages/${message.id}`);
  await ben.goTo(far);
  await isAt(ben, 'Message deleted');
  await ben.message('message 39').waitFor();
  await ben.message('message 41').waitFor();
});

test('where there is no such message, the one next to it is shown, and that is said', async () => {
  await ben.goTo('/rooms/attic?at=99999');
  await ben.page.getByText('That message is not here').waitFor();
  await ben.message('Look:').waitFor();
  for (const broken of ['0', '-3', '1.5', 'x', '1e999']) {
    await ben.goTo(`/rooms/attic?at=${broken}`);
    await ben.message('Look:').waitFor();
  }
});

test('a link into a direct is for both people, and tells nobody else of it', async () => {
  await anna.goTo('/private/ben');
  await anna.say('Between us');
  await anna.sees('Between us');
  direct = await linkTo(anna, 'Between us');
  await ben.goTo(direct);
  await isAt(ben, 'Between us');
  assert.equal(new URL(ben.page.url()).pathname, '/private/anna');
  const cleo = await salon.person('cleo');
  cleo.expectRefusal(404);
  await cleo.page.goto(direct);
  await cleo.page.getByText('There is no such conversation, or you are not in it.').waitFor();
});

test('a link into a private room says no more than that there is nothing', async () => {
  await anna.goTo('/rooms/vault');
  await anna.message('secret 2').waitFor();
  secret = await linkTo(anna, 'secret 2');
  ben.expectRefusal(404);
  await ben.page.goto(secret);
  await ben.page.getByText('There is no such room, or it is private').waitFor();
  await anna.api('PUT', '/api/conversations/vault/members/ben');
  await ben.page.goto(secret);
  await isAt(ben, 'secret 2');
});

test('who is signed out signs in first, and is at the message then', async () => {
  const visitor = await salon.visitor();
  await visitor.page.goto(secret);
  await visitor.page.locator('[name=password]').waitFor();
  await visitor.signIn('anna');
  await isAt(visitor, 'secret 2');
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
