// The heart of a message: a button on what others wrote, a plain count on one's own words. It always has its place
// beside the text, so that a first like moves nothing.

import { clone, find, icon, setAttribute, setText } from '../dom.js';
import { listOf, t } from '../i18n.js';
import { displayName } from '../state/select.js';
import { likers } from '../state/reduce_likes.js';

/** What of the likes a row shows. */
export const likeSignature = (state, message) =>
  [message.is_liked, message.like_count, ...likers(message).map((name) => displayName(state, name))].join(',');

export function drawLike(element, state, message) {
  const mine = message?.sender_id === state.me.id;
  const had = find('.like', element);
  const like = had.matches(mine ? 'span' : 'button') ? had : clone(mine ? 'liked' : 'like');
  if (like !== had) had.replaceWith(like);
  const many = message?.is_deleted ? 0 : message?.like_count ?? 0;
  like.classList.toggle('none', many === 0);
  setText(find('.like-count', like), many > 0 ? String(many) : '');
  if (!message || message.is_deleted || (mine && many === 0)) {
    like.classList.add('nothing');
    return;
  }
  like.classList.remove('nothing');
  const names = likers(message).map((name) => (name === state.me.username ? t('like.you') : displayName(state, name)));
  const by = many > 0 ? t('like.by', { names: listOf(names) }) : '';
  setAttribute(like, 'title', by || t('like.like'));
  if (mine) {
    setAttribute(like, 'aria-label', by);
    return;
  }
  setAttribute(like, 'aria-label', by ? `${t('like.like')}. ${by}` : t('like.like'));
  setAttribute(like, 'aria-pressed', message.is_liked ? 'true' : 'false');
  const sign = message.is_liked ? 'heart-fill' : 'heart';
  if (like.dataset.icon === sign) return;
  like.dataset.icon = sign;
  find('svg', like).replaceWith(icon(sign));
}
