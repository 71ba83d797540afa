<?php
require __DIR__ . '/inc/demarrage.php';

entete(@{ ('Nos ' ~ words['items']) | php }@);
?>
    <table>
        <tr>
            <th scope="col">@{ words.columns.name | e }@</th>
            <th scope="col">@{ words.columns.price | e }@</th>
            <th scope="col">@{ words.columns.date | e }@</th>
        </tr>
@% for ligne in rows.item %@
        <tr>
            <td><a href="fiche.php?id=@{ ligne.id }@">@{ ligne.name | e }@</a></td>
            <td>@{ (ligne.price or words.empty) | replace(".", ",") | e }@</td>
            <td>@{ ligne.date.split("-") | reverse | join("/") }@</td>
        </tr>
@% endfor %@
    </table>
<?php
pied();
