// One WebSocket that comes back by itself. Emits `status` (connecting, online, waiting, offline), `frame` with each
// frame of the server, `refused` when it could not be opened, and `closed` with the code when the server closed it
// for a reason. Knows nothing of what the frames mean.

import { Burst } from './burst.js';

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 20_000;
const TICK_MS = 5_000;
const ASLEEP_MS = 30_000;

const emit = (target, type, detail) => target.dispatchEvent(new CustomEvent(type, { detail }));

export class Socket extends EventTarget {
  #address;
  #prepare;
  #socket = null;
  #wanted = false;
  #attempt = 0;
  #timer = null;
  #status = 'idle';
  #frames = new Burst((data) => emit(this, 'frame', JSON.parse(data)));

  /**
   * @param {() => string} address its path and query, asked before each try
   * @param {() => Promise<void>} prepare awaited before each try: a socket needs a session that is still good
   */
  constructor(address, prepare) {
    super();
    this.#address = address;
    this.#prepare = prepare;
    addEventListener('online', () => this.hurry());
    addEventListener('offline', () => this.#lose());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.hurry());
    this.#watchSleep();
  }

  get online() {
    return this.#status === 'online';
  }

  open() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#attempt = 0;
    this.#connect();
  }

  close() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#drop();
    this.#become('idle');
  }

  /** Sends if it can; what could not be sent is for the caller to send again. */
  send(action, data, ref) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(ref ? { action, ref, data } : { action, data }));
    return true;
  }

  /** Tries now instead of after the wait: the network is back, or someone looks. */
  hurry() {
    if (!this.#wanted || this.#socket?.readyState >= 0) return; // what it prepares may wait for a network that is gone
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#connect();
  }

  /** Gives up on a connection that seems dead, for a new one. */
  restart() {
    if (!this.#wanted) return;
    this.#drop();
    this.hurry();
  }

  /** The greeting has come: from here on the connection counts as good. */
  greeted() {
    this.#attempt = 0;
    this.#become('online');
  }

  async #connect() {
    this.#become('connecting');
    const socket = (this.#socket = { readyState: -1, close() {} }); // holds the place while preparing
    await this.#prepare().catch(() => {});
    if (this.#socket !== socket || !this.#wanted) return;

    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const ws = (this.#socket = new WebSocket(`${scheme}://${location.host}${this.#address()}`));
    let opened = false;
    ws.onopen = () => (opened = true);
    ws.onmessage = ({ data }) => this.#socket === ws && this.#frames.add(data);
    ws.onclose = ({ code, reason }) => {
      if (this.#socket !== ws) return;
      this.#frames.flush();
      this.#socket = null;
      if (!opened) emit(this, 'refused', null);
      else emit(this, 'closed', { code, reason });
      this.#wait();
    };
  }

  /** Waits longer each time, each client a little differently: a restarted server is not met by all at once. */
  #wait() {
    if (!this.#wanted) return;
    this.#become(navigator.onLine ? 'waiting' : 'offline');
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), longest * (0.5 + Math.random() / 2));
  }

  #lose() {
    if (!this.#wanted) return;
    this.#drop();
    this.#wait();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#frames.clear(); // they will come again
    socket?.close();
  }

  /** A machine that slept holds sockets that look open and are not. */
  #watchSleep() {
    let last = Date.now();
    setInterval(() => {
      const now = Date.now();
      if (now - last > TICK_MS + ASLEEP_MS) this.restart();
      last = now;
    }, TICK_MS);
  }

  #become(status) {
    if (status === this.#status) return;
    this.#status = status;
    emit(this, 'status', status);
  }
}
