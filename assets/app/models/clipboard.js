// Puts text on the clipboard. The clipboard interface needs a secure page; elsewhere a selection is copied, as of old.

/** @returns {Promise<boolean>} whether it is there */
export async function copyText(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not permitted: the old way may still be.
    }
  }
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  before?.focus?.({ preventScroll: true });
  return copied;
}
