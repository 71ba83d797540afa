<?php
require __DIR__ . '/inc/demarrage.php';

entete('Mentions légales');
?>
    <h2>Éditeur du site</h2>
    <p>
        @{ organisation.name | e }@<br>
        @{ organisation.street | e }@<br>
        @{ organisation.postcode | e }@ @{ organisation.city | e }@<br>
        Téléphone : @{ organisation.phone | e }@<br>
        Courriel : @{ organisation.email | e }@
    </p>
    <p>Direction de la publication : @{ organisation.director | e }@</p>
    <h2>Hébergeur</h2>
    <p>
        @{ organisation.host.name | e }@<br>
        @{ organisation.host.street | e }@<br>
        @{ organisation.host.postcode | e }@ @{ organisation.host.city | e }@<br>
        Téléphone : @{ organisation.host.phone | e }@
    </p>
    <h2>Données personnelles</h2>
    <p>Ce site utilise un seul témoin de connexion, nécessaire aux formulaires. Il ne mesure pas les visites.</p>
<?php
pied();
