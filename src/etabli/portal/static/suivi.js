// A teacher's page that follows a class: what changes is asked for again, quietly; without it, reloading does the same.
const EVERY_S = 10
const part = document.querySelector('[data-suivi]')
const grading = document.querySelector('[data-correction]')

const busy = () => part.contains(document.activeElement) || !document.getSelection().isCollapsed

async function follow() {
  if (document.hidden || busy()) return
  const answer = await fetch(part.dataset.suivi, { redirect: 'error' })
  if (answer.ok && !busy()) part.innerHTML = await answer.text()
}

async function watch() {
  const answer = await fetch(grading.dataset.correction, { redirect: 'error' })
  if (!answer.ok) return
  const now = await answer.json()
  if (now.over) return location.reload()
  const bar = grading.querySelector('progress')
  bar.max = now.total || 1
  bar.value = now.done
  const left = now.eta_s === null ? '' : `, encore ${Math.max(1, Math.round(now.eta_s / 60))} min environ`
  const place = now.state === 'queued' ? 'En attente de son tour.' : 'En cours.'
  const all = now.total && now.done >= now.total // what is left is to write the pages
  const said = all ? `En cours. ${now.done} sur ${now.total} : les pages s'écrivent.` : `${place} ${now.done} sur ${now.total ?? '…'}${left}`
  const line = grading.querySelector('[data-dit]')
  if (line.textContent !== said) line.textContent = said
}

function again(task, seconds) {
  setInterval(() => task().catch(() => {}), seconds * 1000) // the server may be away for a moment
}

if (part) again(follow, EVERY_S)
if (grading) again(watch, 2)
document.querySelector('[data-imprimer]')?.addEventListener('click', () => window.print())
