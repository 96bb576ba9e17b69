// A picture as large as the window, and the way to the others of the conversation, as far as it is loaded.

import { find, on, setAttribute, setText } from '../dom.js';
import { bytesOf, shortMomentOf, t } from '../i18n.js';
import { Zoom } from '../models/zoom.js';
import { picturesIn } from '../state/attachments.js';
import { dialogNamed, displayName } from '../state/select.js';

export function mountLightbox(store, actions) {
  const dialog = find('#dialog-lightbox');
  const stage = find('.lightbox-stage', dialog);
  const image = find('img', stage);
  const lost = find('.lightbox-lost', dialog);
  const larger = find('[data-look=larger]', dialog);
  let shown = null; // the id of the picture
  let at = 0; // its place among the others: where to go on when it is gone

  const all = () => {
    const open = dialogNamed(store.state, 'lightbox');
    return open ? picturesIn(store.state, open.chat_id) : [];
  };

  function step(by) {
    const next = all()[at + by];
    if (next) actions.openPicture(next.message.chat_id, next.picture.id);
  }

  const zoom = new Zoom(stage, image, {
    changed: (on) => setAttribute(larger, 'aria-pressed', on ? 'true' : 'false'),
    swiped: (way) => (way === 'down' ? dialog.close() : step(way === 'left' ? 1 : -1)),
  });

  /** In the size that it will have, with its small brother behind it until it comes. */
  function drawPicture({ id, url, thumbnail_url, filename, width, height }) {
    if (shown === id) return;
    shown = id;
    zoom.to(null);
    lost.hidden = true;
    image.hidden = false;
    image.style.setProperty('--width', `${width}px`);
    image.style.setProperty('--ratio', width / height);
    if (thumbnail_url) image.style.setProperty('background-image', `url("${thumbnail_url}")`);
    else image.style.removeProperty('background-image');
    image.alt = filename;
    image.src = url;
  }
  image.addEventListener('load', () => image.style.removeProperty('background-image'));
  image.addEventListener('error', () => {
    image.hidden = true;
    lost.hidden = false;
  });

  store.watch((state) => {
    const open = dialogNamed(state, 'lightbox');
    return [open, open && state.timelines[open.chat_id], state.users, state.locale];
  }, (state) => {
    const open = dialogNamed(state, 'lightbox');
    if (!open) {
      shown = null;
      image.removeAttribute('src'); // a long answer need not come any more
      return;
    }
    const pictures = all();
    const found = pictures.findIndex(({ picture }) => picture.id === open.id);
    if (found < 0) {
      // deleted while it was looked at
      if (pictures.length) step(at < pictures.length ? 0 : pictures.length - 1 - at);
      else actions.closeDialog();
      return;
    }
    at = found;
    const { message, picture } = pictures[at];
    const name = displayName(state, message.sender);
    drawPicture(picture);
    setText(find('h2', dialog), picture.filename);
    setText(find('.lightbox-by', dialog), t('lightbox.by', { name, moment: shortMomentOf(message.date) }));
    setText(find('.lightbox-place', dialog), pictures.length > 1 ? t('lightbox.place', { n: at + 1, all: pictures.length }) : '');
    const download = find('[data-look=download]', dialog);
    setAttribute(download, 'href', picture.url);
    setAttribute(download, 'download', picture.filename);
    const words = t('attachment.download', { name: picture.filename, size: bytesOf(picture.size) });
    setAttribute(download, 'aria-label', words);
    setAttribute(download, 'title', words);
    setAttribute(find('[data-look=tab]', dialog), 'href', picture.url);
    for (const [side, is] of [['before', at > 0], ['after', at + 1 < pictures.length]]) {
      const button = find(`[data-look=${side}]`, dialog);
      if (!is && button === document.activeElement) find('[data-close]', dialog).focus();
      button.hidden = !is;
    }
  });

  const doings = { before: () => step(-1), after: () => step(1), larger: () => zoom.toggle() };
  on(dialog, 'click', 'button[data-look]', (_, button) => doings[button.dataset.look]());

  const keys = { ArrowLeft: doings.before, ArrowRight: doings.after, '+': doings.larger, '-': () => zoom.to(null) };
  dialog.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  stage.addEventListener('click', ({ target }) => target === stage && !zoom.on && dialog.close());
}
