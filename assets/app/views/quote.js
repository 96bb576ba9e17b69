// What a message answers, over it: who said what, in one line, and a link that opens it in its place. What is not
// loaded, or not to be seen any more, is only the link.

import { clone, find, setAttribute, setText, textOfServerHtml } from '../dom.js';
import { count, t } from '../i18n.js';
import { filesOf } from '../state/attachments.js';
import { displayName, pathOf } from '../state/select.js';

const CHARS = 120;

/** What files a message brings, in a few words. */
export function filesSaid(message) {
  const files = filesOf(message);
  if (!files.length) return '';
  return `📎 ${files.length === 1 ? files[0].filename : count('attachment.files', files.length)}`;
}

/** One line of what a message says; where it has no words, of what it brings. */
export function excerpt(message, most = CHARS) {
  if (message.is_deleted) return t('message.deleted');
  const line = textOfServerHtml(message.html) || message.content || filesSaid(message);
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

const answered = (state, { chat_id, reply_to }) =>
  reply_to ? state.timelines[chat_id]?.messages.find(({ id }) => id === reply_to) : null;

/** What of the answered message a row shows. */
export function quoteSignature(state, message) {
  if (!message.reply_to) return '';
  const found = answered(state, message);
  return found ? `${displayName(state, found.sender)}: ${excerpt(found)}` : 'elsewhere';
}

/** @param {?{chat_id: string, reply_to?: ?string, reply_seq?: ?number}} message stored or pending */
export function drawQuote(element, state, message) {
  const had = find('.quote', element);
  if (!message?.reply_to || message.is_deleted) {
    had?.remove();
    return;
  }
  const quote = had ?? clone('quote');
  if (!had) find('.message-body', element).before(quote);
  const found = answered(state, message);
  setAttribute(quote, 'href', pathOf(state.conversations[message.chat_id], message.reply_seq));
  setText(find('.quote-name', quote), found ? displayName(state, found.sender) : '');
  setText(find('.quote-text', quote), found ? excerpt(found) : t('reply.elsewhere'));
}
