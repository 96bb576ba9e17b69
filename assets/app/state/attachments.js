// What the files of messages are, and which of them can be looked through. Pure.

/** @typedef {import('./types.js').Attachment} Attachment */

const PICTURE = /^image\/(png|jpeg|gif|webp)$/;
const HEAVY_BYTES = 5 * 1024 * 1024;

/** @param {Attachment} file @returns {'picture'|'video'|'audio'|'file'} */
export function kindOf({ mime, width }) {
  if (PICTURE.test(mime) && width) return 'picture';
  const [kind] = mime.split('/');
  return kind === 'video' || kind === 'audio' ? kind : 'file';
}

/** The address of what a timeline shows of a picture. @param {boolean} still nothing is to move by itself */
export function shownUrl({ mime, size, url, thumbnail_url }, still) {
  const moves = mime === 'image/gif' && !still && size <= HEAVY_BYTES;
  return moves ? url : thumbnail_url ?? url;
}

/** Of a message, stored or pending, what still belongs to it. @returns {Attachment[]} */
export const filesOf = (message) => (message && !message.is_deleted ? message.attachments ?? [] : []);

const picturesOf = (message) => filesOf(message).filter((file) => kindOf(file) === 'picture');

/**
 * The pictures of a conversation, as far as its messages are loaded, in their order.
 * @returns {{message: import('./types.js').Message, picture: Attachment}[]}
 */
export const picturesIn = (state, chat_id) =>
  (state.timelines[chat_id]?.messages ?? []).flatMap((message) =>
    picturesOf(message).map((picture) => ({ message, picture })));
