// La liste se rafraîchit sans recharger la page. Sans JavaScript, les liens et le formulaire suffisent.
const formulaire = document.querySelector('.recherche');
const bilan = document.getElementById('bilan');
const tableau = document.getElementById('tableau');
const lignes = document.getElementById('lignes');
const pages = document.getElementById('pages');
let demande = 0;

/** Crée une balise ; le texte est toujours du texte, jamais du HTML. */
function balise(nom, texte = '', attributs = {}) {
    const element = document.createElement(nom);
    element.textContent = texte;
    for (const [cle, valeur] of Object.entries(attributs)) {
        element.setAttribute(cle, valeur);
    }
    return element;
}

function ligne(fiche) {
    const tr = balise('tr');
    const nom = balise('td');
    nom.append(balise('a', fiche.nom, { href: fiche.adresse }));
    tr.append(nom, ...fiche.valeurs.map((valeur) => balise('td', valeur)));
    return tr;
}

function lien({ texte, adresse, ici }) {
    return balise('a', texte, ici ? { href: adresse, 'aria-current': 'page' } : { href: adresse });
}

function montrer(resultats) {
    bilan.textContent = resultats.bilan;
    tableau.hidden = resultats.fiches.length === 0;
    lignes.replaceChildren(...resultats.fiches.map(ligne));
    pages.replaceChildren(...resultats.pages.map(lien));
}

/** Demande la liste au serveur ; seule la dernière demande compte. */
async function rafraichir(parametres) {
    const numero = ++demande;
    try {
        const reponse = await fetch('api.php?' + parametres);
        if (!reponse.ok) {
            throw new Error('réponse ' + reponse.status);
        }
        const resultats = await reponse.json();
        if (numero === demande) {
            montrer(resultats);
        }
    } catch {
        bilan.textContent = 'La liste ne peut pas être mise à jour pour le moment.';
    }
}

function aller(parametres) {
    history.pushState(null, '', 'index.php?' + parametres);
    return rafraichir(parametres);
}

function parametresDuFormulaire() {
    return new URLSearchParams(new FormData(formulaire)).toString();
}

formulaire.addEventListener('change', () => aller(parametresDuFormulaire()));
formulaire.addEventListener('submit', (evenement) => {
    evenement.preventDefault();
    aller(parametresDuFormulaire());
});
pages.addEventListener('click', (evenement) => {
    const choisi = evenement.target.closest('a');
    if (choisi) {
        evenement.preventDefault();
        aller(new URL(choisi.href).search.slice(1));
    }
});
window.addEventListener('popstate', () => location.reload());
