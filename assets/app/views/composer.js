// Where messages are written, and where one's own are rewritten. Keeps a draft per conversation.

import { find, setAttribute, setText } from '../dom.js';
import { count, t } from '../i18n.js';
import { commandIn, mayBeAsked } from '../models/commands.js';
import { draftKey, readDraft, writeDraft } from '../models/drafts.js';
import { clockOf, waitOf } from '../state/pace.js';
import { currentConversation, displayName, titleOf, typingNames, uploadsOf } from '../state/select.js';
import { excerpt } from './quote.js';

const NEAR_LIMIT = 200;

export function mountComposer(store, actions) {
  const form = find('#composer');
  const text = find('#composer-text');
  let chat_id = null;
  let editing = null; // the message being rewritten
  let asking = false; // a program is asked; what it was asked stays until that is done
  let clock = null; // of a slow room
  const fine = matchMedia('(pointer: fine)');

  /** Characters as the server counts them: not UTF-16 units. */
  const length = () => [...text.value.trim()].length;

  const replying = () => !editing && store.state.replying[chat_id];
  const files = () => (chat_id && !editing ? uploadsOf(store.state, chat_id) : []);
  /** It will be sent as soon as its files are there. */
  const awaiting = () => !editing && typeof store.state.awaited[chat_id] === 'string';
  const coming = () => files().some(({ state }) => state === 'waiting' || state === 'sending');
  const failed = () => files().some(({ state }) => state === 'failed');
  const isEmpty = () => length() === 0 && files().length === 0 && !editing?.attachments?.length;

  /** In a slow room: how long one waits. @returns {boolean} whether one does */
  function drawPace() {
    const seconds = chat_id && !editing ? waitOf(store.state, chat_id) : 0;
    clearTimeout(clock);
    if (seconds) clock = setTimeout(fit, 1000);
    setText(find('#composer-slow'), seconds ? t('composer.slow_for', { time: clockOf(seconds) }) : '');
    return seconds > 0;
  }

  function drawSend(over) {
    const send = find('.send', form);
    const slow = drawPace();
    send.disabled = over || isEmpty() || failed() || slow;
    form.classList.toggle('awaiting', awaiting() || asking);
    const words = slow ? 'error.slow_mode' : failed() ? 'uploads.blocked' : awaiting() ? 'uploads.awaited' : coming() ? 'uploads.wait' : 'composer.send';
    setAttribute(send, 'aria-label', t(words));
    setAttribute(send, 'title', t(words));
    setText(find('#composer-waits'), awaiting() || failed() ? t(words) : '');
  }

  function fit() {
    // Measured with its surroundings held: while the field is one line the timeline above would be taller, so the browser
    // would scroll it back, and whoever is at its end would be taken for someone who left it.
    form.style.minHeight = `${form.offsetHeight}px`;
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight + 2}px`;
    form.style.minHeight = '';
    const left = store.state.limits.content_chars - length();
    const near = left <= NEAR_LIMIT;
    setText(find('#composer-count'), near ? count(left < 0 ? 'composer.over' : 'composer.left', Math.abs(left)) : '');
    form.classList.toggle('over', left < 0);
    setAttribute(text, 'aria-invalid', left < 0 ? 'true' : null);
    drawSend(left < 0);
  }

  function fill(value) {
    text.value = value;
    fit();
  }

  function refill() {
    find('#composer-editing').hidden = !editing;
    form.classList.toggle('editing', Boolean(editing));
    fill(editing ? editing.content : chat_id ? readDraft(store.state.me.id, chat_id) : '');
  }

  // Written on, or sent, in another tab.
  addEventListener('storage', ({ key, oldValue, newValue }) => {
    const here = !editing && key === `salon.${draftKey(store.state.me?.id, chat_id)}`;
    if (here && text.value === (oldValue ?? '')) fill(newValue ?? '');
  });

  text.addEventListener('input', () => {
    if (awaiting()) actions.awaitUploads(chat_id, null);
    fit();
    if (editing) return;
    writeDraft(store.state.me.id, chat_id, text.value);
    if (text.value.trim()) actions.typing(chat_id);
    else actions.stopTyping(chat_id);
  });

  /** At the caret, as if it had been typed. */
  function insert(words) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, 'end');
    text.dispatchEvent(new Event('input', { bubbles: true }));
  }
  find('#emoji-button').addEventListener('click', ({ currentTarget }) => actions.chooseEmoji(currentTarget, insert, text));

  text.addEventListener('keydown', (event) => {
    // The Enter that ends a composition (229 on Safari) chooses a word; it sends nothing.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === 'ArrowUp' && text.value === '' && !editing) {
      event.preventDefault();
      actions.editLast(chat_id);
    } else if (event.key === 'Escape' && (editing || replying())) {
      event.preventDefault();
      event.stopPropagation();
      if (editing) actions.cancelEdit();
      else actions.cancelReply();
    }
  });

  async function ask(where, words) {
    asking = text.readOnly = true;
    fit();
    let done = false;
    try {
      done = await actions.ask(where, words);
    } finally {
      asking = text.readOnly = false;
    }
    if (done) {
      if (readDraft(store.state.me.id, where) === words) writeDraft(store.state.me.id, where, '');
      if (chat_id === where && text.value === words) text.value = '';
    }
    fit();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!chat_id || isEmpty() || failed() || length() > store.state.limits.content_chars) return;
    if (editing) {
      actions.saveEdit(editing, text.value);
      return;
    }
    if (waitOf(store.state, chat_id) || asking) return;
    if (!commandIn(text.value) && mayBeAsked(text.value)) return void ask(chat_id, text.value);
    if (coming()) return actions.awaitUploads(chat_id, text.value);
    const command = commandIn(text.value);
    actions.say(chat_id, text.value);
    fill('');
    text.focus();
    if (command?.word === 'help') insert('/'); // the list of all
  });

  // One for both: whoever leaves ends the rewriting. Not the route: a room that is renamed is not come to.
  store.watch((state) => [currentConversation(state)?.id, state.editing], (state) => {
    const next = currentConversation(state)?.id ?? null;
    const message = state.editing && state.timelines[next]?.messages.find(({ id }) => id === state.editing);
    const came = next !== chat_id;
    if (!came && message?.id === editing?.id) return;
    chat_id = next;
    editing = message || null;
    refill();
    // On a phone the keyboard would cover what one came to read.
    if (next && (!came || (fine.matches && !state.dialog))) text.focus({ preventScroll: true });
  });

  store.watch((state) => [state.uploads, state.slowed, state.pending, state.locale], () => chat_id && fit());
  store.watch((state) => [state.awaited], () => !editing && refill()); // it may have gone

  store.watch((state) => [state.view, state.editing, state.replying, state.users, state.locale], (state) => {
    const answered = replying();
    find('#composer-replying').hidden = !answered;
    if (!answered) return;
    const name = displayName(state, answered.sender);
    setText(find('#composer-replying span'), t('reply.to', { name, text: excerpt(answered) }));
  });

  store.watch((state) => [state.view, state.users, state.locale, state.limits, currentConversation(state)?.slow_mode], (state) => {
    const conversation = currentConversation(state);
    if (!conversation) return;
    const name = titleOf(state, conversation);
    setAttribute(text, 'placeholder', t(conversation.kind === 'room' ? 'composer.to_room' : 'composer.to_person', { name }));
    fit();
  });

  store.watch((state) => [state.typing, state.view, state.users, state.locale], (state) => {
    const names = state.view.chat_id ? typingNames(state, state.view.chat_id) : [];
    const [a, b] = names;
    const words = ['', t('typing.one', { a }), t('typing.two', { a, b })][names.length] ?? t('typing.several');
    setText(find('#typing'), words);
  });
}
