// Addresses and what they mean. The page is one; its addresses are made by the History API, and the server answers
// each with this page, so that every one can be reloaded, kept and sent to someone.

/** @typedef {{name: 'home'|'login'|'register'|'create_room'|'room'|'private'|'notifications'|'friends'|'tournaments'
 *   |'game'|'search'|'admin'|'share'|'unknown', room?: string, q?: string, text?: string,
 *   username?: string, at?: ?number, claim?: ?string, invitation?: ?string, link?: ?string, id?: ?string, everyone?: boolean,
 *   person?: ?string, tab?: string}} Route */

const decode = (part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** @returns {Route} */
export function parse(url) {
  const { pathname, searchParams } = new URL(url, location.origin);
  const [first, second, ...rest] = pathname.split('/').filter(Boolean).map(decode);
  const place = Number(searchParams.get('at'));
  const at = Number.isSafeInteger(place) && place > 0 ? place : null;
  if (!first) return { name: 'home' };
  if (rest.length) return { name: 'unknown' };
  if (first === 'rooms' && second) return { name: 'room', room: second, at };
  if (first === 'private' && second) return { name: 'private', username: second, at };
  if (first === 'games' && second) return { name: 'game', id: second };
  if (first === 'admin') return { name: 'admin', tab: second ?? 'overview' };
  if (first === 'tournaments') return { name: 'tournaments', id: second ?? null };
  if (second) return { name: 'unknown' };
  if (first === 'search') return { name: 'search', q: searchParams.get('q') ?? '' };
  if (first === 'notifications') return { name: 'notifications' };
  if (first === 'friends') {
    return { name: 'friends', everyone: searchParams.has('everyone'), person: searchParams.get('person') };
  }
  if (first === 'share') {
    const said = ['title', 'text', 'url'].map((name) => searchParams.get(name)?.trim()).filter(Boolean);
    return { name: 'share', text: [...new Set(said)].join('\n'), files: searchParams.has('files') };
  }
  if (first === 'login') return { name: 'login', link: searchParams.get('link') };
  if (first === 'register') {
    return { name: 'register', claim: searchParams.get('claim'), invitation: searchParams.get('invitation') };
  }
  return first === 'create_room' ? { name: 'create_room' } : { name: 'unknown' };
}

export class Router {
  #arrived;

  /** @param {(route: Route) => void} arrived */
  constructor(arrived) {
    this.#arrived = arrived;
    addEventListener('popstate', () => this.#arrived(parse(location.href)));
    document.addEventListener('click', (event) => {
      const link = event.target.closest?.('a[href^="/"]');
      const plain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
      if (!link || !plain || link.target || link.hasAttribute('download') || event.defaultPrevented) return;
      event.preventDefault();
      this.go(link.getAttribute('href'));
    });
  }

  get path() {
    return location.pathname + location.search;
  }

  start() {
    this.#arrived(parse(location.href));
  }

  go(path, { replace = false } = {}) {
    if (replace || path === this.path) history.replaceState(null, '', path);
    else history.pushState(null, '', path);
    this.#arrived(parse(location.href));
  }

  /** The address of where we are has changed its name; nobody moves. */
  rename(path) {
    history.replaceState(null, '', path);
  }
}
