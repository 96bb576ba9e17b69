// Tournaments: called by someone, announced to everyone, joined and left, started or called off.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben, cleo;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  [ben, cleo] = [await salon.person('ben'), await salon.person('cleo')];
});
after(() => salon.stop());

const item = ({ page }, name) => page.locator('#tournaments li', { hasText: name });
const press = (person, name, what) =>
  item(person, name).getByRole('button', { name: `${what} ${name}`, exact: true }).click();

async function call(person, name) {
  await person.page.getByLabel('Name of a new tournament').fill(name);
  await person.page.getByRole('button', { name: 'Create', exact: true }).click();
}

test('one that is called is announced to everyone at once', async () => {
  await ben.goTo('/tournaments');
  await ben.page.getByText('There is no tournament yet').waitFor();
  await cleo.goTo('/rooms/general');
  await ben.goTo('/tournaments');
  await call(ben, 'Spring Cup');
  await item(ben, 'Spring Cup').getByText('By ben').waitFor();
  await cleo.bell(1);
  await cleo.page.click('.sidebar .bell');
  await cleo.page.getByText('ben announced the tournament Spring Cup.').click();
  await cleo.page.waitForURL(/\/tournaments\/[0-9a-f-]{36}$/);
  await cleo.bell(0);
  await item(cleo, 'Spring Cup').waitFor();
});

test('people join and leave, and the others see it as it happens', async () => {
  await press(cleo, 'Spring Cup', 'Join');
  await item(ben, 'Spring Cup').getByText('1 player').waitFor();
  await press(ben, 'Spring Cup', 'Join');
  await item(cleo, 'Spring Cup').getByText('2 players').waitFor();
  assert.match(await item(cleo, 'Spring Cup').locator('.tournament-players').innerText(), /ben and cleo|cleo and ben/);
  await press(cleo, 'Spring Cup', 'Leave');
  await item(ben, 'Spring Cup').getByText('1 player').waitFor();
});

test('only who called it, or an administrator, may start or cancel it', async () => {
  for (const what of ['Start', 'Cancel the tournament']) {
    assert.equal(await item(cleo, 'Spring Cup').getByRole('button', { name: `${what} Spring Cup` }).count(), 0);
  }
  await anna.goTo('/tournaments');
  await item(anna, 'Spring Cup').getByRole('button', { name: 'Start Spring Cup', exact: true }).waitFor();
});

test('once started it stays as it is, also after reloading', async () => {
  await press(ben, 'Spring Cup', 'Start');
  await ben.page.getByText('From then on nobody can join or leave.').waitFor();
  await ben.confirm();
  for (const person of [ben, cleo]) {
    await item(person, 'Spring Cup').locator('.state-badge[data-state=started]').waitFor();
    assert.equal(await item(person, 'Spring Cup').getByRole('button').count(), 0);
  }
  await cleo.page.reload();
  await item(cleo, 'Spring Cup').locator('.state-badge[data-state=started]').waitFor();
});

test('one that is called off says so and takes nobody', async () => {
  await call(ben, 'Autumn Cup');
  await item(cleo, 'Autumn Cup').waitFor();
  await press(ben, 'Autumn Cup', 'Cancel the tournament');
  await ben.confirm();
  await item(cleo, 'Autumn Cup').getByText('Canceled').waitFor();
  assert.equal(await item(cleo, 'Autumn Cup').getByRole('button').count(), 0);
});

test('a name that is none is said beside the field', async () => {
  ben.expectRefusal(422);
  await call(ben, '  ');
  await ben.page.locator('#tournament-name[aria-invalid=true], #tournament-form .form-error:not([hidden])').waitFor();
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
