// The few things that views do with elements. The only place that turns text into HTML: a message's `html`, which the
// server has made and sanitised, through the page's one Trusted Types policy.

const rules = { createHTML: (html) => html, createScriptURL: (url) => url };
const policy = globalThis.trustedTypes?.createPolicy('salon', rules) ?? rules;

/** The one script beside the page's modules. */
export const workerAddress = () => policy.createScriptURL('/sw.js');

export const find = (selector, root = document) => root.querySelector(selector);

/** A fresh copy of the template's one element. */
export const clone = (name) => find(`#template-${name}`).content.firstElementChild.cloneNode(true);

/** A file of the client's as a document, or null: the request hands it over parsed, no text becomes HTML here. */
const load = (name) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('GET', new URL(name, import.meta.url));
    request.responseType = 'document';
    request.onloadend = () => resolve(request.status === 200 ? request.responseXML : null);
    request.send();
  });

/**
 * Puts the sprite of signs into the page. Drawn from its file, each sign would be asked for again when it is shown, and
 * be missing just when the server is.
 */
export async function loadIcons() {
  const sprite = (await load('../vendor/icons.svg'))?.documentElement;
  if (!sprite) return;
  sprite.setAttribute('hidden', '');
  document.body.append(document.adoptNode(sprite));
}

/**
 * Puts into the page what is inside of dialogs and places that are not in the first sight, and gives back what is new.
 * @returns {Promise<Element[]>}
 */
export async function loadMarkup() {
  const markup = await load('./parts.html');
  if (!markup) throw new Error('parts.html cannot be had');
  const filled = [...markup.querySelectorAll('[data-for]')].map(({ dataset, children }) => {
    const place = find(`#${dataset.for}`);
    place.append(...children);
    return place;
  });
  const templates = [...markup.querySelectorAll('template')];
  document.body.append(...templates);
  return [...filled, ...templates.map(({ content }) => content)];
}

/** A sign from the sprite, said by nobody: what it means stands beside it or in a label. */
export const icon = (name) => {
  const svg = clone('icon');
  find('use', svg).setAttribute('href', `#icon-${name}`);
  return svg;
};

/**
 * An element that no template has: of views that come later, whose markup the page does not carry. Its words stand in
 * `data-i18n`, which `translate` fills in.
 * @param {Object<string, any>} attributes those that are null or false are left out
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Sets text only where it differs, so that a selection in it survives. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? '' : value);
}

export function setServerHtml(element, html) {
  element.innerHTML = policy.createHTML(html);
  // each is written from its own side; code from the left
  for (const block of element.querySelectorAll(':scope > :not(pre)')) block.dir = 'auto';
  for (const link of element.querySelectorAll('a[href]')) {
    if (link.origin === location.origin && /^\/(rooms|private)\/./.test(link.pathname)) {
      link.setAttribute('href', link.pathname + link.search); // a place of this page's: the router opens it here
      link.removeAttribute('target');
      continue;
    }
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
}

/** The words of markup that the server made, in one line. */
export function textOfServerHtml(html) {
  const holder = document.createElement('template');
  holder.innerHTML = policy.createHTML(html.replace(/<(?:[bh]r|[ou]l|\/p|\/li|\/pre)\b/g, ' $&'));
  return holder.content.textContent.replace(/\s+/g, ' ').trim();
}

/** Listens on `root` for events inside elements that match; the handler gets that element. */
export function on(root, type, selector, handler) {
  root.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element && root.contains(element)) handler(event, element);
  });
}

/**
 * Makes `parent`'s children the given items, in order, reusing the element of each key.
 * @param {(item: any) => string} keyOf
 * @param {(item: any, element: ?Element) => Element} draw gets the item's element of last time; may return another
 */
export function drawList(parent, items, keyOf, draw) {
  const had = new Map();
  for (let child = parent.firstElementChild; child; child = child.nextElementSibling) had.set(child.key, child);
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const old = had.get(key);
    had.delete(key);
    const element = draw(item, old ?? null);
    if (element.key !== key) element.dataset.key = element.key = key;
    if (old && old !== element) {
      if (place === old) place = element;
      old.replaceWith(element);
    }
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  const focused = [...had.values()].find((child) => child.contains(document.activeElement));
  const index = focused ? [...parent.children].indexOf(focused) : 0;
  for (const child of had.values()) child.remove();
  if (focused) focusNear(parent, index);
}

const FOCUSABLE = 'a[href], button:not(:disabled, [hidden])';

/** Where the focus was is gone: it goes to what has taken its place, not back to the top of the page. */
function focusNear(parent, index) {
  const next = parent.children[index] ?? parent.lastElementChild;
  const inside = next?.matches('[tabindex]') ? next : next && find(FOCUSABLE, next);
  const dialog = parent.closest('dialog');
  (inside ?? (dialog ? find('[data-close]', dialog) : find('#main'))).focus({ preventScroll: true });
}

/** The values of a form's fields, by name; check boxes as true or false. */
export function formValues(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || (field.type === 'radio' && !field.checked)) continue;
    values[field.name] = field.type === 'checkbox' ? field.checked : field.value;
  }
  return values;
}
