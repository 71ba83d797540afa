    <dl>
        <dt>Éditeur</dt>
        <dd>@{ organisation.name | e }@ – @{ organisation.street | e }@ – @{ organisation.postcode | e }@ @{ organisation.city | e }@</dd>
        <dt>Téléphone</dt>
        <dd>@{ organisation.phone | e }@</dd>
        <dt>Responsable de la publication</dt>
        <dd>@{ organisation.director | e }@</dd>
        <dt>Hébergeur</dt>
        <dd>@{ organisation.host.name | e }@ – @{ organisation.host.street | e }@ – @{ organisation.host.postcode | e }@ @{ organisation.host.city | e }@</dd>
        <dt>Téléphone de l'hébergeur</dt>
        <dd>@{ organisation.host.phone | e }@</dd>
    </dl>
