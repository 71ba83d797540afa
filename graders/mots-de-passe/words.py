"""The words of which people make phrases: those that all use, and many others.

Without accents, nor three letters in the alphabet's order (which a policy may refuse), nor a word that leaks are full of.
"""

from __future__ import annotations

USUAL = (
    "dans avec pour mais nous vous sont tout plus sans sous vers chez entre comme aussi encore toujours jamais notre "
    "votre cette leurs bien tres trop deux trois quatre cinq sept huit neuf dix cent mille grand petit vieux jeune gros "
    "beau bon doux fort haut long rouge bleu vert jaune noir blanc gris rose maison jardin table chaise porte toit route "
    "ville place marche train avion bateau camion voiture lune etoile ciel terre vent pluie neige nuage orage sable "
    "plage montagne riviere champ ferme arbre chien cheval vache mouton cochon poule canard lapin souris lion tigre "
    "oiseau poisson serpent papillon pomme poire pain lait beurre fromage sucre cafe gateau soupe salade livre papier "
    "crayon lampe bureau cuisine salle bain miroir savon robe chapeau chemise manteau travail magasin enfant femme homme "
    "voisin soeur frere tante oncle mange boit dort court chante danse joue cherche trouve regarde parle rit"
).split()
"""Hardly a phrase does without one of them: a policy that refuses them refuses phrases."""
LONGER = "bibliotheque marguerites bicyclettes ambulanciere chocolatiere jardinieres boulangeries".split()
"""Words of eleven letters and more, without two neighbours of the alphabet."""
OTHERS = (
    "abeille agneau aiguille album ampoule ananas ancre animal anneau arrosoir assiette atelier auberge avoine bagage "
    "balai balance ballon banane banc barque barre barriere bassin berger bidon bijou billet biscuit bocal boite bonnet "
    "bosquet botte bouchon boucle bouquet bourdon boussole bouteille bouton branche brebis brique brosse bruit brume "
    "buisson cabine cadeau cadre caisse calepin caravane carreau carte ceinture cercle cerf chaleur chameau "
    "chandelle chariot chaudron chemin chenille cheville chorale cigogne cirque ciseaux citron clairon cloche clou "
    "coffre colis colle comptoir confiture copain corbeau corde couleur couloir couronne courrier cousin couteau "
    "couverture crapaud cravate crevette crocus cuillere culotte cygne dauphin dentelle dessin dindon disque domino "
    "dragon drapeau dromadaire duvet eau ecaille echelle eclair ecole ecran ecureuil ecuyer edredon eglise elan encrier "
    "enclume escalier escargot espadon essuie etagere etang facteur faisan fanfare farine faucon fauteuil fenouil feu "
    "feuille ficelle figue filet flamme flocon flute foin fontaine foret forge fougere foulard four fourmi fraise "
    "framboise frelon fromager fusee galette gant garage gendarme genou girouette glace gomme goudron goutte graine "
    "grange grenier grenouille grillon grotte guepe guitare halle hamster hareng haricot herbe herisson heron hibou "
    "horloge houx huile huitre immeuble insecte jambon jeudi jongleur jonquille jupe kayak laine lampion laurier "
    "lavande legume lessive levier lierre limonade linge loutre lucarne lundi lunette lutin luzerne machine malle "
    "manoir mardi marteau matelas melodie merle metro meuble miel mitaine moineau moulin mousse muguet murmure musique "
    "navire nid noix nougat oasis ocre olive ombre oranger orgue ortie otarie outil ouvrier pagaie paille palais "
    "panier panneau parapluie parasol parquet passoire patin pavot pelican pendule peniche perdrix perle perroquet "
    "persil phare piano pierre pieuvre pinceau pingouin pirogue pivoine plateau plume poireau poivre potager "
    "poterie poulain poussin prairie prune puits puzzle quai radeau radis raisin rameau rateau rayon recolte renne "
    "requin reveil rideau riz robinet rocher rocket rouleau ruban ruche sabot sac sandale sapin sardine saule saumon "
    "sauterelle seigle sentier serrure serviette sifflet soupiere source statue stylo tableau tablier talus tapis tasse "
    "taureau theiere thym ticket tilleul timbre tiroir toboggan tomate tonneau torrent toupie tracteur trefle tresse "
    "tricot truite tuile tunnel usine vague valise vallon vanille veau velo vendredi verger verre vigne village vinaigre "
    "violon vis vitrail voile volet wagon yaourt zebre"
).split()
