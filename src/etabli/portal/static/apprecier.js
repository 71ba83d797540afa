// The page of appreciations saves by itself, and takes keys while its form has the cursor; without it, the form does.
const form = document.querySelector('[data-apprecier]')
const WAIT_MS = 700
const PAUSE_MS = 20_000
let timer = 0
let last = form && state()
let sending = false
let leaving // by which button, once what is being sent has arrived: an older text must not come after the form

function state() {
  return new URLSearchParams(new FormData(form)).toString()
}

async function save() {
  clearTimeout(timer)
  const now = state()
  if (now === last) return
  if (sending) return soon() // an older text must not come after a newer one
  sending = true
  last = now
  const said = form.querySelector('[data-dit]')
  try {
    const headers = { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' }
    const signal = AbortSignal.timeout(PAUSE_MS)
    const asked = fetch(form.action, { method: 'POST', body: now, headers, redirect: 'error', signal })
    const answer = await asked.catch(() => { throw new Error('la page ne répond pas') })
    const told = await answer.json()
    if (!answer.ok) throw new Error(told.error)
    said.textContent = `${told.said}.`
    const left = form.querySelector('[data-reste]')
    left.textContent = told.left ? `Reste ${told.left} sur ${told.to_look}` : `Tout est regardé (${told.to_look})`
    form.querySelector('progress').value = told.to_look - told.left
  } catch (error) {
    last = ''
    said.textContent = `Pas encore enregistré : ${error.message}`
  }
  sending = false
  if (leaving !== undefined) form.requestSubmit(leaving)
}

function soon() {
  clearTimeout(timer)
  timer = setTimeout(save, WAIT_MS)
}

function take(text) {
  const field = form.elements.remarque
  if (!field.value.includes(text)) field.value = field.value ? `${field.value}\n${text}` : text
  save()
}

function typed(event) {
  const field = event.target
  const writing = field.matches('textarea, input:not([type="radio"])')
  if (event.key === 'Enter' && event.ctrlKey && writing) return form.requestSubmit()
  if (writing || event.ctrlKey || event.altKey || event.metaKey) return
  const degrees = form.querySelectorAll('[name="degre"]')
  const degree = degrees[Number(event.key) - 1]
  const button = form.querySelector(`[data-touche="${CSS.escape(event.key.toLowerCase())}"]`)
  if (degree) {
    degree.checked = true
    degree.focus()
    save()
  } else if (button) take(button.value)
  else return
  event.preventDefault()
}

if (form) {
  form.addEventListener('change', save)
  form.addEventListener('input', soon)
  form.addEventListener('keydown', typed)
  form.addEventListener('click', (event) => {
    const button = event.target.closest('[data-touche]')
    if (!button) return
    event.preventDefault()
    take(button.value)
  })
  form.addEventListener('submit', (event) => {
    clearTimeout(timer)
    leaving = sending ? event.submitter : undefined
    if (sending) return event.preventDefault()
    last = state()
  })
  window.addEventListener('pagehide', () => {
    if (state() !== last) navigator.sendBeacon(form.action, new URLSearchParams(new FormData(form)))
  })
}
