// Completing a name while it is typed after `@`: a short list over the composer, walked with the arrows, taken with
// Enter or Tab. The focus stays in the text all the while.

import { clone, drawList, find, on, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { currentConversation, displayName } from '../state/select.js';
import { drawAvatar } from './person.js';

const MOST = 6;
/** The server calls everyone in a room by this name. */
const EVERYONE = 'room';
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** What is typed of a name just before the caret, and where its `@` is; null where there is none. */
function typed(text) {
  if (text.selectionStart !== text.selectionEnd) return null;
  const before = text.value.slice(0, text.selectionStart);
  const found = /(?:^|[^\p{L}\p{N}@._/-])@([\w.-]{0,32})$/u.exec(before);
  return found && { letters: plain(found[1]), at: before.length - found[1].length - 1 };
}

/** @returns {string[]} usernames, best first */
function candidates(state, letters) {
  const conversation = currentConversation(state);
  if (!conversation) return [];
  const room = conversation.kind === 'room';
  const known = room ? state.members[conversation.id] ?? [] : [conversation.username];
  const rank = (username) => {
    const [name, shown] = [plain(username), plain(displayName(state, username))];
    if (name.startsWith(letters)) return 2;
    return shown.split(/\s+/).some((word) => word.startsWith(letters)) ? 1 : 0;
  };
  const people = known
    .filter((username) => username !== state.me.username && rank(username))
    .sort((a, b) => rank(b) - rank(a) || Boolean(state.online[b]) - Boolean(state.online[a]) || a.localeCompare(b));
  const everyone = room && EVERYONE.startsWith(letters) ? [EVERYONE] : [];
  return [...people.slice(0, MOST - everyone.length), ...everyone];
}

export function mountCompletion(store) {
  const text = find('#composer-text');
  const list = find('#completion');
  let found = [];
  let chosen = 0;
  let dismissed = null; // where the `@` stands that Escape was pressed for

  function draw() {
    const { state } = store;
    const now = document.activeElement === text ? typed(text) : null;
    if (now?.at !== dismissed) dismissed = null;
    found = now && dismissed === null ? candidates(state, now.letters) : [];
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    drawList(list, found, (username) => username, (username, had) => {
      const item = had ?? clone('completion');
      item.id = `complete-${username}`;
      const everyone = username === EVERYONE;
      drawAvatar(find('.avatar', item), everyone ? '@' : displayName(state, username), state.users[username]?.id ?? username);
      setText(find('.complete-name', item), everyone ? t('completion.everyone') : displayName(state, username));
      setText(find('.complete-username', item), `@${username}`);
      setAttribute(item, 'aria-selected', found[chosen] === username ? 'true' : 'false');
      return item;
    });
    list.hidden = found.length === 0;
    setAttribute(text, 'aria-activedescendant', found.length ? `complete-${found[chosen]}` : null);
  }

  function take(username) {
    const { at } = typed(text);
    text.setRangeText(`@${username} `, at, text.selectionStart, 'end');
    text.dispatchEvent(new Event('input', { bubbles: true }));
    text.focus();
  }

  const keys = {
    ArrowDown: () => { chosen = (chosen + 1) % found.length; },
    ArrowUp: () => { chosen = (chosen - 1 + found.length) % found.length; },
    Enter: () => take(found[chosen]),
    Tab: () => take(found[chosen]),
    Escape: () => { dismissed = typed(text)?.at ?? null; },
  };
  // before the composer's own keys: while a name is chosen, Enter sends nothing
  text.addEventListener('keydown', (event) => {
    if (!found.length || event.isComposing || event.shiftKey || !keys[event.key]) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keys[event.key]();
    draw();
  }, { capture: true });
  text.addEventListener('input', () => {
    chosen = 0;
    draw();
  });
  for (const event of ['keyup', 'click', 'blur', 'focus']) text.addEventListener(event, draw);
  // the press must not take the focus from the text
  list.addEventListener('mousedown', (event) => event.preventDefault());
  on(list, 'click', '[role=option]', (_, item) => take(item.dataset.key));
  store.watch((state) => [state.view, state.members, state.users, state.online, state.locale], draw);
}
