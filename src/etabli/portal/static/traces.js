// A recueil's page: words save by themselves, two tabs that disagree are told, and nothing that was typed is lost.
const CALM_MS = 800
const RETRY_MS = 5000

const at = () => new Date().toLocaleTimeString('fr-FR', { hour: '2-digit', minute: '2-digit' })

class Words {
  constructor(field) {
    this.field = field
    this.before = field.defaultValue
    const { qui, de, trace, champ } = field.dataset
    this.about = { de: de || '', trace, champ }
    this.key = `trace:${qui}:${de || ''}:${trace}:${champ}`
    this.line = document.createElement('span')
    this.line.className = 'muted'
    this.line.setAttribute('role', 'status')
    field.closest('label').after(this.line)
    field.addEventListener('input', () => this.changed())
    field.addEventListener('blur', () => this.send())
    this.restore()
  }

  get waits() { return this.field.value.trim() !== this.before.trim() }

  say(words) { if (this.line.textContent !== words) this.line.textContent = words }

  keep() {
    try { localStorage.setItem(this.key, JSON.stringify({ text: this.field.value, before: this.before })) } catch { /* full, or not allowed */ }
  }

  forget() { try { localStorage.removeItem(this.key) } catch { /* not allowed */ } }

  restore() {
    let kept = null
    try { kept = JSON.parse(localStorage.getItem(this.key)) } catch { /* not ours */ }
    if (!kept || typeof kept.text !== 'string' || kept.text.trim() === this.before.trim()) return this.forget()
    this.field.value = kept.text
    this.before = kept.before
    this.say('Ce texte, gardé sur ce poste, n’était pas encore enregistré.')
    this.send()
  }

  changed() {
    this.keep()
    this.say('Pas encore enregistré')
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send(), CALM_MS)
  }

  async send() {
    clearTimeout(this.timer)
    if (!this.waits || this.box) return
    if (this.sending) { this.timer = setTimeout(() => this.send(), CALM_MS); return }
    this.sending = true
    const text = this.field.value
    try {
      const answer = await fetch('/api/mes-traces', {
        method: 'PUT', redirect: 'error', keepalive: true, headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ ...this.about, texte: text, avant: this.before }),
      })
      const told = await answer.json()
      if (answer.ok) {
        this.before = text
        if (!this.waits) { this.forget(); this.say(`Enregistré à ${told.saved || at()}`) }
      } else if (answer.status === 409 && 'now' in told) this.disagree(told.now)
      else this.say(told.error)
    } catch {
      this.say('Pas encore enregistré : la salle ne répond pas. Votre texte reste sur ce poste.')
      this.timer = setTimeout(() => this.send(), RETRY_MS)
    }
    this.sending = false
  }

  // Both texts are shown; whichever is kept, the other stays readable until one leaves.
  disagree(other) {
    this.say('Ce texte a changé dans un autre onglet : choisissez lequel garder.')
    this.box = document.createElement('div')
    this.box.className = 'wrong stack'
    const label = document.createElement('label')
    label.append('L’autre texte ')
    const shown = document.createElement('textarea')
    shown.readOnly = true
    shown.rows = 3
    shown.value = other
    label.append(shown)
    const row = document.createElement('div')
    row.className = 'row'
    const choices = [['Garder mon texte', this.field.value, other], ['Prendre l’autre texte', other, this.field.value]]
    for (const [title, kept, left] of choices) {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = title
      button.addEventListener('click', () => {
        this.field.value = kept
        this.before = other
        shown.value = left
        row.remove()
        this.box = null
        this.keep()
        this.say(this.waits ? 'Pas encore enregistré' : 'Enregistré dans l’autre onglet')
        this.send()
        this.field.focus()
      })
      row.append(button)
    }
    this.box.append(label, row)
    this.line.after(this.box)
  }
}

const words = [...document.querySelectorAll('textarea[data-champ]')].map((field) => new Words(field))
addEventListener('beforeunload', (event) => { if (words.some((one) => one.waits)) event.preventDefault() })
document.querySelectorAll('[data-sans-script]').forEach((one) => { one.hidden = true })
document.querySelectorAll('form').forEach((form) => form.addEventListener('submit', () => words.forEach((one) => one.send())))

// What takes a moment comes one after the other; without this script, a link leads to each.
async function parts() {
  for (const part of document.querySelectorAll('[data-partie]')) {
    const answer = await fetch(`${part.dataset.partie}?partie=1`, { redirect: 'error' })
    if (answer.ok) part.innerHTML = await answer.text()
  }
}
parts().catch(() => {}) // the links are still there

const binding = document.querySelector('[data-relie]')
if (binding) {
  setInterval(async () => {
    try {
      const now = await (await fetch(binding.dataset.relie, { redirect: 'error' })).json()
      if (now.over && !words.some((one) => one.waits)) location.replace(`${location.pathname}#recueil`), location.reload()
    } catch { /* the room may be away for a moment */ }
  }, 2000)
}
