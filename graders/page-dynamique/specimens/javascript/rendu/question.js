// Demande confirmation avant d'envoyer un formulaire qui efface.
for (const formulaire of document.querySelectorAll('form[data-question]')) {
    formulaire.addEventListener('submit', (evenement) => {
        if (!confirm(formulaire.dataset.question)) {
            evenement.preventDefault();
        }
    });
}
