// Keeps the site for offline use: all of one build, or nothing. `cargo xtask build` fills in the build's version and its
// files with their sizes in bytes, and leaves these comments out; without files (a development server) nothing is kept.
const VERSION = "{{version}}";
// What every reader keeps: all lessons, on the CPU.
const FILES = {/* {{files}} */};
// What is kept where it has been used, or where the reader wants everything.
const LARGE = {/* {{large}} */};

const NAME = `unroll-${VERSION}`;
// What lies beside the site and is no part of it: a reader's own models and texts.
const BESIDE = "unroll-beside";
const BESIDE_LIMIT = 64e6;
// Whether the reader wants everything kept; it outlives a version.
const CHOICE = "unroll-choice";
const HOME = new URL("./", self.location).href;
const PAGE = "index.html";
// How long a host may keep silent before what is kept must do, in milliseconds.
const PATIENCE = 4000;

const address = (name) => new URL(name === PAGE ? "./" : name, HOME).href;
const nameOf = (url) => new URL(url).href.slice(HOME.length).split(/[?#]/)[0] || PAGE;
const sum = (files) => Object.values(files).reduce((all, bytes) => all + bytes, 0);
const isOfSite = (name) => name in FILES || name in LARGE;
// The names of their folders are made of their content.
const isUnchanging = (name) => /^(engine|content)[^/]*-[0-9a-f]{12}\//.test(name);
// What a host may replace without building the site anew.
const isReplaceable = (name) => /^(pretrained|texts|pytorch)\//.test(name);
// Many hosts answer with a page where they have no such file.
const isPage = (response) => /text\/html/.test(response.headers.get("content-type"));

self.addEventListener("install", (event) => {
  // A first visit is told how it goes; an update comes quietly, and nothing is lost where it fails.
  const say = self.registration.active ? () => {} : tell;
  event.waitUntil(
    keepWanted(say).catch(async (error) => {
      // What was half kept takes room from others.
      await caches.delete(NAME);
      throw error;
    }),
  );
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("unroll-") && ![NAME, BESIDE, CHOICE].includes(name);
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isAsked = request.method === "GET" && request.url.startsWith(HOME) && !request.headers.has("range");
  // "no-store" asks the host itself: so the page learns whether there is a newer one.
  if (!isAsked || request.cache === "no-store" || !isOfSite(PAGE)) return;
  const name = nameOf(request.url);
  const meant = request.mode === "navigate" && signed(request.url);
  if (meant) event.respondWith(Response.redirect(meant));
  else if (isOfSite(name)) event.respondWith(answer(event, name));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => Response.redirect(HOME)));
  else if (request.destination === "") event.respondWith(beside(event));
});

// As 404.html does where there is no worker: an address whose "#" or "?" was escaped, as what it was.
function signed(url) {
  const link = /^(?:index\.html)?%(?:25)*(?:23|3F|EF%(?:25)*BC%(?:25)*(?:83|9F))(.*)$/i.exec(url.slice(HOME.length));
  return link && `${HOME}#${link[1]}`;
}

self.addEventListener("message", (event) => {
  // A new version waits until the reader asks for it: nothing is swapped under a running page.
  if (event.data === "skip-waiting") self.skipWaiting();
  if (event.data === "state") event.waitUntil(report());
  if (event.data === "everything") event.waitUntil(everything());
});

async function answer(event, name) {
  const kept = await find(NAME, address(name));
  if (kept) return isReplaceable(name) ? newest(event, name, kept) : kept;
  const response = await fetch(event.request);
  event.waitUntil(keepOne(name, response.clone()).catch(() => undefined));
  return response;
}

// As the host has it now, and as it was kept where the host says nothing, or something else.
async function newest(event, name, kept) {
  const mark = (response) => response.headers.get("etag") ?? response.headers.get("last-modified");
  const asked = fetch(address(name), { cache: "no-cache" }).then(
    (response) => {
      if (!response.ok || isPage(response)) return [kept];
      const isSame = mark(response) !== null && mark(response) === mark(kept);
      return [response, isSame || put(NAME, address(name), response.clone())];
    },
    () => [kept],
  );
  event.waitUntil(asked.then(([, done]) => done));
  const late = new Promise((done) => setTimeout(done, PATIENCE, [kept]));
  return (await Promise.race([asked, late]))[0];
}

