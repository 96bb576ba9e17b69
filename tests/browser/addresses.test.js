// Every address opens what it names, by itself and after reloading: those that people have kept from elsewhere too.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna', { locale: 'fr-FR' });
  ben = await salon.person('ben', { locale: 'fr-FR' });
});
after(() => salon.stop());

async function opens(person, path, selector) {
  await person.page.goto(path);
  await person.page.locator(selector).first().waitFor();
  await person.page.reload();
  await person.page.locator(selector).first().waitFor();
  assert.equal(new URL(person.page.url()).pathname, path);
}

test('a room is made, and anyone who has its address comes into it', async () => {
  await opens(anna, '/create_room', '#pane-create_room');
  await anna.createRoom('salon-bleu');
  await opens(anna, '/rooms/salon-bleu', '#composer-text, #composer textarea');
  await ben.goTo('/rooms/salon-bleu');
  await ben.page.getByRole('button', { name: 'Rejoindre' }).first().click();
  await ben.inConversation('salon-bleu');
});

test('each room shows who is online in it, and private chat starts from that list', async () => {
  await anna.goTo('/rooms/salon-bleu');
  await anna.page.locator('#members .person[data-username=ben] .avatar[data-presence=online]').waitFor();
  await opens(anna, '/private/ben', '#composer-text, #composer textarea');
  await anna.say('Bonjour en privé');
  await ben.goTo('/private/anna');
  await ben.page.getByText('Bonjour en privé').waitFor();
  await ben.page.reload();
  await ben.page.getByText('Bonjour en privé').waitFor();
});

test('the pages of people, notices and tournaments are addresses as well, in French', async () => {
  await opens(anna, '/friends', '#pane-friends');
  await opens(anna, '/notifications', '#pane-notifications');
  await opens(anna, '/tournaments', '#pane-tournaments');
  assert.equal(await anna.page.getByRole('button', { name: 'Créer', exact: true }).isVisible(), true);
});

test('who is signed out is asked to sign in, at every address', async () => {
  const visitor = await salon.visitor({ locale: 'fr-FR' });
  await opens(visitor, '/login', '[name=username]');
  await opens(visitor, '/register', '[name=username]');
  await visitor.page.goto('/rooms/salon-bleu');
  await visitor.page.locator('[name=password]').waitFor();
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
