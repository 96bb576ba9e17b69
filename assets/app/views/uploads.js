// The files that go with the next message, over its words: what each is, how far it has come, why it did not.

import { clone, drawList, find, on, setAttribute, setText } from '../dom.js';
import { bytesOf, errorText, percentOf, t } from '../i18n.js';
import { currentConversation, uploadsOf } from '../state/select.js';

/** What stands under the name. */
function says({ state, size, percent, code }, online) {
  if (state === 'failed') return code === 'too_large' ? t('uploads.no_room') : errorText({ code });
  if (state === 'done') return bytesOf(size);
  if (state === 'sending') return percent === 100 ? t('uploads.arriving') : `${percentOf(percent)} · ${bytesOf(size)}`;
  return t(online ? 'uploads.waiting' : 'message.waiting');
}

function draw(upload, had, online) {
  const { name, preview, state, percent } = upload;
  const item = had ?? clone('upload');
  item.className = `upload is-${state}`;
  setText(find('.upload-name', item), name);
  setAttribute(find('.upload-name', item), 'title', name);
  setText(find('.upload-says', item), says(upload, online));
  if (preview && !had) {
    const image = document.createElement('img');
    image.alt = '';
    // what cannot be shown keeps its sign
    image.addEventListener('load', () => find('.upload-picture', item).replaceChildren(image), { once: true });
    image.src = preview;
  }
  const bar = find('progress', item);
  bar.hidden = state === 'done' || state === 'failed';
  setAttribute(bar, 'aria-label', name);
  bar.value = percent;
  const retry = find('[data-upload=retryUpload]', item);
  retry.hidden = state !== 'failed';
  setAttribute(retry, 'aria-label', t('uploads.retry', { name }));
  setAttribute(retry, 'title', t('action.retry'));
  const remove = find('[data-upload=removeUpload]', item);
  setAttribute(remove, 'aria-label', t(state === 'done' || state === 'failed' ? 'uploads.remove' : 'uploads.cancel', { name }));
  setAttribute(remove, 'title', t(state === 'done' || state === 'failed' ? 'uploads.take_off' : 'action.cancel'));
  return item;
}

export function mountUploads(store, actions) {
  const list = find('#uploads');
  let told = new Map(); // key → state, of what was shown last

  store.watch(
    (state) => [state.view.chat_id, state.uploads, state.editing, state.locale, state.connection.status],
    (state) => {
      const conversation = currentConversation(state);
      const uploads = conversation && !state.editing ? uploadsOf(state, conversation.id) : [];
      const online = state.connection.status === 'online';
      const focused = list.contains(document.activeElement);
      drawList(list, uploads, ({ key }) => key, (upload, had) => draw(upload, had, online));
      list.hidden = uploads.length === 0;
      if (focused && list.hidden) find('#composer-text').focus({ preventScroll: true });
      speak(uploads);
    });

  function speak(uploads) {
    const fresh = uploads.filter(({ key, state }) => told.has(key) && told.get(key) !== state);
    const words = fresh.map(({ name, state }) => ({ done: t('uploads.done', { name }), failed: t('uploads.failed', { name }) })[state]);
    if (words.some(Boolean)) setText(find('#uploads-say'), words.filter(Boolean).join('\n'));
    told = new Map(uploads.map(({ key, state }) => [key, state]));
  }

  on(list, 'click', '[data-upload]', (_, button) => {
    const { key } = button.closest('li').dataset;
    if (button.dataset.upload === 'retryUpload') actions.retryUpload(key);
    else actions.removeUpload(currentConversation(store.state).id, key);
  });
}