// What is no part of the site is always asked for anew; without a network, the last ones are still there.
async function beside(event) {
  const { request } = event;
  try {
    const response = await fetch(new Request(request, { cache: "no-cache" }));
    if (response.ok && !isPage(response)) {
      event.waitUntil(keepBeside(request.url, response.clone()).catch(() => undefined));
    }
    return response;
  } catch (error) {
    const kept = await find(BESIDE, request.url);
    if (kept) return kept;
    throw error;
  }
}

// What has been asked for last stays, as far as there is room; the order of a cache is that of its keeping.
async function keepBeside(url, response) {
  if (Number(response.headers.get("content-length")) > BESIDE_LIMIT) return response.body?.cancel();
  const body = await response.blob();
  const cache = await caches.open(BESIDE);
  // What is kept anew is the last again.
  await cache.delete(url);
  await put(BESIDE, url, new Response(body, { headers: { "content-type": body.type, "content-length": body.size } }));
  const keys = await cache.keys();
  let room = BESIDE_LIMIT;
  for (const key of keys.reverse()) {
    const bytes = Number((await cache.match(key))?.headers.get("content-length"));
    if (bytes > room) await cache.delete(key);
    else room -= bytes;
  }
}

// Storage that fails must not take an answer with it.
const find = (cache, url) =>
  caches
    .open(cache)
    .then((cache) => cache.match(url, { ignoreVary: true }))
    .catch(() => undefined);

const put = (cache, url, response) =>
  caches
    .open(cache)
    .then((cache) => cache.put(url, plain(response)))
    .catch(() => undefined);

// A page may not be opened with an answer that came by a redirect.
const plain = (response) => {
  const { redirected, body, status, statusText, headers } = response;
  return redirected ? new Response(body, { status, statusText, headers }) : response;
};

async function wanted() {
  return (await find(CHOICE, HOME)) ? { ...FILES, ...LARGE } : FILES;
}

async function keptNames() {
  const keys = await (await caches.open(NAME)).keys();
  return new Set(keys.map((request) => nameOf(request.url)));
}

// Keeps what is not kept yet, some files at a time, and tells how far it is.
async function keepAll(files, say) {
  const kept = await keptNames();
  const queue = Object.entries(files);
  const all = sum(files);
  let done = 0;
  const work = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const [name, bytes] = file;
      if (!kept.has(name)) await keepOne(name, await brought(name));
      done += bytes;
      say("keeping", done, all);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
}

// The server is asked for what may have changed: a stale copy in the browser's own cache must not enter the new build.
async function brought(name) {
  const known = isUnchanging(name) && (await caches.match(address(name)));
  return known || fetch(address(name), { cache: "no-cache" });
}

async function keepOne(name, response) {
  const isModule = name.endsWith(".wasm");
  if (!response.ok || (isPage(response) && name !== PAGE && !isModule)) throw new Error(name);
  const cache = await caches.open(NAME);
  await cache.put(address(name), plain(response));
  // Whatever a host calls a module: it is one if it is as long as it should be.
  if (!isModule) return;
  const { size } = await (await cache.match(address(name))).blob();
  if (size !== (FILES[name] ?? LARGE[name])) {
    await cache.delete(address(name));
    throw new Error(name);
  }
}

async function keepWanted(say) {
  const files = await wanted();
  try {
    await keepAll(files, say);
  } catch (error) {
    say("failed", error.name, sum(files));
    throw error;
  }
}

// Says what is kept, after keeping anew what the browser has dropped.
async function report() {
  try {
    await keepWanted(tell);
  } catch {
    return;
  }
  const kept = await keptNames();
  const lacking = Object.entries(LARGE).filter(([name]) => !kept.has(name));
  tell("kept", sum(Object.fromEntries(lacking)), sum(FILES));
}

async function everything() {
  await put(CHOICE, HOME, new Response("everything"));
  try {
    await keepWanted(tell);
  } catch {
    await caches.delete(CHOICE);
    const cache = await caches.open(NAME);
    await Promise.all(Object.keys(LARGE).map((name) => cache.delete(address(name))));
    return;
  }
  await report();
}

async function tell(...message) {
  for (const page of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    page.postMessage(message);
  }
}
