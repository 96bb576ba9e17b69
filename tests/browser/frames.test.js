// A connection that loses, refuses or forgets things: what the client makes of it. The story stands between the
// browser and the server and meddles with their frames.

import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Salon } from './salon.js';

let salon, anna, ben;
/** What happens to a frame on its way down; may return another frame, or null to lose it and the connection. */
let meddle = (frame) => frame;

before(async () => {
  salon = await Salon.start();
  anna = await salon.person('anna');
  await anna.createRoom('garden');
  ben = await salon.person('ben');
  await ben.join('garden');
  await anna.page.routeWebSocket(/\/ws\/events\//, (ws) => {
    const server = ws.connectToServer();
    server.onMessage((text) => {
      const frame = meddle(JSON.parse(text));
      if (frame) ws.send(JSON.stringify(frame));
      else {
        meddle = (next) => next;
        server.close();
        ws.close({ code: 3000 });
      }
    });
  });
  await anna.goTo('/rooms/garden');
  await anna.inConversation('garden');
});
after(() => salon.stop());

const mine = (frame) => frame.action === 'new_message' && frame.data.sender === 'anna';

test('a message whose confirmation was lost is sent again, and stays one message', async () => {
  meddle = (frame) => (mine(frame) ? null : frame);
  await anna.say('said once');
  await anna.sees('said once');
  await anna.page.waitForFunction(() => !document.querySelector('.is-pending'));
  const stored = await ben.api('GET', '/api/conversations/garden/messages');
  assert.deepEqual(stored.map(({ content }) => content), ['said once']);
  assert.equal(await anna.message('said once').count(), 1);
});

test('two messages in quick succession keep their order, also through a lost connection', async () => {
  meddle = (frame) => (mine(frame) ? null : frame);
  await anna.say('first');
  await anna.say('second');
  await anna.say('third');
  await anna.sees('third');
  await anna.page.waitForFunction(() => !document.querySelector('.is-pending'));
  const stored = await ben.api('GET', '/api/conversations/garden/messages');
  assert.deepEqual(stored.slice(1).map(({ content }) => content), ['first', 'second', 'third']);
  assert.deepEqual((await anna.texts()).slice(1), ['first', 'second', 'third']);
});

test('a frame that comes twice, or late, changes nothing', async () => {
  const seen = [];
  meddle = (frame) => {
    if (frame.action === 'new_message') seen.push(frame);
    return frame;
  };
  await ben.say('echo');
  await anna.sees('echo');
  const once = (await anna.texts()).length;
  // The next frame carries the old one in front of it.
  meddle = (frame) => (frame.action === 'typing' ? seen[0] : frame);
  await ben.page.locator('#composer-text').pressSequentially('x');
  meddle = (frame) => frame;
  await ben.page.fill('#composer-text', '');
  await ben.say('after the echo');
  await anna.sees('after the echo');
  assert.equal((await anna.texts()).length, once + 1);
});

test('when too much was missed to be told again, the conversation is loaded anew', async () => {
  meddle = (frame) => (frame.action === 'typing' ? null : frame);
  await ben.page.locator('#composer-text').pressSequentially('y');
  await anna.page.locator('#me-button .avatar[data-presence=offline]').waitFor({ state: 'attached' });
  meddle = (frame) => {
    if (frame.action === 'new_message') return { action: 'nothing', data: {} };
    return frame.action === 'resumed' ? { ...frame, data: { ...frame.data, complete: false } } : frame;
  };
  await ben.say('missed');
  await anna.isOnline();
  await anna.sees('missed');
  meddle = (frame) => frame;
});

test('a server that asks to go slower is asked again by itself', async () => {
  let refused = 0;
  meddle = (frame) => {
    if (!mine(frame) || refused) return frame;
    refused += 1;
    return { action: 'error', ref: frame.data.client_id, data: { code: 'rate_limited', message: 'too fast', action: 'new_message' } };
  };
  await anna.say('patience');
  await anna.sees('patience');
  assert.equal(refused, 1);
  assert.equal(await anna.page.locator('.is-failed').count(), 0);
});

test('an event that this client does not know is no reason to stop', async () => {
  meddle = (frame) => (frame.action === 'typing' ? { action: 'something_new', rev: 1, data: { what: 1 } } : frame);
  await ben.page.locator('#composer-text').pressSequentially('z');
  await ben.page.fill('#composer-text', '');
  await ben.say('still here');
  await anna.sees('still here');
});

test('nothing in all this made a browser complain', () => salon.checkPeople());
