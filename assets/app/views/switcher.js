// Going to a conversation by a few letters of its name; what is unread and what is recent comes first. The same to share
// what another application has handed over, words and files.

import { clone, drawList, find, on, setAttribute, setText } from '../dom.js';
import { listOf, t } from '../i18n.js';
import { pathOf, recentConversations, titleOf, unreadOf } from '../state/select.js';
import { drawCount, drawSign } from './sidebar.js';

const MOST = 12;
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** 3: starts with it, 2: contains it, 1: has its letters in order, 0: not at all. */
function likeness(name, letters) {
  if (name.startsWith(letters)) return 3;
  if (name.includes(letters)) return 2;
  let from = -1;
  for (const letter of letters) if ((from = name.indexOf(letter, from + 1)) < 0) return 0;
  return 1;
}

export function mountSwitcher(store, actions) {
  const field = find('#switcher-q');
  const list = find('#switcher-list');
  let chosen = 0;
  const shared = () => store.state.dialog?.share;

  const sharedWords = () => [shared().text, listOf(shared().files.map(({ name }) => name))].filter(Boolean).join('\n');

  const matches = (state) => {
    const letters = plain(field.value.trim());
    return recentConversations(state)
      .filter(({ id }) => letters || shared() || id !== state.view.chat_id)
      .map((conversation) => [conversation, likeness(plain(titleOf(state, conversation)), letters)])
      .filter(([, like]) => like > 0)
      .sort(([a, like_a], [b, like_b]) => like_b - like_a || Boolean(unreadOf(state, b).loud) - Boolean(unreadOf(state, a).loud))
      .slice(0, MOST)
      .map(([conversation]) => conversation);
  };

  function draw() {
    const { state } = store;
    if (state.dialog?.name !== 'switcher') return;
    const found = matches(state);
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    find('#switcher-empty').hidden = found.length > 0;
    const typed = field.value.trim();
    const words = find('#switcher-search');
    words.hidden = !typed || Boolean(shared());
    find('#switcher-share').hidden = !shared();
    setText(find('#switcher-share'), shared() ? t('switcher.share', { text: sharedWords() }) : '');
    setAttribute(words, 'href', `/search?q=${encodeURIComponent(typed)}`);
    setText(words, t('search.for', { text: typed }));
    drawList(list, found, ({ id }) => id, (conversation, had) => {
      const item = had ?? clone('option');
      item.id = `switch-${conversation.id}`;
      drawSign(find('.side-icon', item), state, conversation);
      setText(find('.side-name', item), titleOf(state, conversation));
      drawCount(find('.badge-count', item), unreadOf(state, conversation));
      setAttribute(item, 'aria-selected', found[chosen] === conversation ? 'true' : 'false');
      return item;
    });
    list.hidden = found.length === 0;
    setAttribute(field, 'aria-activedescendant', found.length ? `switch-${found[chosen].id}` : null);
    setAttribute(field, 'aria-expanded', found.length ? 'true' : 'false');
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }

  const go = (conversation) => {
    if (!conversation) return;
    const share = shared();
    actions.closeDialog();
    if (share) actions.shareInto(conversation, share);
    else actions.go(pathOf(conversation));
  };

  field.addEventListener('input', () => {
    chosen = 0;
    draw();
  });
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const found = matches(store.state);
    if (event.key === 'ArrowDown') chosen = (chosen + 1) % (found.length || 1);
    else if (event.key === 'ArrowUp') chosen = (chosen - 1 + found.length) % (found.length || 1);
    else if (event.key === 'Enter' && found.length) go(found[chosen]);
    else if (event.key === 'Enter' && field.value.trim() && !shared()) find('#switcher-search').click();
    else return;
    event.preventDefault();
    draw();
  });
  find('#switcher-search').addEventListener('click', () => actions.closeDialog());
  on(list, 'click', '[role=option]', (_, item) => go(store.state.conversations[item.dataset.key]));

  store.watch(({ dialog }) => [dialog?.name], ({ dialog }) => {
    if (dialog?.name !== 'switcher') return;
    field.value = '';
    chosen = 0;
  });
  store.watch(({ dialog, conversations, mentions, online, locale }) => [dialog?.name, conversations, mentions, online, locale], draw);
}
