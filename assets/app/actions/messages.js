// Saying, changing and reading: the message a person sends, the pages of what was said, and how far they have read.

import { newClientId } from '../models/client_id.js';
import { copyText } from '../models/clipboard.js';
import { readReply, writeReply } from '../models/drafts.js';
import { linkOf } from '../state/select.js';
import { LIKE } from '../state/reduce_likes.js';
import { PAGE } from '../state/timelines.js';

const TYPING_MS = 3_000;

export function messageActions(app) {
  const { store, api, socket, outbox } = app;
  let typed = { chat_id: null, at: 0 };
  const seen = new Map(); // conversation → up to where, of what is still to be told
  let telling = false;

  const note = (key) => store.dispatch({ type: 'notice', notice: { kind: 'info', key } });

  const answer = (chat_id, message) => store.dispatch({ type: 'replying', chat_id, message });

  async function load(chat_id, where, query, target_seq = null) {
    if (store.state.timelines[chat_id]?.loading) return;
    store.dispatch({ type: 'page_asked', chat_id, where });
    const done = await app.tryTo(async () => {
      const messages = await api.get(`/api/conversations/${chat_id}/messages?limit=${PAGE}${query}`);
      store.dispatch({ type: 'page_came', chat_id, where, messages, target_seq: target_seq && nearest(messages, target_seq) });
    });
    if (!done) store.dispatch({ type: 'page_failed', chat_id });
  }

  /** A link may lead to what never was, or is not for this reader: then to what stands next to it. */
  function nearest(messages, seq) {
    const next = messages.find((message) => message.seq >= seq) ?? messages.at(-1);
    if (next?.seq !== seq) note('link.not_here');
    return next?.seq ?? null;
  }

  return {
    send(chat_id, content) {
      const replying = store.state.replying[chat_id];
      const attachments = app.actions.takeUploads(chat_id);
      outbox.add({
        client_id: newClientId(), chat_id, content: content.trim(), reply_to: replying?.id, reply_seq: replying?.seq,
        attachments: attachments.length ? attachments : undefined,
      });
      if (replying) answer(chat_id, null);
      typed = { chat_id: null, at: 0 };
      const timeline = store.state.timelines[chat_id];
      if (timeline?.loaded && !timeline.at_end) app.actions.loadNewest(chat_id);
    },
    retry: (client_id) => outbox.retry(client_id),
    discard(client_id) {
      const pending = store.state.pending.find((other) => other.client_id === client_id);
      outbox.remove(client_id);
      app.actions.forgetFiles(pending?.attachments);
    },

    loadNewest: (chat_id) => load(chat_id, 'newest', ''),
    loadBefore(chat_id) {
      const first = store.state.timelines[chat_id].messages[0];
      return first && load(chat_id, 'before', `&before=${first.seq}`);
    },
    loadAfter(chat_id) {
      const last = store.state.timelines[chat_id].messages.at(-1);
      return last && load(chat_id, 'after', `&after=${last.seq}`);
    },
    /** The page that has a message in its middle; a link leads to `target`. */
    loadAround: (chat_id, seq, target) => load(chat_id, 'around', `&before=${seq + PAGE / 2}`, target),

    reply(message) {
      app.actions.cancelEdit();
      answer(message.chat_id, message);
    },
    cancelReply: () => answer(store.state.view.chat_id, null),
    /** What the draft there answered before the page was loaded again. */
    recallReply(chat_id) {
      const { me, replying } = store.state;
      if (replying[chat_id] === undefined) answer(chat_id, readReply(me.id, chat_id));
    },
    keepReplies() {
      const { me, replying } = store.state;
      for (const [chat_id, message] of Object.entries(replying)) writeReply(me.id, chat_id, message);
    },

    edit(message_id) {
      store.dispatch({ type: 'editing', message_id });
    },
    editLast(chat_id) {
      const mine = ({ sender_id, is_deleted }) => sender_id === store.state.me.id && !is_deleted;
      const last = store.state.timelines[chat_id]?.messages.findLast(mine);
      if (last) store.dispatch({ type: 'editing', message_id: last.id });
    },
    cancelEdit: () => store.dispatch({ type: 'editing', message_id: null }),

    saveEdit: (message, content) =>
      app.tryTo(async () => {
        if (content.trim() !== message.content) {
          const edited = await api.patch(`/api/messages/${message.id}`, { content: content.trim() });
          if (edited?.id) store.dispatch({ frame: 'message_edited', data: edited });
        }
        store.dispatch({ type: 'editing', message_id: null });
      }),

    confirmDelete(message) {
      const dialog = {
        name: 'confirm', title: 'message.delete_title', body: 'message.delete_body', yes: 'action.delete',
        then: ['deleteMessage', message.id],
      };
      store.dispatch({ type: 'dialog_opened', dialog });
    },
    deleteMessage: (id) =>
      app.tryTo(async () => {
        const deleted = await api.delete(`/api/messages/${id}`);
        if (deleted?.id) store.dispatch({ frame: 'message_deleted', data: deleted });
      }),

    /** Shown at once; taken back if the server will not have it. */
    async like({ id, chat_id, is_liked, like_count, sender_id, is_deleted }) {
      const { username, id: mine } = store.state.me;
      if (sender_id === mine || is_deleted) return;
      const show = (liked) => {
        const count = like_count + (liked === is_liked ? 0 : liked ? 1 : -1);
        const both = { id, chat_id, username };
        store.dispatch({ frame: 'chat_like_update', data: { ...both, is_liked: liked, like_count: count } });
        store.dispatch({ frame: 'reaction_update', data: { ...both, emoji: LIKE, added: liked, count } });
      };
      show(!is_liked);
      const path = `/api/messages/${id}/reactions/${LIKE}`;
      if (!(await app.tryTo(() => (is_liked ? api.delete(path) : api.put(path))))) show(is_liked);
    },

    /** The same with any emoji, on one's own messages too: made if it is not one's own yet, else taken back. */
    async react({ id, chat_id, reactions, is_deleted }, emoji) {
      if (is_deleted) return;
      const { username } = store.state.me;
      const had = reactions?.find((reaction) => reaction.emoji === emoji);
      const adding = !had?.usernames.includes(username);
      const show = (added, count) =>
        store.dispatch({ frame: 'reaction_update', data: { id, chat_id, username, emoji, added, count } });
      show(adding, (had?.count ?? 0) + (adding ? 1 : -1));
      const path = `/api/messages/${id}/reactions/${encodeURIComponent(emoji)}`;
      if (!(await app.tryTo(() => (adding ? api.put(path) : api.delete(path))))) show(!adding, had?.count ?? 0);
    },

    async copyText(message) {
      note((await copyText(message.content)) ? 'copy.text_done' : 'copy.failed');
    },
    async copyLink(message) {
      const link = location.origin + linkOf(store.state.conversations[message.chat_id], message.seq);
      note((await copyText(link)) ? 'copy.link_done' : 'copy.failed');
    },

    /** Everything up to `seq` has been seen. One call at a time; what is seen meanwhile goes with the next. */
    async markRead(chat_id, seq) {
      if (!socket.online) return;
      seen.set(chat_id, Math.max(seq, seen.get(chat_id) ?? 0));
      if (telling) return;
      telling = true;
      try {
        for (const [chat_id, seq] of seen) {
          seen.delete(chat_id); // what is added from now on comes at the end of this
          if (!(seq > store.state.conversations[chat_id]?.last_read_seq)) continue;
          await api.post(`/api/conversations/${chat_id}/read`, { seq });
          store.dispatch({ type: 'read', chat_id, seq });
        }
      } catch {
        // Said again when the next message is seen, or after the next greeting.
        seen.clear();
      } finally {
        telling = false;
      }
    },

    typing(chat_id) {
      if (typed.chat_id === chat_id && Date.now() - typed.at < TYPING_MS) return;
      typed = { chat_id, at: Date.now() };
      socket.send('typing', { chat_id, is_typing: true });
    },
    stopTyping(chat_id) {
      if (typed.chat_id !== chat_id) return;
      typed = { chat_id: null, at: 0 };
      socket.send('typing', { chat_id, is_typing: false });
    },
  };
}
