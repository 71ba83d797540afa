const liste = document.getElementById('liste');

fetch('liste.json')
    .then((reponse) => reponse.json())
    .then((fiches) => {
        for (const fiche of fiches) {
            const lien = document.createElement('a');
            lien.href = 'fiche.php?id=' + fiche.id;
            lien.textContent = fiche.nom;
            const ligne = document.createElement('li');
            ligne.append(lien, ' : ', fiche.prix ?? '', ' ', fiche.jour);
            liste.append(ligne);
        }
    });
