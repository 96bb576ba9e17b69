// The page for looking: a field, and what was found, each a link to its place. What was typed last counts, a moment
// after the last letter.

import { clone, drawList, find, setAttribute, setServerHtml, setText } from '../dom.js';
import { count, momentOf, shortMomentOf, t } from '../i18n.js';
import { avatarOf, displayName, pathOf, titleOf } from '../state/select.js';
import { drawAvatar } from './person.js';

const PAUSE_MS = 250;

function drawHit(state, hit, had) {
  const item = had ?? clone('hit');
  const conversation = state.conversations[hit.chat_id];
  const name = displayName(state, hit.sender);
  drawAvatar(find('.avatar', item), name, hit.sender_id, avatarOf(state, hit.sender));
  setAttribute(find('a', item), 'href', conversation ? pathOf(conversation, hit.seq) : null);
  setText(find('strong', item), name);
  setText(find('.hit-place', item), conversation ? t(conversation.kind === 'room' ? 'search.in_room' : 'search.in_direct', { name: titleOf(state, conversation) }) : '');
  const time = find('time', item);
  setAttribute(time, 'datetime', hit.date);
  setAttribute(time, 'title', momentOf(hit.date));
  setText(time, shortMomentOf(hit.date));
  setServerHtml(find('.hit-text', item), hit.snippet);
  return item;
}

export function mountSearch(store, actions) {
  const field = find('#search-q');
  const list = find('#hits');
  let timer = null;

  const ask = () => {
    clearTimeout(timer);
    actions.search(field.value);
  };
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  find('#search-form').addEventListener('submit', (event) => {
    event.preventDefault();
    ask();
  });

  /** From the field down into what was found, and back. */
  find('#pane-search').addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const stops = [field, ...list.querySelectorAll('a')];
    const here = stops.indexOf(document.activeElement);
    const next = here < 0 ? null : stops[here + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  store.watch(({ view }) => [view], ({ view, route }) => {
    if (view.name !== 'search') return;
    field.value = route.q ?? '';
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  });

  store.watch(({ search, conversations, users, view, locale }) => [search, conversations, users, view.name, locale], (state) => {
    if (state.view.name !== 'search') return;
    const { hits, at_end, busy } = state.search;
    setAttribute(find('#pane-search'), 'aria-busy', busy ? 'true' : null);
    const known = hits && (at_end ? count('search.found', hits.length) : t('search.more_than', { n: hits.length }));
    setText(find('#search-said'), known ?? '');
    find('#search-help').hidden = Boolean(hits) || busy;
    find('#search-empty').hidden = !hits || hits.length > 0;
    find('#search-more').hidden = !hits || at_end;
    drawList(list, hits ?? [], ({ id }) => id, (hit, had) => drawHit(state, hit, had));
  });
}
