// Joins the parts: what the client knows, what it can do, how it speaks with the server, what it shows.

import { createActions } from './actions.js';
import { loadIcons, workerAddress } from './dom.js';
import { Keeping } from './keeping.js';
import { startInstalled } from './installed.js';
import { startLive } from './live.js';
import { createApi } from './net/api.js';
import { Outbox } from './net/outbox.js';
import { Socket } from './net/socket.js';
import { Uploads } from './net/uploads.js';
import { Worker } from './net/worker.js';
import { Parts } from './parts.js';
import { Router } from './router.js';
import { reduce } from './state/reduce.js';
import { createStore } from './state/store.js';
import { emptyState } from './state/empty.js';
import { startTelling } from './telling.js';
import { mountViews } from './views/views.js';

const app = {};
app.store = createStore(emptyState(), reduce);
app.api = createApi({ ended: () => app.actions.sessionEnded() });
// who was here before says up to where, so that what was missed comes before anything new
const address = () => (app.store.state.cursor === null ? '/ws/events/' : `/ws/events/?cursor=${app.store.state.cursor}`);
app.socket = new Socket(address, () => app.api.keepFresh());
app.outbox = new Outbox(app.socket);
app.uploads = new Uploads({ isOnline: () => app.socket.online, ended: () => app.actions.sessionEnded() });
app.router = new Router((route) => app.actions.routeChanged(route));
app.parts = new Parts(app);
app.worker = new Worker(workerAddress());
app.keeping = new Keeping(app);
app.actions = createActions(app);

startLive(app);
startTelling(app); // after it: what it tells is known by then
startInstalled(app);
loadIcons();
await app.actions.speak();
mountViews(app);
await app.actions.start();
