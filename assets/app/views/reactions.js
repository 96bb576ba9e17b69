// What people make of a message, under it: one button for each emoji, pressed if it is one's own too. The like has a
// place of its own.

import { clone, drawList, find, icon, on, setAttribute, setText } from '../dom.js';
import { listOf, t } from '../i18n.js';
import { displayName } from '../state/select.js';
import { LIKE } from '../state/reduce_likes.js';

/** What is offered before anything is searched for. */
const USUAL = ['👍', '😂', '🎉', '😮', '😢', '🙏', '👀', '✅'];

const shown = (message) => (message && !message.is_deleted ? message.reactions ?? [] : []).filter(({ emoji }) => emoji !== LIKE);

/** What of the reactions a row shows. */
export const reactionSignature = (state, message) =>
  shown(message).map(({ emoji, count, usernames }) => [emoji, count, ...usernames.map((name) => displayName(state, name))].join(' ')).join(',');

export function drawReactions(element, state, message) {
  const all = shown(message);
  const had = find('.reactions', element);
  if (!all.length) {
    had?.remove();
    return;
  }
  const list = had ?? clone('reactions');
  if (!had) find('.attachments', element).after(list);
  drawList(list, all, ({ emoji }) => emoji, ({ emoji, count, usernames }, kept) => {
    const item = kept ?? clone('reaction');
    const button = find('button', item);
    const mine = usernames.includes(state.me.username);
    const names = listOf(usernames.map((name) => (name === state.me.username ? t('like.you') : displayName(state, name))));
    setText(find('.reaction-emoji', item), emoji);
    setText(find('.reaction-count', item), String(count));
    setAttribute(button, 'aria-pressed', mine ? 'true' : 'false');
    setAttribute(button, 'aria-label', t('reaction.by', { emoji, names }));
    setAttribute(button, 'title', names);
    return item;
  });
}

/**
 * The usual ones over a message, to choose from; chosen or left, the focus is back on the row.
 * @param {(anchor: Element, choose: (emoji: string) => void, back: Element) => void} ask for any other
 */
export function openReactionMenu(row, choose, ask) {
  const menu = clone('reaction-menu');
  // it goes as soon as the focus has left it
  const close = () => row.focus({ preventScroll: true });
  menu.replaceChildren(...USUAL.map((emoji) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = emoji;
    button.setAttribute('aria-label', t('reaction.add', { emoji }));
    button.addEventListener('click', () => {
      close();
      choose(emoji);
    });
    return button;
  }));
  const other = document.createElement('button');
  other.type = 'button';
  other.append(icon('plus-lg'));
  other.setAttribute('aria-label', t('emoji.other'));
  other.title = t('emoji.other');
  other.addEventListener('click', () => ask(other, choose, row));
  menu.append(other);
  const buttons = [...menu.children];
  menu.addEventListener('keydown', (event) => {
    const at = buttons.indexOf(document.activeElement);
    if (event.key === 'ArrowRight') buttons[(at + 1) % buttons.length].focus();
    else if (event.key === 'ArrowLeft') buttons[(at - 1 + buttons.length) % buttons.length].focus();
    else if (event.key === 'Escape') close();
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    event.stopPropagation();
    if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault();
  });
  menu.addEventListener('focusout', (event) => {
    if (!menu.contains(event.relatedTarget)) queueMicrotask(() => menu.remove());
  });
  find('.reaction-menu', row)?.remove();
  row.append(menu);
  buttons[0].focus();
}

export function mountReactions(rows, actions, messageOf) {
  on(rows, 'click', '.reactions button', (_, button) => {
    const message = messageOf(button.closest('.message'));
    if (message) actions.react(message, button.closest('li').dataset.key);
  });
}
