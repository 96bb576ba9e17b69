// The service worker, as far as the page has to do with it: brings it in where the browser has such, says when a newer
// version of the client waits (`news`), and passes on where a notification led (`go`). On plain http in a home network
// there is none, and everything else is as it is.

const HOUR_MS = 60 * 60 * 1000;

export class Worker extends EventTarget {
  #address;
  #asked = false;
  /** @type {?ServiceWorkerRegistration} */
  registration = null;

  /** @param {string|TrustedScriptURL} address */
  constructor(address) {
    super();
    this.#address = address;
  }

  /** Whether the page would open without the server. */
  get keepsPage() {
    return Boolean(navigator.serviceWorker?.controller);
  }

  async start() {
    const workers = navigator.serviceWorker;
    if (!workers) return;
    let had = workers.controller;
    workers.addEventListener('controllerchange', () => {
      // The page is of the version before; of the first one, it is of the same.
      if (this.#asked) location.reload();
      else if (had) this.#tell();
      had = workers.controller;
    });
    workers.addEventListener('message', ({ data }) => data.go && this.#emit('go', data.go));
    try {
      this.registration = await workers.register(this.#address, { updateViaCache: 'none' });
    } catch {
      return; // switched off, or no room for it
    }
    if (!this.registration) return;
    this.#watch(this.registration);
    // a page that was on its way while the first worker took over is not among those that it took
    workers.ready.then(({ active }) => workers.controller ?? active.postMessage('claim'));
    setInterval(() => this.registration.update().catch(() => {}), HOUR_MS);
    this.#emit('ready');
  }

  /** A server that was restarted may be a newer one. */
  look() {
    this.registration?.update().catch(() => {});
  }

  /** The newer version takes over, and the page is loaded again as one of it. */
  takeNews() {
    this.#asked = true;
    const waiting = this.registration?.waiting;
    if (waiting) waiting.postMessage('take over');
    else location.reload();
  }

  #watch(registration) {
    if (registration.waiting && this.keepsPage) this.#tell();
    registration.addEventListener('updatefound', () => {
      const coming = registration.installing;
      coming.addEventListener('statechange', () => coming.state === 'installed' && this.keepsPage && this.#tell());
    });
  }

  #tell() {
    this.#emit('news');
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
