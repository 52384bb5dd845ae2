// Keeps the site for offline use: all of one build, or nothing. `cargo xtask build` fills in the build's version and
// the list of its files; without them (a development server) the worker keeps nothing.
const VERSION = "{{version}}";
const SHELL = [/* {{shell}} */];

const NAME = `unroll-${VERSION}`;
const HOME = new URL("./", self.location).href;

self.addEventListener("install", (event) => {
  // "no-cache" asks the server for every file: a stale copy in the browser's own cache must not enter the new build.
  const requests = [HOME, ...SHELL].map((name) => new Request(new URL(name, HOME), { cache: "no-cache" }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("unroll-") && name !== NAME;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(HOME)) return;
  const meant = request.mode === "navigate" && signed(request.url);
  event.respondWith(meant ? Response.redirect(meant) : answer(request));
});

// As 404.html does where there is no worker: an address whose "#" or "?" was escaped, as what it was.
function signed(url) {
  const link = /^(?:index\.html)?%(?:25)*(?:23|3F|EF%(?:25)*BC%(?:25)*(?:83|9F))(.*)$/i.exec(url.slice(HOME.length));
  return link && `${HOME}#${link[1]}`;
}

// A new version waits until the reader asks for it: nothing is swapped under a running page.
self.addEventListener("message", (event) => {
  if (event.data === "skip-waiting") self.skipWaiting();
});

async function answer(request) {
  const cache = await caches.open(NAME);
  const page = request.mode === "navigate";
  const kept = await cache.match(page ? HOME : request, { ignoreSearch: true, ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  // What is fetched only when needed (the WebGPU engine) is kept from then on.
  if (response.ok && SHELL.length > 0) await cache.put(request, response.clone());
  return response;
}
