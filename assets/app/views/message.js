// One row of the timeline as an element: a message, stored or pending, a day, the unread divider, the beginning.

import { clone, find, icon, setAttribute, setServerHtml, setText } from '../dom.js';
import { count, dayOf, errorText, momentOf, t, timeOf } from '../i18n.js';
import { avatarOf, maySeeVersions, senderName, sentByProgram, titleOf } from '../state/select.js';
import { drawAttachments } from './attachments.js';
import { drawLike, likeSignature } from './like.js';
import { drawAvatar, drawBotBadge } from './person.js';
import { drawPin, pinSignature } from './pin_mark.js';
import { drawQuote, excerpt, quoteSignature } from './quote.js';
import { drawReactions, reactionSignature } from './reactions.js';

/** Whatever a row shows, in one string: a row is drawn again only when this is another one. */
export function signature(state, row) {
  const { kind, message, pending, grouped, date, last } = row;
  const parts = [kind, state.locale, grouped, last, senderName(state, message), avatarOf(state, message?.sender ?? state.me.username)];
  if (kind === 'day') parts.push(date, new Date().toDateString());
  if (kind === 'divider' || kind === 'start') parts.push(state.conversations[state.view.chat_id]?.name);
  if (message) {
    parts.push(sentByProgram(state, message), message.id, message.rev, message.edited_at, message.is_deleted, message.is_read, state.editing === message.id);
    parts.push(likeSignature(state, message), reactionSignature(state, message));
    parts.push(quoteSignature(state, message), pinSignature(state, message));
  }
  if (pending) parts.push(pending.state, pending.code, state.connection.status === 'online');
  return parts.join('\u0000');
}

/** How rows of other kinds are drawn, by the kind: each comes with the first of them. */
export const rowKinds = {};

/** @param {?HTMLElement} had the element of this row's key, to be drawn again */
export function drawRow(state, row, had) {
  if (rowKinds[row.kind]) return rowKinds[row.kind](state, row, had);
  if (row.kind === 'message' || row.kind === 'pending') {
    const element = had?.matches('.message') ? had : clone('message');
    return drawMessage(element, state, row);
  }
  const element = had ?? clone(row.kind);
  if (row.kind === 'day') setText(find('span', element), dayOf(row.date));
  if (row.kind === 'divider') setText(find('span', element), t('timeline.new'));
  if (row.kind === 'start') {
    const conversation = state.conversations[state.view.chat_id];
    const name = titleOf(state, conversation);
    const room = conversation.kind === 'room';
    setText(find('h2', element), room ? t('timeline.room_start', { name }) : t('timeline.direct_start', { name }));
    setText(find('p', element), room ? conversation.topic || t('timeline.room_hint') : t('timeline.direct_hint', { name }));
  }
  return element;
}

function drawMessage(element, state, { message, pending, grouped, date, last }) {
  const sender = message?.sender ?? state.me.username;
  const name = senderName(state, message);
  drawAvatar(find('.avatar', element), name, message?.sender_id ?? state.me.id, grouped ? null : avatarOf(state, sender));
  setText(find('.message-author', element), name);
  drawBotBadge(element, sentByProgram(state, message));
  const time = find('time', element);
  setAttribute(time, 'datetime', date);
  setAttribute(time, 'title', momentOf(date));
  setText(time, timeOf(date));
  element.classList.toggle('grouped', grouped);
  element.classList.toggle('is-pending', Boolean(pending));
  element.classList.toggle('is-failed', pending?.state === 'failed');
  element.classList.toggle('is-deleted', Boolean(message?.is_deleted));
  element.classList.toggle('is-editing', Boolean(message) && state.editing === message.id);
  setAttribute(element, 'data-seq', message?.seq);
  setAttribute(element, 'data-client-id', pending?.client_id);
  drawBody(find('.message-body', element), state, message, pending);
  drawAttachments(element, state, message ?? pending);
  drawQuote(element, state, message ?? pending);
  drawLike(element, state, message);
  drawReactions(element, state, message);
  drawPin(element, state, message);
  drawFoot(find('.message-foot', element), state, message, pending, last);
  return element;
}

function drawBody(body, state, message, pending) {
  if (pending) {
    if (!pending.content) return void body.replaceChildren();
    // The paragraph that the server will make of it, so that nothing moves when it has.
    const paragraph = document.createElement('p');
    paragraph.className = 'typed';
    paragraph.dir = 'auto';
    paragraph.textContent = pending.content;
    body.replaceChildren(paragraph);
  } else if (message.is_deleted) {
    body.replaceChildren(t('message.deleted'));
  } else {
    setServerHtml(body, message.html);
    if (message.edited_at) body.append(editedMark(state, message));
  }
}

/** The mark behind what a message says now; a button for who may see what it said before. */
function editedMark(state, message) {
  const opens = maySeeVersions(state, message);
  const mark = document.createElement(opens ? 'button' : 'small');
  mark.className = 'edited';
  mark.textContent = t('message.edited');
  mark.title = t('message.edited_at', { moment: momentOf(message.edited_at) });
  if (opens) {
    mark.type = 'button';
    mark.tabIndex = -1; // by keys there is one for it, and the bar of the row
    mark.dataset.versions = '';
    mark.setAttribute('aria-label', `${t('message.edited')} ${t('versions.title')}`);
  }
  return mark;
}

/** Where one's own message is on its way: waiting, refused, and for the latest one, whether it was read. */
function drawFoot(foot, state, message, pending, last) {
  foot.replaceChildren();
  if (pending?.state === 'failed') {
    const failed = clone('failed');
    const direct = state.conversations[pending.chat_id]?.kind === 'direct';
    const gone = pending.code === 'invalid' && pending.attachments && t('message.files_gone');
    const refused = pending.code === 'forbidden' && direct && t('message.not_taken');
    const why = gone || refused || errorText({ code: pending.code });
    setText(find('.failed-why', failed), t('message.failed', { why }));
    foot.append(failed);
  } else if (pending) {
    const online = state.connection.status === 'online';
    foot.append(icon('clock'), ` ${t(online ? 'message.sending' : 'message.waiting')}`);
  } else if (last && !message.is_deleted) {
    foot.append(icon(message.is_read ? 'check2-all' : 'check2'), ` ${t(message.is_read ? 'message.read' : 'message.sent')}`);
  }
}

/** What is said aloud of a new message. */
export const spoken = (state, message) => t('timeline.spoken', { name: senderName(state, message), text: excerpt(message, Infinity) });

export const newCount = (n) => count('timeline.below', n);
