self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(clients.claim()));
self.addEventListener('fetch', (event) => {
  const asked = event.request;
  if (asked.method === 'GET' && asked.mode === 'navigate') {
    event.respondWith(fetch(asked.url, { headers: { 'X-Employe': '1' }, credentials: 'same-origin', redirect: 'manual' }));
  }
});
