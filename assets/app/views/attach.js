// The ways of choosing files for a message: the button, pasting, and dragging them onto the conversation.

import { find, setText } from '../dom.js';
import { t } from '../i18n.js';
import { currentConversation, titleOf } from '../state/select.js';

const carriesFiles = ({ dataTransfer }) => Boolean(dataTransfer?.types.includes('Files'));

/** Folders look like files until they are read. */
const isFolder = (item) => Boolean(item.webkitGetAsEntry?.()?.isDirectory);

/** From an office program a text comes with a picture of itself: then the text is what is meant. */
const isText = ({ types }) => types.includes('text/plain') && types.includes('text/html');

export function mountAttach(store, actions) {
  const input = find('#attach-input');
  const pane = find('#pane-conversation');
  const target = find('#drop');
  const composer = find('#composer');

  /** Where files would go now, if anywhere. */
  const place = () => {
    const { editing, dialog } = store.state;
    return editing || dialog || composer.hidden ? null : currentConversation(store.state);
  };

  function attach(files) {
    const conversation = place();
    if (!conversation || !files.length) return;
    actions.attach(conversation.id, [...files]);
    find('#composer-text').focus({ preventScroll: true });
  }

  find('#attach-button').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    attach(input.files);
    input.value = ''; // so that the same file can be chosen again
  });

  document.addEventListener('paste', (event) => {
    const { clipboardData, target: where } = event;
    if (!clipboardData?.files.length || isText(clipboardData) || !place()) return;
    if (where.id !== 'composer-text' && where.closest?.('input, textarea')) return;
    event.preventDefault();
    attach(clipboardData.files);
  });

  function show(conversation) {
    target.hidden = !conversation;
    if (conversation) setText(find('span', target), t('uploads.drop', { name: titleOf(store.state, conversation) }));
  }

  // A file that is dropped beside would be opened in the place of the page.
  for (const type of ['dragenter', 'dragover', 'drop']) {
    document.addEventListener(type, (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      const conversation = pane.contains(event.target) ? place() : null;
      event.dataTransfer.dropEffect = conversation ? 'copy' : 'none';
      show(type === 'drop' ? null : conversation);
      if (type !== 'drop' || !conversation) return;
      const items = [...event.dataTransfer.items].filter(({ kind }) => kind === 'file');
      const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile());
      if (files.length < items.length) actions.refuseFolders();
      attach(files.filter(Boolean));
    });
  }
  document.addEventListener('dragleave', ({ relatedTarget }) => relatedTarget || show(null));
  document.addEventListener('dragend', () => show(null));

  store.watch(({ editing }) => [editing], ({ editing }) => {
    find('#attach-button').hidden = Boolean(editing);
  });
}
