// The files of a message under its words: pictures in the size that they will have, films and sounds to be played where
// they are, all others as cards to be downloaded.

import { clone, find, on, setAttribute, setText } from '../dom.js';
import { bytesOf, t } from '../i18n.js';
import { columnsFor, pictureBox } from '../models/picture_box.js';
import { filesOf, kindOf, shownUrl } from '../state/attachments.js';

const calm = matchMedia('(prefers-reduced-motion: reduce)');

/** @param {?import('../state/types.js').Message} message stored or pending */
export function drawAttachments(element, state, message) {
  const box = find('.attachments', element);
  const files = filesOf(message);
  // What is there stays as it is: a film goes on, a picture does not come again.
  const sign = `${state.locale} ${files.map(({ id }) => id).join(' ')}`;
  if (box.sign === sign) return;
  box.sign = sign;
  const pictures = files.filter((file) => kindOf(file) === 'picture');
  const others = files.filter((file) => !pictures.includes(file)).map((file) => drawFile(file));
  box.replaceChildren(...(pictures.length ? [drawPictures(pictures)] : []), ...others);
}

function drawPictures(pictures) {
  const box = document.createElement('div');
  const alone = pictures.length === 1;
  box.className = alone ? 'pictures' : 'pictures picture-grid';
  if (!alone) box.style.setProperty('--columns', columnsFor(pictures.length));
  box.append(...pictures.map((picture) => drawPicture(picture, alone)));
  return box;
}

function drawPicture(picture, alone) {
  const button = clone('picture');
  if (alone) {
    const { width, height } = pictureBox(picture);
    button.style.setProperty('--width', `${width}px`);
    button.style.setProperty('--shape', `${width} / ${height}`);
  }
  button.dataset.attachment = picture.id;
  button.title = picture.filename;
  const image = find('img', button);
  image.alt = picture.filename;
  setText(find('.picture-failed span', button), t('attachment.not_shown', { name: picture.filename }));
  image.addEventListener('load', () => {
    button.classList.add('is-there');
    if (calm.matches && movesAnyway(picture)) image.src = stillOf(image);
  }, { once: true });
  image.src = shownUrl(picture, calm.matches);
  return button;
}

/** So small that the server has made no other picture of it. */
const movesAnyway = ({ mime, thumbnail_url }) => mime === 'image/gif' && !thumbnail_url;

function stillOf(image) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight });
  canvas.getContext('2d').drawImage(image, 0, 0);
  return canvas.toDataURL();
}

function drawFile(file) {
  const kind = kindOf(file);
  return kind === 'video' || kind === 'audio' ? drawPlayer(file, kind) : drawCard(file);
}

function drawCard(file) {
  const card = clone('file');
  fillDownload(card, file);
  setText(find('.file-name', card), file.filename);
  setText(find('small', card), bytesOf(file.size));
  return card;
}

function drawPlayer(file, kind) {
  const figure = clone(kind);
  const player = find(kind, figure);
  setAttribute(player, 'aria-label', file.filename);
  // What this browser cannot play keeps its place, and can still be taken home.
  player.addEventListener('error', () => {
    const lost = document.createElement('p');
    lost.className = `media-lost is-${kind}`;
    lost.textContent = t('attachment.not_played');
    player.replaceWith(lost);
  }, { once: true });
  player.src = file.url;
  setText(find('.file-name', figure), file.filename);
  setText(find('small', figure), bytesOf(file.size));
  fillDownload(find('a', figure), file);
  return figure;
}

function fillDownload(link, { url, filename, size }) {
  setAttribute(link, 'href', url);
  setAttribute(link, 'download', filename);
  const words = t('attachment.download', { name: filename, size: bytesOf(size) });
  setAttribute(link, 'aria-label', words);
  setAttribute(link, 'title', words);
}

/** @param {(element: Element) => ?import('../state/types.js').Message} messageOf */
export function mountAttachments(rows, actions, messageOf) {
  on(rows, 'click', '.picture', (_, button) => {
    const message = messageOf(button.closest('.message'));
    if (button.classList.contains('is-lost')) tryAgain(button);
    else if (message) actions.openPicture(message.chat_id, button.dataset.attachment);
  });

  // Errors do not bubble.
  rows.addEventListener('error', async ({ target }) => {
    const button = target.closest?.('.picture');
    if (!button) return;
    if (!('tried' in button.dataset)) {
      button.dataset.tried = '';
      await actions.renewForFiles();
      tryAgain(button);
    } else {
      button.classList.add('is-lost');
      find('.picture-failed', button).hidden = false;
    }
  }, true);
}

function tryAgain(button) {
  const image = find('img', button);
  button.classList.remove('is-lost');
  find('.picture-failed', button).hidden = true;
  image.src = image.getAttribute('src');
}

