// Montre une page de lignes à la fois ; les liens n'ont pas d'adresse, un clic suffit.
const grille = document.getElementById('grille');
const pages = document.getElementById('pages');
const lignes = grille ? [...grille.tBodies[0].rows] : [];
const taille = grille ? Number(grille.dataset.taille) : 1;
const nombre = Math.ceil(lignes.length / taille);

function lien(texte, numero, ici) {
    const a = document.createElement('a');
    a.textContent = texte;
    a.tabIndex = 0;
    a.style.textDecoration = 'underline';
    a.setAttribute('role', 'link');
    if (numero === ici) {
        a.setAttribute('aria-disabled', 'true');
    }
    a.addEventListener('click', () => montrer(Math.min(nombre, Math.max(1, numero))));
    return a;
}

function montrer(ici) {
    grille.tBodies[0].replaceChildren(...lignes.slice((ici - 1) * taille, ici * taille));
    pages.replaceChildren(lien('◄', Math.max(1, ici - 1), ici), document.createTextNode(' ' + ici + ' / ' + nombre + ' '),
        lien('►', Math.min(nombre, ici + 1), ici));
}

if (nombre > 1) {
    montrer(1);
}
