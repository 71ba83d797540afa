// Le formulaire de modification s'ouvre dans une fenêtre de la fiche.
const bouton = document.getElementById('reprendre');
const fenetre = document.getElementById('reprise');
bouton.addEventListener('click', async () => {
    const reponse = await fetch(bouton.dataset.adresse);
    const page = new DOMParser().parseFromString(await reponse.text(), 'text/html');
    const formulaire = page.querySelector('form.saisie');
    formulaire.action = bouton.dataset.adresse;
    fenetre.replaceChildren(formulaire);
    fenetre.showModal();
});
