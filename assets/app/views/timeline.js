// The conversation as it was said. Draws rows, keeps the place of whoever reads, asks for more at either end, tells
// how far was seen, and says new messages of others aloud.

import { drawList, find, on, setAttribute, setText } from '../dom.js';
import { t } from '../i18n.js';
import { Scroll } from '../models/scroll.js';
import { rowsOf } from '../state/rows.js';
import { currentConversation, titleOf } from '../state/select.js';
import { drawRow, newCount, signature, spoken } from './message.js';
import { mountTools } from './tools.js';

export function mountTimeline(store, actions) {
  const box = find('#timeline');
  const list = find('#rows');
  let shown = { chat_id: null, loaded: false, target_seq: null, last_seq: 0, loading: null };

  const current = () => currentConversation(store.state);
  const timelineOf = (conversation) => conversation && store.state.timelines[conversation.id];

  const scroll = new Scroll(box, () => {
    const conversation = current();
    const timeline = timelineOf(conversation);
    if (!timeline?.loaded || !shown.loaded || shown.chat_id !== conversation.id) return;
    store.dispatch({ type: 'at_bottom', at_bottom: scroll.stuck && timeline.at_end });
    if (!timeline.loading && scroll.nearTop && !timeline.at_start) actions.loadBefore(conversation.id);
    else if (!timeline.loading && scroll.nearBottom && !timeline.at_end) actions.loadAfter(conversation.id);
    see();
  });

  /** What is in sight of someone who looks is read. */
  function see() {
    const conversation = current();
    if (!conversation || !store.state.focused || !conversation.unread_count) return;
    const timeline = timelineOf(conversation);
    if (!timeline?.loaded) return; // dropped after a long absence, and not there again yet
    const seq = scroll.stuck && timeline.at_end ? conversation.last_seq : scroll.lastSeen();
    actions.markRead(conversation.id, seq);
  }

  const messageOf = (row) => timelineOf(current())?.messages.find(({ seq }) => seq === Number(row.dataset.seq));
  mountTools(list, store, actions, messageOf);

  box.addEventListener('keydown', (event) => {
    if (event.target !== box || (event.key !== 'ArrowUp' && event.key !== 'Enter')) return;
    event.preventDefault();
    [...list.querySelectorAll('.message')].at(-1)?.focus();
  });

  function draw(state) {
    const conversation = current();
    const timeline = timelineOf(conversation);
    const same = shown.chat_id === conversation?.id;
    const opening = Boolean(timeline?.loaded) && !(same && shown.loaded);
    // the end is held by itself; to measure would lay out the page once more for each picture
    const atEnd = scroll.stuck && timeline?.at_end && shown.loading === null;
    if (same && !opening && !atEnd) scroll.hold();
    if (!same) list.replaceChildren();
    const rows = conversation ? rowsOf(state, conversation.id) : [];
    markLastOwn(rows, state);
    drawList(list, rows, ({ key }) => key, (row, had) => {
      const sign = signature(state, row);
      if (had?.sign === sign) return had;
      const element = drawRow(state, row, had);
      element.sign = sign;
      return element;
    });
    const before = shown;
    shown = {
      chat_id: conversation?.id ?? null, loaded: Boolean(timeline?.loaded), target_seq: timeline?.target_seq ?? null,
      last_seq: timeline?.messages.at(-1)?.seq ?? 0, loading: timeline?.loading ?? null,
    };
    if (!timeline?.loaded) return;
    place(state, timeline, opening, before);
    if (same && before.loaded) announce(state, timeline, before.last_seq);
  }

  /** On opening, the first unread message or the end; a linked message when there is one; else as it was. */
  function place(state, timeline, opening, before) {
    const whisper = state.whispers.at(-1);
    const target = timeline.target_seq !== null && timeline.target_seq !== before.target_seq
      && find(`[data-seq="${timeline.target_seq}"]`, list);
    if (target) {
      scroll.toRow(target);
      target.classList.add('is-target');
      target.focus({ preventScroll: true });
    } else if (opening) {
      const divider = find('.divider', list);
      if (divider) scroll.toRow(divider);
      else scroll.toBottom();
    } else {
      const mine = state.pending.at(-1);
      const said = mine && mine.client_id !== before.said && mine.chat_id === shown.chat_id;
      const heard = timeline.at_end && whisper?.key > (before.heard ?? 0) && whisper.chat_id === shown.chat_id;
      // The next page below is there to be read on from here, not to be skipped.
      const below = before.loading === 'after' && timeline.loading === null;
      if (said || heard) scroll.toBottom();
      else scroll.release(!below);
    }
    shown.said = state.pending.at(-1)?.client_id ?? before.said;
    shown.heard = whisper?.key ?? before.heard;
  }

  function announce(state, timeline, last_seq) {
    const fresh = timeline.at_end && last_seq ? timeline.messages.filter(({ seq }) => seq > last_seq) : [];
    const others = fresh.filter(({ sender_id, is_deleted }) => sender_id !== state.me.id && !is_deleted);
    if (others.length) setText(find('#announcer'), others.map((message) => spoken(state, message)).join('\n'));
  }

  store.watch((state) => {
    const chat_id = state.view.chat_id;
    const online = state.connection.status === 'online';
    return [chat_id, state.timelines[chat_id], state.pending, state.whispers, state.editing, state.users, state.locale, online,
      state.conversations[chat_id]?.topic, state.conversations[chat_id]?.name];
  }, draw);

  store.watch((state) => [state.focused, state.view.chat_id, state.conversations, state.connection], see);

  store.watch((state) => [state.view, state.users, state.locale, state.conversations], (state) => {
    const conversation = current();
    setAttribute(box, 'aria-label', conversation ? t('timeline.label', { name: titleOf(state, conversation) }) : null);
  });

  store.watch((state) => [state.view, state.at_bottom, state.conversations, state.timelines, state.locale], (state) => {
    const conversation = current();
    const jump = find('#jump');
    jump.hidden = !conversation || state.at_bottom || !timelineOf(conversation)?.loaded;
    if (jump.hidden) return;
    const unread = conversation.unread_count;
    jump.classList.toggle('has-new', unread > 0);
    setText(find('span', jump), unread ? newCount(unread) : t('timeline.to_end'));
  });
  on(find('.timeline-box'), 'click', '#jump', () => {
    const conversation = current();
    if (timelineOf(conversation).at_end) scroll.toBottom();
    else {
      scroll.stuck = true;
      actions.loadNewest(conversation.id);
    }
    find('#composer-text').focus({ preventScroll: true });
  });
}

/** Only the latest own message says whether it was read: on each it would be noise. */
function markLastOwn(rows, state) {
  const row = rows.findLast(({ message, pending }) => pending || message);
  if (row?.message && row.message.sender_id === state.me.id) row.last = true;
}
